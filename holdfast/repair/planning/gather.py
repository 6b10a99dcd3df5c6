"""The findings that a report holds, if they are about this data as it is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from holdfast.finding import Finding
from holdfast.names import display, to_os
from holdfast.repair.runs.state import find_runs
from holdfast.report.jsonl import Header, read_findings


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings, and what is known of the run that made them."""

    header: Header
    findings: tuple[Finding, ...]

    @property
    def moment(self) -> float | None:
        """When the run finished, in seconds since 1970, None if it does not say."""
        return _moment(self.header.finished)


def read_checked(file: Path) -> Checked:
    """The findings in a file. Raises UsageError for one that cannot be read."""
    header, findings = read_findings(file)
    return Checked(header, tuple(findings))


def why_not(checked: Checked, root: Path, layout: str) -> str | None:
    """Why these findings cannot be used for this data, None if they can.

    `layout` says how the data is read now (`layout_of`)."""
    if os.path.realpath(to_os(checked.header.data)) != str(root):
        return f"it is about {display(checked.header.data)}"
    finished = [_moment(run.finished) or 0 for run in find_runs(root) if run.trusted]
    if finished and max(finished) > (checked.moment or 0):
        return "it is older than the last repair"
    if checked.header.layout != layout:
        return "data.yaml, the settings or the folders of the splits were others then"
    return None


def _moment(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
