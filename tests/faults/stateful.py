"""Random histories of a tree: repairs, undos, edits by somebody else, kills, failing calls, in any order."""

from __future__ import annotations

import errno
import random
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from holdfast.repair.plans.plan import Op
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.state import Stage, find_runs
from tests.faults.disks import Dead, Fault, FaultyDisk, System, SystemDisk, Way, die
from tests.faults.draft import Draft, File
from tests.faults.shapes import draw_plan, drawn
from tests.faults.tally import Tally
from tests.faults.trial import Snapshot, Trial, carried_out

NUMBERS = st.integers(0, 1 << 16)
STEPS = st.integers(1, 90)
SYSTEMS = st.sampled_from(list(System))
LENGTH = 50
"""Steps of one history."""


class Repairs(RuleBasedStateMachine):
    """After each step: the tree is as it must be, and nothing that was ever there is lost.

    `world` is a scratch folder. `steps` and `applies` (those that stayed) count over all histories.
    """

    world: Path
    steps = applies = 0

    @initialize(number=st.integers(0, 1 << 32))
    def has_a_tree(self, number: int) -> None:
        self.trial = Trial(drawn(number), self.world)
        self.folders = sorted({path.rsplit("/", 1)[0] for path in self.trial.shape.folders})
        self.owed = self.trial.contents()
        self.applied: list[tuple[Snapshot, tuple[Op, ...], dict[str, bytes | None]]] = []
        self.edited: dict[str, bytes | None] = {}
        self.loose: set[str] = set()  # what a run left that could be taken back in part only
        self.number = 0

    @rule(number=NUMBERS, system=SYSTEMS)
    def applies_a_plan(self, number: int, system: System) -> None:
        before, after = self._plan(number)
        self.trial.apply(SystemDisk(system))
        assert self.trial.snapshot() == after
        self._applied(before)
        self._count()

    @rule(number=NUMBERS)
    def applies_one_more(self, number: int) -> None:
        self.applies_a_plan(number, System.MODERN)

    @rule(number=NUMBERS)
    def applies_another(self, number: int) -> None:
        self.applies_a_plan(number, System.POOR)

    @rule(number=NUMBERS, step=STEPS, again=st.integers(0, 25), system=SYSTEMS)
    def is_killed_while_applying(self, number: int, step: int, again: int, system: System) -> None:
        before, after = self._plan(number)
        with suppress(Dead):
            self.trial.apply(FaultyDisk(Fault(step), system, die))
        with suppress(Dead):
            self.trial.recover(FaultyDisk(Fault(again), system, die))
        self.trial.recover(Disk())
        now = self.trial.snapshot()
        assert now in (before, after)
        if now == after:
            self._applied(before)
        self._count()

    @rule(number=NUMBERS, step=STEPS, way=st.sampled_from((Way.ONCE, Way.LATE, Way.STICKY)), system=SYSTEMS)
    def fails_to_apply(self, number: int, step: int, way: Way, system: System) -> None:
        before, after = self._plan(number)
        with suppress(OSError):
            self.trial.apply(FaultyDisk(Fault(step, way, errno.EIO), system))
        self.trial.recover(Disk())
        now = self.trial.snapshot()
        assert now in (before, after)
        if now == after:
            self._applied(before)
        self._count()

    @precondition(lambda self: self.applied)
    @rule(step=st.integers(0, 60), system=SYSTEMS)
    def undoes(self, step: int, system: System) -> None:
        before, ops, edits = self.applied[-1]
        touched = _paths(ops)
        with suppress(Dead):
            self.trial.undo(FaultyDisk(Fault(step), system, die))
        self.trial.recover(Disk())
        if not self._is_applied(len(self.applied)):
            self.applied.pop()
            if touched & (self.edited.keys() | self.loose):
                self.loose |= touched
            else:
                self.edited |= edits
                assert self._known(self.trial.snapshot()) == self._known(self._with_edits(before))
        self._count()

    @rule(which=NUMBERS)
    def somebody_edits(self, which: int) -> None:
        self._edit(which)
        self._count()

    @rule(number=NUMBERS, step=STEPS, which=NUMBERS)
    def is_killed_and_edited_before_recover(self, number: int, step: int, which: int) -> None:
        self._plan(number)
        before = self.trial.snapshot()
        with suppress(Dead):
            self.trial.apply(FaultyDisk(Fault(step), System.MODERN, die))
        done = self._is_applied(len(self.applied) + 1)
        if done:
            self._applied(before)
        self._edit(which)
        self.trial.recover(Disk())
        if not done:
            self._went_back()
        self._count()

    def _went_back(self) -> None:
        """A run was rolled back but for what was edited: an edit under a new name went back with its file."""
        self.loose |= _paths(self.trial.shape.plan.ops)
        tree = self.trial.snapshot()
        names = {content: path for path, (content, _) in tree.items()}
        for path, content in list(self.edited.items()):
            if content is not None and tree.get(path, (None, 0))[0] != content:
                del self.edited[path]
                self.edited[names[content]] = content

    def _plan(self, number: int) -> tuple[Snapshot, Snapshot]:
        """A plan for the tree as it is; how the tree is, and how it must be."""
        before = self.trial.snapshot()
        draft = Draft("history")
        draft.files = {path: File(c, mode) for path, (c, mode) in before.items() if isinstance(c, bytes)}
        self.number += 1
        draw_plan(draft, self.folders, random.Random(f"{number} {self.number}"))
        self.trial.shape = draft.shape()
        return before, carried_out(before, self.trial.shape)

    def _applied(self, before: Snapshot) -> None:
        type(self).applies += 1
        ops = self.trial.shape.plan.ops
        taken = {path: self.edited.pop(path) for path in _paths(ops) & self.edited.keys()}
        self.applied.append((before, ops, taken))

    def _is_applied(self, number: int) -> bool:
        runs = find_runs(self.trial.root)
        return sum(run.stage is Stage.APPLIED for run in runs) >= number

    def _with_edits(self, before: Snapshot) -> Snapshot:
        """Before a run, but for the edits since, which lie elsewhere."""
        wanted = {path: was for path, was in before.items() if path not in self.edited}
        made = {path: content for path, content in self.edited.items() if content is not None}
        return wanted | {path: (content, 0o644) for path, content in made.items()}

    def _known(self, tree: Snapshot) -> Snapshot:
        return {path: was for path, was in tree.items() if path not in self.loose}

    def _edit(self, which: int) -> None:
        """Another program writes a new version of a file, takes it away or makes one."""
        files = sorted(path for path, (c, _) in self.trial.snapshot().items() if isinstance(c, bytes))
        self.number += 1
        path = f"{self.folders[0]}/labels/own{self.number}.txt"
        if files and which % 4:
            path = files[which % len(files)]
            old = self.trial.path(path).read_bytes()
            self.owed -= Counter([old])
            self.edited = {name: edit for name, edit in self.edited.items() if edit is None or edit != old}
            self.trial.path(path).unlink()
        self.edited[path] = None if which % 4 == 1 else b"edit %d" % self.number
        if content := self.edited[path]:
            self.trial.path(path).write_bytes(content)
            self.trial.path(path).chmod(0o644)
            self.owed[content] += 1

    def _count(self) -> None:
        """A step ends: nothing is unfinished or lost, and what people edited lies where they did."""
        type(self).steps += 1
        assert not [run for run in find_runs(self.trial.root) if run.is_unfinished]
        assert not self.owed - self.trial.contents()
        now = self.trial.snapshot()
        for path, content in self.edited.items():
            assert content is None or now[path][0] == content


def _paths(ops: Iterable[Op]) -> set[str]:
    return {path for op in ops for path in (op.path, op.to) if path}


def campaign(steps: int, number: int, world: Path) -> Tally:
    """At least that many steps. A failure is what hypothesis says of the shortest history that fails."""
    Repairs.world, Repairs.steps, Repairs.applies = world, 0, 0
    tally = Tally()
    while tally.count < steps and not tally.failures:
        try:
            run_state_machine_as_test(seed(number)(Repairs), settings=sized(steps - tally.count))
        except Exception as error:
            notes = "\n".join(getattr(error, "__notes__", ()))
            tally.failed(f"history of seed {number}: {type(error).__name__} {error}\n{notes}")
        tally.count = Repairs.steps
        number += 1
    return tally


def sized(steps: int) -> settings:
    """Settings of hypothesis for that many steps."""
    chosen: dict[str, Any] = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
    return settings(max_examples=max(1, steps // LENGTH), stateful_step_count=LENGTH, **chosen)
