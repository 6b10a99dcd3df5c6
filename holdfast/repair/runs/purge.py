"""`purge`: the only thing that deletes. Old runs only, and only what is proved to have a copy in the data.

What is said to be purged is journalled before it goes: a run that is killed in between is purged by the next
one, if the copies are still there, and nothing of it is ever put back in half.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from holdfast.repair.plans.plan import Group, Op
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.journal import Journal, Kind, Record
from holdfast.repair.runs.keys import require_key
from holdfast.repair.runs.places import File, Refused, inspect, lies_at
from holdfast.repair.runs.reverse import Work
from holdfast.repair.runs.state import Run, run_folder
from holdfast.repair.runs.tree import Tree
from holdfast.repair.runs.undo import plan_of


@dataclass(frozen=True, slots=True)
class Purged:
    """Files and bytes that were deleted, and acts whose files were left: nothing in the data is equal to them
    (`unique`), or they are not what the plan says (`other`). `beside` counts files left with those."""

    files: int = 0
    size: int = 0
    unique: tuple[Op, ...] = ()
    other: tuple[Op, ...] = ()
    beside: int = 0


@dataclass(frozen=True, slots=True)
class _Stored:
    """An act's file in the quarantine."""

    number: int
    op: Op
    file: File


def age_of(run: Run) -> timedelta:
    """How long ago the run was carried out or taken back."""
    return datetime.now(UTC) - datetime.fromisoformat(run.finished)


def purge(run: Run, tree: Tree, disk: Disk, *, include_unique: bool) -> Purged:
    """Delete what a settled run left in its quarantine, group by group; the caller holds the lock.

    A group goes when each of its files is equal to the copy that stayed, hashed now, or is a new version that
    was taken back and that the plan holds anyway; with `include_unique` also without that.
    Raises UsageError for a run that is not ours, OSError as it comes: purging again goes on.
    """
    with run_folder(run, disk) as folder, folder.enter("q") as quarantine:
        plan, work = plan_of(run, folder), Work(tree, quarantine, disk)
        doomed: list[_Stored] = []
        unique: list[Op] = []
        other: list[Op] = []
        start = beside = 0
        for group in plan.groups:
            stored = list(_stored(work, start, group))
            start += len(group.ops)
            # also of what a killed purge had begun with: the copies may have changed since
            odd = [s.op for s in stored if not _as_planned(s)]
            alone = [s.op for s in stored if _is_unique(work, s, group)]
            other += odd
            if odd or (alone and not include_unique):
                unique += alone
                beside += sum(s.op not in (*odd, *alone) for s in stored)
            else:
                doomed += stored
        with Journal(disk, folder, require_key(run.name), run.reading) as journal:
            journal.append(Record(Kind.PURGE, ops=tuple(sorted(run.purged | {s.number for s in doomed}))))
        for one in doomed:
            disk.purge(work.store(one.number))
        disk.sync_folder(quarantine)
    return Purged(len(doomed), sum(s.file.stamp.size for s in doomed), tuple(unique), tuple(other), beside)


def _stored(work: Work, start: int, group: Group) -> Iterator[_Stored]:
    for number, op in enumerate(group.ops, start):
        if lies_at(work.store(number)) is not None:
            file = inspect(work.store(number))
            assert file is not None
            yield _Stored(number, op, file)


def _as_planned(stored: _Stored) -> bool:
    return stored.file.stamp in (stored.op.pre, stored.op.post)


def _is_unique(work: Work, stored: _Stored, group: Group) -> bool:
    """Whether no file that stays is proved, now, to hold the same bytes under a name of its own."""
    return stored.file.stamp != stored.op.post and not any(
        _holds(work, kept.path, stored.file) for kept in group.keeps
    )


def _holds(work: Work, path: str, stored: File) -> bool:
    """Whether that file has these bytes, and has them on the device: who wrote it may not have waited."""
    try:
        with work.tree.folder(path.rpartition("/")[0]) as folder, work.tree.place(path) as place:
            file = inspect(place)
            if file is None or file.stamp != stored.stamp or file.is_same(stored):
                return False
            work.disk.sync_again(place)
            work.disk.sync_folder(folder)
    except (Refused, OSError):
        return False
    return True
