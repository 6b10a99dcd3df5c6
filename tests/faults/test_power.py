"""Power cuts at every call, in two models of a device: before or after, and what was said to be done is."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from holdfast.repair.plans.plan import Act
from tests.faults import power
from tests.faults.disks import Fault, System
from tests.faults.medium import Medium, Power
from tests.faults.power import History, Plot, blackouts, judge
from tests.faults.recorded import RecordedDisk
from tests.faults.shapes import collections, flat, one_act
from tests.faults.trial import AFTER, Trial

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the model knows folders by their inodes")


@pytest.mark.parametrize("history", History)
@pytest.mark.parametrize("system", System)
def test_power_cuts_at_every_call(world: Path, history: History, system: System) -> None:
    trial = Trial(flat(), world)
    states, end = blackouts(Plot(trial.shape, system, history, 48), trial, random.Random(1), 1)
    assert {state.power for state in states} == set(Power)
    assert [(state.call, state.power, wrong) for state in states if (wrong := judge(state, trial, end))] == []


@pytest.mark.parametrize("history", [History.RECOVER, History.RECOVER_UNDO, History.AGAIN])
def test_power_cuts_after_a_kill_at_every_step(world: Path, history: History) -> None:
    """Who goes on after a kill must not build on what the killed process had not synced."""
    trial, chance = Trial(one_act(Act.REPLACE), world), random.Random(3)
    wrong = []
    for broken in range(1, 46):  # more than any of them has
        states, end = blackouts(Plot(trial.shape, System.MODERN, history, broken), trial, chance, 2)
        states = [state for state in states if state.call >= broken]
        for state in chance.sample(states, min(40, len(states))):
            if what := judge(state, trial, end):
                wrong.append((broken, state.call, state.power, what))
    assert wrong == []


def test_what_was_applied_is_on_the_device(world: Path) -> None:
    trial = Trial(collections(), world)
    states, end = blackouts(Plot(trial.shape, System.MODERN, History.APPLY), trial, random.Random(2), 20)
    last = [state for state in states if state.is_end]
    assert end == AFTER
    assert len(last) == 40
    assert [judge(state, trial, end) for state in last] == [""] * 40


def test_a_campaign_over_all_shapes(world: Path) -> None:
    tally = power.campaign(2_000, 4, world, lambda done, tally: None)
    assert tally.failures == []
    assert (tally.count, tally.bytes_lost) == (2_000, 0)


def test_the_model_without_a_cut_is_the_tree(world: Path) -> None:
    """All names and contents that the model took to be there are: no call goes past the `Disk`."""
    trial = Trial(flat(), world)
    medium = Medium(world)
    for act in (trial.apply, trial.undo):
        act(RecordedDisk(medium, lambda: None, System.PLAIN, Fault()))
    held = trial.contents()
    medium.sync_all()
    cut = medium.cut(Power.WEAK, random.Random(1))
    trial.clear()
    cut.make(world)
    missing = held - trial.contents()
    assert [
        content for content in missing if content.strip() != str(os.getpid()).encode()
    ] == []  # the lock's
    assert trial.snapshot() == trial.before
