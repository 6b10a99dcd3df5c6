"""Faults in the commands as people run them: with a plan of the planner's, proofs, and checks afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.repair.commands import runs as commands
from holdfast.repair.commands.apply import ApplyRequest, apply
from holdfast.repair.plans.plan import Act
from holdfast.repair.plans.plan_json import from_json
from tests.faults.campaign import Phase, every_step, run
from tests.faults.disks import Dead, Fault, FaultyDisk, System, Way, die
from tests.faults.draft import File, Shape
from tests.faults.trial import Trial, scratch
from tests.repair.tools import BOX, OTHER, Data

PLAN = Path("reports/plan.json")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Data:
    """A dataset of which the planner makes a plan of all four acts, in `reports/plan.json`."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    data = Data(tmp_path / "data")
    for number, name in enumerate(("wall", "rock")):
        image, copy = f"train/images/train{number}.png", f"train/images/z{name}.png"
        data.copy(image, copy)
        data.label(f"train/labels/z{name}.txt", BOX + OTHER)
        data.pair("exact_duplicate", image, copy)
    data.path("train/labels/train1.txt").unlink()
    data.found("wrong_extension", data.image("valid/images/p.png", format="JPEG"))
    assert data.plan("--unsafe-fixes", "--on-conflict=union", "--keep=first") == 0
    return data


@pytest.fixture
def planned(data: Data) -> Shape:
    """That tree and that plan as a shape."""
    files = {
        path: File(content, mode & 0o7777)
        for path, (content, mode, _) in data.snapshot().items()
        if content is not None
    }
    groups = from_json(PLAN.read_bytes()).groups
    assert {op.act for group in groups for op in group.ops} == set(Act)
    return Shape("planned", files, groups, {})


@pytest.fixture
def world() -> Iterator[Path]:
    with scratch() as folder:
        yield folder


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("phase", [Phase.APPLY, Phase.UNDO])
def test_a_plan_of_the_planner_is_killed_at_every_step(world: Path, planned: Shape, phase: Phase) -> None:
    trial = Trial(planned, world)
    cases = list(every_step(trial, System.MODERN, phase, Way.KILL))
    assert len(cases) > 20
    assert [f"{case}: {wrong}" for case in cases if (wrong := run(case, trial))] == []


def _kill(data: Data, step: int) -> None:
    with pytest.raises(Dead):
        apply(ApplyRequest(data.root, PLAN), FaultyDisk(Fault(step), System.MODERN, die))


@pytest.mark.parametrize("step", [5, 30, 55, 60])
def test_the_command_is_killed(data: Data, step: int) -> None:
    before = data.snapshot()
    _kill(data, step)
    assert commands.recover(data.root) == 0
    after = data.snapshot()
    assert {path: was[:2] for path, was in after.items()} == {path: was[:2] for path, was in before.items()}


def test_an_interrupted_run_blocks_the_next(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    _kill(data, 60)
    capsys.readouterr()
    assert data.run("apply") == 4
    assert data.run("plan") == 4
    assert data.run("undo") == 4
    assert capsys.readouterr().err.count("fixers recover --data=") == 3
    assert data.run("recover") == 0
    assert data.run("apply") == 0
