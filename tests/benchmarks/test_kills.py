from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.kills import Tally
from holdfast.facts.messages import Reply
from holdfast.fault import Fault
from tests.checking import REPOSITORY

SOUND, HARMED = Reply(sha256="a"), Reply(fault=Fault.NOT_CHECKED)


def test_what_is_not_checked_is_no_difference_and_everything_else_is() -> None:
    tally = Tally()
    tally.compare({"a": SOUND, "b": SOUND}, {"a": SOUND, "b": HARMED, "c": HARMED})
    assert (tally.scans, tally.not_checked, tally.differences) == (1, 2, [])
    tally.compare({"a": SOUND, "b": SOUND}, {"a": SOUND._replace(width=1), "c": SOUND})
    assert [line[0] for line in sorted(tally.differences)] == ["a", "b", "c"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")
def test_a_short_run() -> None:
    command = [sys.executable, "benchmarks/kills.py", "--files", "60", "--kills", "3", "--runs", "0"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kills" in done.stdout
    assert "0 differences" in done.stdout
