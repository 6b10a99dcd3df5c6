"""The findings that a plan starts from: the report's, if it is about this data as it is, else new ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.finding import Finding, from_json
from holdfast.names import display, from_base64, to_text
from holdfast.repair.state import find_runs
from holdfast.rules import checks_folder

DEFAULT = Path("reports/findings.jsonl")


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings, and what is known of the run that made them. `finished` is UTC, ISO 8601."""

    findings: tuple[Finding, ...]
    data: str
    complete: bool
    finished: str

    @property
    def moment(self) -> float | None:
        """When the run finished, in seconds since 1970, None if it does not say."""
        try:
            return datetime.fromisoformat(self.finished).timestamp()
        except ValueError:
            return None


def read_findings(file: Path) -> Checked:
    """The findings in a file. Raises UsageError for one that cannot be read."""
    try:
        with file.open(encoding="utf-8") as lines:
            header = json.loads(next(lines, ""))
            findings = tuple(from_json(line) for line in lines if line.strip())
        data = from_base64(header["data_b64"]) if header.get("data_b64") else str(header["data"])
        return Checked(findings, data, header.get("complete") is True, str(header.get("finished", "")))
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{file}: not a file of findings; `pytest checks --data=DIR` writes one") from None


def why_not(checked: Checked, root: Path) -> str | None:
    """Why these findings cannot be used for this data, None if they can."""
    here = to_text(str(root))
    if checked.data != here:
        return f"they are about {display(checked.data)}"
    finished = [run.finished for run in find_runs(root) if run.trusted]
    if finished and _moment(max(finished)) > (checked.moment or 0):
        return "they are older than the last repair"
    return None


def run_checks(root: Path, arguments: Sequence[str]) -> Checked:
    """Run the checks in a process of their own; nothing is written but the cache.

    Raises UsageError when they cannot run, with what they said.
    """
    with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
        file = Path(folder, "findings.jsonl")
        outputs = [f"--findings={file}", f"--html={Path(folder, 'report.html')}"]
        command = [
            sys.executable,
            "-P",
            "-m",
            "pytest",
            "-qq",
            "-p",
            "no:cacheprovider",
            str(checks_folder()),
        ]
        package = str(Path(__file__).resolve().parents[2])
        ran = subprocess.run(
            [*command, f"--data={root}", *outputs, *arguments],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={k: v for k, v in os.environ.items() if k != "PYTEST_ADDOPTS"} | {"PYTHONPATH": package},
        )
        if ran.returncode not in (0, 1) or not file.exists():
            said = ran.stdout.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
            raise UsageError(f"the checks could not run (exit {ran.returncode}): {display(said[-1])}")
        return read_findings(file)


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
