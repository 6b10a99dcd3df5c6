"""The commands where the current folder is the data: nothing of theirs is written into it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.cli import main
from tests.repair.tools import BOX, COPY, Data, one_line


def _inside(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go into the data, with enough images that --max-change does not mind."""
    for number in range(2):
        data.image(f"train/images/more{number}.png", side=64)
        data.label(f"train/labels/more{number}.txt", BOX)
    monkeypatch.chdir(data.root)


def test_plan_apply_and_undo_from_within_the_data(
    copies: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _inside(copies, monkeypatch)
    before = copies.snapshot()
    assert main(["fix", "plan", "--data=.", "--rule", "exact_duplicate"]) == 0
    plan = next((tmp_path / "user-cache").rglob("plan.json"))
    assert capsys.readouterr().out.rstrip().endswith(f" {plan}")
    assert copies.snapshot() == before
    assert main(["fix", "apply", "--data=."]) == 0
    assert set(before) - set(copies.snapshot()) == {COPY, "train/labels/zcopy.txt"}
    assert main(["fix", "undo", "--data=."]) == 0
    assert copies.snapshot() == before


def test_findings_of_a_check_from_within_the_data_are_used(
    copies: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _inside(copies, monkeypatch)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    command = [sys.executable, "-P", "-m", "holdfast", "check", ".", "-qq", "-p", "no:cacheprovider"]
    assert subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 1
    assert main(["fix", "plan", "--data=."]) == 0
    output = capsys.readouterr().out
    assert "running the checks" not in output
    assert COPY in output
    assert not copies.path("reports").exists()


def test_a_plan_that_lies_in_the_data_is_not_taken_for_the_own(
    copies: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert copies.plan() == 0
    _inside(copies, monkeypatch)
    planted = copies.path("reports/plan.json")
    planted.write_bytes((copies.root.parent / "work/reports/plan.json").read_bytes())
    capsys.readouterr()
    assert main(["fix", "apply", "--data=."]) == 4
    assert "the command `plan` makes one" in one_line(capsys)


def test_a_cache_given_takes_the_plan(
    copies: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _inside(copies, monkeypatch)
    cache = tmp_path / "cache"
    assert main(["fix", "plan", "--data=.", f"--cache={cache}"]) == 0
    plan = next(cache.rglob("plan.json"))
    assert main(["fix", "apply", "--data=.", str(plan)]) == 0
    assert COPY not in copies.files()


def test_an_output_within_the_data_stays_refused(
    copies: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _inside(copies, monkeypatch)
    before = copies.snapshot()
    assert main(["fix", "plan", "--data=.", "--output=reports/plan.json"]) == 4
    assert "the plan may not lie inside the data" in one_line(capsys)
    assert copies.snapshot() == before
