"""Where plans and findings are looked for and written when no file is named."""

from __future__ import annotations

from pathlib import Path

from holdfast.facts.places import dataset_folder

REPORTS = Path("reports")
FINDINGS = "findings.jsonl"
PLAN = "plan.json"


def reports_folder(root: Path, cache: Path | None = None) -> Path:
    """`reports/` here, or beside the cache where that would lie inside the data; the checks do the same.

    `cache` is the folder given with --cache. Raises UsageError for one inside the data.
    """
    if not REPORTS.resolve().is_relative_to(root.resolve()):
        return REPORTS
    return dataset_folder(root, cache) / REPORTS
