"""Kills and failing calls in apply, undo and recover, and again in the recover that follows."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from pathlib import Path

from holdfast.errors import UsageError
from tests.faults.disks import ERRNOS, Dead, Fault, FaultyDisk, System, SystemDisk, Way, die
from tests.faults.draft import Shape
from tests.faults.shapes import SHAPES, drawn
from tests.faults.tally import Tally
from tests.faults.trial import AFTER, BEFORE, Trial


class Phase(StrEnum):
    """What the fault hits, and what stopped half way before it."""

    APPLY = "apply"
    UNDO = "undo"
    RECOVER_APPLY = "recover of an apply"
    RECOVER_UNDO = "recover of an undo"


@dataclass(frozen=True, slots=True)
class Case:
    """One fault. `early`: at which step the apply or undo died that is recovered; `again`: a second
    kill, at that step of the recover after the fault."""

    shape: Shape
    system: System
    phase: Phase
    fault: Fault
    early: int = 0
    again: int = 0

    def __str__(self) -> str:
        more = f", died before at {self.early}" if self.early else ""
        more += f", killed again at {self.again}" if self.again else ""
        return f"shape {self.shape.name}; {self.system}; {self.phase}: {self.fault}{more}"


FAULTS = [
    (Way.KILL, 0),
    (Way.INTERRUPT, 0),
    *product((Way.ONCE, Way.LATE, Way.STICKY), ERRNOS),
]


def run(case: Case, trial: Trial) -> str:
    """Do it, and say what is wrong; empty if all is as promised."""
    _prepare(case, trial)
    said = _hit(case, trial)
    if case.again:
        _killed(trial.recover, trial, Fault(case.again), case.system)
    found = trial.settled(times=True)
    if found not in (BEFORE, AFTER):
        return found
    if wanted := _wanted(case, said):
        return "" if found == wanted else f"{found} where {wanted} was said"
    return ""


def steps_of(trial: Trial, system: System, phase: Phase, early: int = 0) -> int:
    """How many steps there are to fail at."""
    _prepare(Case(trial.shape, system, phase, Fault(), early), trial)
    disk = FaultyDisk(Fault(), system)
    _act(phase, trial)(disk)
    return disk.steps


def every_step(
    trial: Trial, system: System, phase: Phase, way: Way, code: int = 0, early: int = 0
) -> Iterator[Case]:
    """A case for each step."""
    for step in range(1, steps_of(trial, system, phase, early) + 1):
        yield Case(trial.shape, system, phase, Fault(step, way, code), early)


def campaign(count: int, seed: int, world: Path, tick: Callable[[int, Tally], None]) -> Tally:
    """That many faults, drawn from all shapes, systems, phases, ways and steps; `tick` tells the progress."""
    tally, chance = Tally(), random.Random(seed)
    while tally.count < count:
        shape = drawn(chance.randrange(1 << 32)) if chance.random() < 0.3 else chance.choice(SHAPES)
        trial = Trial(shape, world)
        for case in drawn_cases(trial, chance, min(60, count - tally.count)):
            tally.count += 1
            if wrong := run(case, trial):
                lost = sum(size * many for (_, size), many in trial.lost().items())
                tally.failed(f"{case}: {wrong} (seed {seed})", lost)
        tick(tally.count, tally)
    return tally


def drawn_cases(trial: Trial, chance: random.Random, count: int) -> Iterator[Case]:
    """Random cases of one shape, in one system and phase; every third has a second kill."""
    system, phase = chance.choice(list(System)), chance.choice(list(Phase))
    first = Phase.UNDO if phase is Phase.RECOVER_UNDO else Phase.APPLY
    early = 0
    if phase in (Phase.RECOVER_APPLY, Phase.RECOVER_UNDO):
        early = chance.randint(2, steps_of(trial, system, first))
    steps = steps_of(trial, system, phase, early)
    for _ in range(count if steps else 0):
        way, code = FAULTS[0] if chance.random() < 0.4 else chance.choice(FAULTS)
        again = chance.randint(1, 15) if chance.random() < 0.3 else 0
        yield Case(trial.shape, system, phase, Fault(chance.randint(1, steps), way, code), early, again)


def _prepare(case: Case, trial: Trial) -> None:
    trial.reset()
    disk = FaultyDisk(Fault(case.early), case.system, die)
    if case.phase in (Phase.UNDO, Phase.RECOVER_UNDO):
        trial.apply(SystemDisk(case.system))
    with suppress(Dead):
        if case.phase is Phase.RECOVER_APPLY:
            trial.apply(disk)
        elif case.phase is Phase.RECOVER_UNDO:
            trial.undo(disk)


def _act(phase: Phase, trial: Trial) -> Callable[[FaultyDisk], None]:
    acts = {Phase.APPLY: trial.apply, Phase.UNDO: trial.undo}
    return acts.get(phase, trial.recover)


def _hit(case: Case, trial: Trial) -> bool:
    """Whether the command that was hit ended well all the same."""
    act = _act(case.phase, trial)
    if case.fault.way is Way.KILL:
        return _killed(act, trial, case.fault, case.system)
    try:
        act(FaultyDisk(case.fault, case.system))
    except (OSError, UsageError, KeyboardInterrupt):
        return False
    return True


def _killed(act: Callable[[FaultyDisk], None], trial: Trial, fault: Fault, system: System) -> bool:
    """Do it in a process of its own, which is killed at that step; True if it ended before."""
    child = os.fork()
    if child == 0:
        try:
            act(FaultyDisk(fault, system))
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _wanted(case: Case, said: bool) -> str:
    """What the tree must be, where the way of failing leaves no choice."""
    if case.phase is Phase.APPLY:
        if said:
            return AFTER
        return BEFORE if case.fault.way in (Way.ONCE, Way.INTERRUPT) else ""
    if case.phase in (Phase.RECOVER_APPLY, Phase.UNDO):
        return BEFORE if said and case.phase is Phase.UNDO else ""
    return ""
