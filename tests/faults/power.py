"""Power cuts in a history of repairs: what the device may hold then, and what `recover` makes of it."""

from __future__ import annotations

import errno
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import Unfit
from tests.faults.disks import Dead, Fault, System, Way
from tests.faults.draft import Shape
from tests.faults.medium import Cut, Medium, Power
from tests.faults.recorded import RecordedDisk
from tests.faults.shapes import SHAPES, drawn
from tests.faults.tally import Tally
from tests.faults.trial import AFTER, BEFORE, Trial

Make = Callable[[Medium, Callable[[], None], System, Fault], RecordedDisk]
"""How a disk is made: an ablation gives another."""


class History(StrEnum):
    """What happened until the power went."""

    APPLY = "apply"
    FAILED = "an apply that failed and was rolled back"
    UNDO = "apply, undo"
    RECOVER = "a killed apply, recover"
    RECOVER_UNDO = "apply, a killed undo, recover"
    AGAIN = "a killed apply, recover, apply"


@dataclass(frozen=True, slots=True)
class Blackout:
    """A power cut before the call of that number of a history; `is_end`: all calls were done."""

    call: int
    power: Power
    cut: Cut
    is_end: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """A history of a shape; `broken` is the step at which it was killed or failed."""

    shape: Shape
    system: System
    history: History
    broken: int = 0

    def __str__(self) -> str:
        more = f" (broken at step {self.broken})" if self.broken else ""
        return f"shape {self.shape.name}; {self.system}; {self.history}{more}"


def blackouts(
    plot: Plot, trial: Trial, chance: random.Random, each: int, make: Make = RecordedDisk
) -> tuple[list[Blackout], str]:
    """Different states that power cuts may leave, `each` drawn at every call for both models; and how the
    tree stands at the end of the history."""
    trial.reset()
    medium = Medium(trial.world)
    found: list[Blackout] = []
    seen: set[int] = set()
    calls = 0
    powers = [Power.ORDERED] if plot.shape.crosses else list(Power)

    def look(is_end: bool = False) -> None:
        nonlocal calls
        calls += 1
        for power in powers:
            for cut in (medium.cut(power, chance) for _ in range(each)):
                if (key := cut.key()) not in seen or is_end:
                    seen.add(key)
                    found.append(Blackout(calls, power, cut, is_end))

    for act, fault in _acts(plot, trial):
        with suppress(Dead, OSError, UsageError, Unfit):
            act(make(medium, look, plot.system, fault))
    look(is_end=True)
    now = trial.snapshot()
    return found, BEFORE if now == trial.before else AFTER if now == trial.after else "mixed"


def judge(blackout: Blackout, trial: Trial, end: str) -> str:
    """Make the state, recover, and say what is wrong; empty if all is as promised."""
    trial.clear()
    blackout.cut.make(trial.world)
    found = trial.settled()
    if blackout.is_end and found != end:
        return f"{found} where {end} was said"
    return "" if found in (BEFORE, AFTER) else found


def campaign(
    count: int, seed: int, world: Path, tick: Callable[[int, Tally], None], make: Make = RecordedDisk
) -> Tally:
    """That many power states, drawn from all shapes, systems and histories."""
    tally, chance = Tally(), random.Random(seed)
    while tally.count < count:
        shape = drawn(chance.randrange(1 << 32)) if chance.random() < 0.3 else chance.choice(SHAPES)
        trial = Trial(shape, world)
        plot = _plot(trial, chance)
        states, end = blackouts(plot, trial, chance, 2, make)
        chance.shuffle(states)
        for state in states[: count - tally.count]:
            tally.count += 1
            if wrong := judge(state, trial, end):
                lost = sum(size * many for (_, size), many in trial.lost().items())
                tally.failed(
                    f"{plot}; {state.power} cut before call {state.call}: {wrong} (seed {seed})", lost
                )
        tick(tally.count, tally)
    return tally


def _plot(trial: Trial, chance: random.Random) -> Plot:
    history, system = chance.choice(list(History)), chance.choice(list(System))
    return Plot(trial.shape, system, history, chance.randint(2, 60))


def _acts(plot: Plot, trial: Trial) -> Iterator[tuple[Callable[[Disk], None], Fault]]:
    """What is done, and how it fails."""
    none, kill = Fault(), Fault(plot.broken)
    failing = Fault(plot.broken, Way.ONCE, errno.EIO)
    acts = {
        History.APPLY: [(trial.apply, none)],
        History.FAILED: [(trial.apply, failing)],
        History.UNDO: [(trial.apply, none), (trial.undo, none)],
        History.RECOVER: [(trial.apply, kill), (trial.recover, none)],
        History.RECOVER_UNDO: [(trial.apply, none), (trial.undo, kill), (trial.recover, none)],
        History.AGAIN: [(trial.apply, kill), (trial.recover, none), (trial.apply, none)],
    }
    yield from acts[plot.history]
