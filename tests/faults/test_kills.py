"""Kills and failing calls at every step: before or after, nothing in between, nothing lost."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import campaign
from tests.faults.campaign import Phase, every_step, run, steps_of
from tests.faults.disks import ERRNOS, Dead, Fault, FaultyDisk, System, SystemDisk, Way, die
from tests.faults.draft import Shape
from tests.faults.shapes import SHAPES, collections, flat
from tests.faults.trial import AFTER, BEFORE, Trial

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
@pytest.mark.parametrize("system", System)
def test_without_a_fault_apply_does_what_the_plan_says_and_undo_is_exact(
    world: Path, shape: Shape, system: System
) -> None:
    trial = Trial(shape, world)
    trial.apply(SystemDisk(system))
    assert trial.settled() == AFTER
    trial.undo(SystemDisk(system))
    assert trial.settled(times=True) == BEFORE


@pytest.mark.parametrize("system", System)
@pytest.mark.parametrize("phase", [Phase.APPLY, Phase.UNDO])
def test_killed_at_every_step(world: Path, phase: Phase, system: System) -> None:
    trial = Trial(collections(), world)
    cases = list(every_step(trial, system, phase, Way.KILL))
    assert len(cases) > 30
    assert [f"{case}: {wrong}" for case in cases if (wrong := run(case, trial))] == []


@pytest.mark.parametrize("system", System)
@pytest.mark.parametrize(
    ("phase", "first", "left"),
    [
        (Phase.RECOVER_APPLY, Phase.APPLY, 10),
        (Phase.RECOVER_APPLY, Phase.APPLY, 3),
        (Phase.RECOVER_UNDO, Phase.UNDO, 9),
    ],
)
def test_killed_at_every_step_of_recover(
    world: Path, phase: Phase, first: Phase, left: int, system: System
) -> None:
    trial = Trial(flat(), world)
    early = steps_of(trial, system, first) - left
    cases = list(every_step(trial, system, phase, Way.KILL, early=early))
    assert len(cases) > 8
    assert [f"{case}: {wrong}" for case in cases if (wrong := run(case, trial))] == []


def test_killed_at_every_step_of_the_recover_of_a_killed_recover(world: Path) -> None:
    trial = Trial(flat(), world)
    early = steps_of(trial, System.PLAIN, Phase.APPLY) - 5
    cases = list(every_step(trial, System.PLAIN, Phase.RECOVER_APPLY, Way.KILL, early=early))
    for case in cases:
        for again in (1, 4, 8, 12):
            assert run(replace(case, again=again), trial) == "", str(case)


def test_kills_come_out_before_and_after(world: Path) -> None:
    trial, seen = Trial(flat(), world), []
    for step in range(1, steps_of(trial, System.MODERN, Phase.APPLY) + 1):
        trial.reset()
        with pytest.raises(Dead):
            trial.apply(FaultyDisk(Fault(step), System.MODERN, die))
        seen.append(trial.settled())
    assert set(seen) == {BEFORE, AFTER}
    assert seen == sorted(seen, reverse=True), "before until the last record is written"


@pytest.mark.parametrize("code", ERRNOS, ids=os.strerror)
@pytest.mark.parametrize("way", [Way.ONCE, Way.LATE, Way.STICKY])
def test_a_call_fails_at_every_step_of_apply(world: Path, way: Way, code: int) -> None:
    trial = Trial(flat(), world)
    cases = list(every_step(trial, System.MODERN, Phase.APPLY, way, code))
    assert len(cases) > 40
    assert [f"{case}: {wrong}" for case in cases if (wrong := run(case, trial))] == []


@pytest.mark.parametrize("phase", [Phase.UNDO, Phase.RECOVER_APPLY])
@pytest.mark.parametrize("way", [Way.ONCE, Way.LATE, Way.STICKY, Way.INTERRUPT])
def test_a_call_fails_at_every_step_of_undo_and_recover(world: Path, way: Way, phase: Phase) -> None:
    trial = Trial(flat(), world)
    early = steps_of(trial, System.PLAIN, Phase.APPLY) - 5 if phase is Phase.RECOVER_APPLY else 0
    cases = list(every_step(trial, System.PLAIN, phase, way, ERRNOS[1], early))
    assert [f"{case}: {wrong}" for case in cases if (wrong := run(case, trial))] == []


def test_a_campaign_over_all_shapes(world: Path) -> None:
    tally = campaign.campaign(2_000, 4, world, lambda done, tally: None)
    assert tally.failures == []
    assert (tally.count, tally.bytes_lost) == (2_000, 0)
