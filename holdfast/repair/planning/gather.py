"""The findings that a plan starts from: the report's, if it is about this data as it is, else new ones."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from holdfast.errors import UsageError
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


def run_checks(root: Path, arguments: Sequence[str]) -> Checked:
    """Run the checks in a process of their own; nothing is written but the cache.

    Raises UsageError when they cannot run, with what they said.
    """
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
        file = Path(folder, "findings.jsonl")
        outputs = [f"--findings={file}", f"--html={Path(folder, 'report.html')}", "-p", "no:cacheprovider"]
        package = str(Path(__file__).resolve().parents[3])
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "holdfast", "check", str(root), "-qq", *outputs, *arguments],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={k: v for k, v in os.environ.items() if k != "PYTEST_ADDOPTS"} | {"PYTHONPATH": package},
        )
        if ran.returncode not in (0, 1) or not file.exists():
            said = ran.stdout.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
            raise UsageError(f"the checks could not run (exit {ran.returncode}): {display(said[-1])}")
        return read_checked(file)


def _moment(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
