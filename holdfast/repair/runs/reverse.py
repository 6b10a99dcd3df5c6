"""One act of a run, looked at and taken back by what lies where, never by what a call returned."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum

from holdfast.repair.plans.plan import Act, Op
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Folder, Place, Refused, Stamp, inspect, lies_at
from holdfast.repair.runs.tree import Tree


class Step(Enum):
    """Where an act stands: not done, done, or somebody changed its files meanwhile."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Work:
    """What a run works with."""

    tree: Tree
    quarantine: Folder
    disk: Disk

    def store(self, number: int) -> Place:
        """The quarantine's place for the act of that position."""
        return self.quarantine.place(f"{number:06d}")

    def spare(self, number: int) -> Place:
        """A free name for an exchange in steps."""
        return self.quarantine.place(f"{number:06d}.old")


def where(work: Work, number: int, op: Op, *, strict: bool) -> Step:
    """Where an act stands. `strict` (undo) wants exactly what applying left, else it is OTHER; without
    it (rolling back) whatever an unfinished act brought to the quarantine counts as done."""
    try:
        with work.tree.place(op.path) as place:
            return _LOOK[op.act](work, number, op, place, strict)
    except (Refused, FileNotFoundError, NotADirectoryError):
        return Step.OTHER


def is_back(work: Work, op: Op) -> bool:
    """Whether the data holds what it held before the act, however that came."""
    try:
        with work.tree.place(op.path) as place:
            return _stamp(place) == op.pre
    except (Refused, FileNotFoundError, NotADirectoryError):
        return False


def turn_back(work: Work, number: int, op: Op) -> bool:
    """Take back an act that stands at AFTER; False if somebody changed the file in that instant."""
    store = work.store(number)
    with work.tree.place(op.path) as place:
        if op.act is Act.REMOVE or (op.act is Act.REPLACE and lies_at(place) is None):
            try:
                work.disk.rename(store, place)
            except FileExistsError:
                if not _is_same_file(store, place):  # a file came there in that instant
                    return False
                work.disk.drop_second_name(store)  # the call failed after it had done its work
        elif op.act is Act.REPLACE:
            work.disk.exchange(place, store, work.spare(number))
            if _stamp(store) != op.post:
                work.disk.exchange(place, store, work.spare(number))
                return False
        elif op.act is Act.CREATE:
            work.disk.rename(place, store)
            if _stamp(store) != op.post:
                work.disk.rename(store, place)
                return False
        else:
            assert op.to is not None
            with work.tree.place(op.to) as target:
                # where somebody put the file back, the other name goes to the quarantine
                work.disk.rename(target, place if lies_at(place) is None else store)
    return True


def settle(work: Work, number: int, op: Op) -> None:
    """Finish what stopped between two names: an exchange in three steps, a rename by link, a power cut."""
    if op.act is Act.MOVE:
        _settle_move(work, number, op)
        return
    store, spare = work.store(number), work.spare(number)
    with work.tree.place(op.path) as place:
        for name, other in ((store, place), (spare, place), (spare, store)):
            _drop_if_same(work, name, other)
        if lies_at(spare) is None:
            return
        if lies_at(store) is None:
            work.disk.rename(spare, store)
        elif lies_at(place) is None:
            work.disk.rename(spare, place)


def _settle_move(work: Work, number: int, op: Op) -> None:
    assert op.to is not None
    store = work.store(number)
    with work.tree.place(op.path) as place, work.tree.place(op.to) as target:
        if lies_at(store) is None and _is_same_file(place, target):
            work.disk.rename(target, store)  # no name in the data is ever unlinked
        _drop_if_same(work, store, place)


def _drop_if_same(work: Work, name: Place, other: Place) -> None:
    """Take a name in the quarantine from a file that has another one."""
    if _is_same_file(name, other):
        work.disk.drop_second_name(name)


def _removed(work: Work, number: int, op: Op, place: Place, strict: bool) -> Step:
    stored = _stamp(work.store(number))
    if stored is None:
        return Step.OTHER if strict and lies_at(place) is None else Step.BEFORE  # else it is nowhere
    if lies_at(place) is not None:
        return Step.BEFORE if _is_restored(op, place, strict) else Step.OTHER
    return Step.OTHER if strict and stored != op.pre else Step.AFTER


def _replaced(work: Work, number: int, op: Op, place: Place, strict: bool) -> Step:
    stored = _stamp(work.store(number))
    if stored == op.post or _is_restored(op, place, strict or stored is None):
        return Step.BEFORE
    if stored is None or (strict and stored != op.pre):
        return Step.OTHER
    if not strict and lies_at(place) is None:  # a power cut took the new content only
        return Step.AFTER
    return Step.AFTER if _stamp(place) == op.post else Step.OTHER


def _created(work: Work, number: int, op: Op, place: Place, strict: bool) -> Step:
    if lies_at(work.store(number)) is not None or lies_at(place) is None:
        return Step.BEFORE
    return Step.AFTER if _stamp(place) == op.post else Step.OTHER


def _moved(work: Work, number: int, op: Op, place: Place, strict: bool) -> Step:
    assert op.to is not None
    with work.tree.place(op.to) as target:
        moved = _stamp(target)
        if lies_at(place) is not None:
            if not strict or moved is None:
                return Step.BEFORE
            if not _is_restored(op, place, strict):
                return Step.OTHER
            return Step.AFTER if moved == op.pre else Step.BEFORE
        return Step.OTHER if moved is None or (strict and moved != op.pre) else Step.AFTER


_LOOK = {Act.REMOVE: _removed, Act.REPLACE: _replaced, Act.CREATE: _created, Act.MOVE: _moved}


def _is_restored(op: Op, place: Place, strict: bool) -> bool:
    """Whether somebody put the file back already, with git for example."""
    return strict and _stamp(place) == op.pre


def _stamp(place: Place) -> Stamp | None:
    file = inspect(place)
    return None if file is None else file.stamp


def _is_same_file(one: Place, other: Place) -> bool:
    here, there = lies_at(one), lies_at(other)
    return here is not None and there is not None and os.path.samestat(here, there)
