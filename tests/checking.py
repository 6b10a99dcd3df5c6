"""Running the checks as people do, inside this process, and reading what they wrote."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from holdfast import Finding
from holdfast.report.jsonl import read_findings

REPOSITORY = Path(__file__).resolve().parents[1]
_PLAIN = ("-p", "no:cacheprovider", "-p", "no:html", "-p", "no:randomly")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: its exit code, what it printed, and its findings file (`header` is its first line)."""

    code: int
    text: str
    findings: list[Finding]
    header: dict[str, Any]

    @property
    def places(self) -> list[tuple[str, int | None]]:
        """Path and line of each finding."""
        return [(finding.path, finding.line) for finding in self.findings]

    @property
    def paths(self) -> list[str]:
        """Path of each finding."""
        return [finding.path for finding in self.findings]

    @property
    def severities(self) -> set[str]:
        """The severities that occur."""
        return {str(finding.severity) for finding in self.findings}

    @property
    def errors(self) -> list[str]:
        """The lines that pytest gives to a wrong use."""
        return [line for line in self.text.splitlines() if line.startswith("ERROR: ")]


def check(data: Path, *rules: str, arguments: tuple[str, ...] = ()) -> Outcome:
    """Run these rules (all without names) over a dataset; findings and cache lie beside its folder."""
    files = [str(REPOSITORY / "checks" / f"{rule}.py") for rule in rules] or [str(REPOSITORY / "checks")]
    return start(*files, f"--data={data}", f"--cache={data.parent / 'cache'}", *arguments, beside=data.parent)


def start(*arguments: str, beside: Path, root: Path = REPOSITORY) -> Outcome:
    """Run pytest with these arguments, the configuration of `root` and a findings file in `beside`."""
    file = beside / "findings.jsonl"
    file.unlink(missing_ok=True)
    output = io.StringIO()
    fixed = [f"--rootdir={root}", f"-c={REPOSITORY / 'pytest.ini'}", f"--findings={file}", *_PLAIN]
    before = os.environ.get("PYTEST_CURRENT_TEST")
    with redirect_stdout(output), redirect_stderr(output):
        code = pytest.main([*fixed, *arguments])
    if before is not None:
        os.environ["PYTEST_CURRENT_TEST"] = before
    return Outcome(int(code), output.getvalue(), *_read(file))


def start_process(*arguments: str, cwd: Path, environment: dict[str, str] | None = None) -> Outcome:
    """The same in a process of its own, from a folder and with its configuration only."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | (environment or {}),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
    )
    return Outcome(done.returncode, done.stdout + done.stderr, *_read(cwd / "reports" / "findings.jsonl"))


def _read(file: Path) -> tuple[list[Finding], dict[str, Any]]:
    if not file.exists():
        return [], {}
    header = json.loads(file.read_text(encoding="ascii").splitlines()[0])
    return read_findings(file)[1], header
