"""Take a run back: one that was applied (undo), or one that stopped in the middle (recover)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter

from holdfast.errors import UsageError
from holdfast.repair.plans.plan import Group, NotAPlan, Op, Plan
from holdfast.repair.plans.plan_json import carried_out_from_json
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import Tick
from holdfast.repair.runs.journal import FolderTime, Journal, Kind, Record
from holdfast.repair.runs.keys import require_key
from holdfast.repair.runs.places import Folder, Refused, read
from holdfast.repair.runs.reverse import Step, Work, is_back, settle, turn_back, where
from holdfast.repair.runs.state import Run, Stage, run_folder
from holdfast.repair.runs.tree import Tree


def undo(run: Run, tree: Tree, disk: Disk, tick: Tick) -> tuple[Op, ...]:
    """Take an applied run back, or go on with an undo that stopped; the caller holds the lock.

    A group of which somebody changed a file since, or of which one was purged, is left as it is: its acts
    are returned.
    Raises UsageError for a run that is not ours, OSError as it comes (`recover` then goes on).
    """
    with run_folder(run, disk) as folder, folder.enter("q") as quarantine:
        plan, work = plan_of(run, folder), Work(tree, quarantine, disk)
        with Journal(disk, folder, require_key(run.name), run.reading) as journal:
            times = _times_to_restore(run, tree, plan)
            journal.append(Record(Kind.UNDO, folders=times))
            left = _undo_groups(work, plan, run.purged, tick)
            if not left:
                restore_times(work, times)
            journal.append(Record(Kind.UNDONE, ops=tuple(left)))
        ops = plan.ops
        return tuple(ops[number] for number in left)


def recover(run: Run, tree: Tree, disk: Disk, tick: Tick) -> tuple[Op, ...]:
    """Settle an interrupted run: an apply is rolled back, an undo is finished; the caller holds the lock.

    Returns the acts that could not be taken back as somebody changed the files. Raises as `undo`.
    """
    if run.stage is Stage.UNDO_INTERRUPTED:
        return undo(run, tree, disk, tick)
    with run_folder(run, disk) as folder, folder.enter("q") as quarantine:
        ops, work = plan_of(run, folder).ops, Work(tree, quarantine, disk)
        started = [n for record in run.reading.records if record.kind is Kind.INTENT for n in record.ops]
        with Journal(disk, folder, require_key(run.name), run.reading) as journal:
            left = roll_back(work, ops, started)
            restore_times(work, run.reading.records[0].folders)
            journal.append(Record(Kind.ROLLED_BACK, ops=left))
        return tuple(ops[number] for number in left)


def roll_back(work: Work, ops: Sequence[Op], started: Sequence[int]) -> tuple[int, ...]:
    """Take back what was done of the started acts; returns those that somebody else's change blocks."""
    left = []
    for number in reversed(started):
        _settle(work, number, ops[number])
        step = where(work, number, ops[number], strict=False)
        if step is Step.OTHER or (step is Step.AFTER and not turn_back(work, number, ops[number])):
            left.append(number)
    sync_folders(work, [ops[number] for number in started], back=True)
    return tuple(left)


def folder_times(tree: Tree, ops: Iterable[Op]) -> tuple[FolderTime, ...]:
    """When each folder that the acts touch was modified."""
    times = []
    for path in sorted({parent for op in ops for parent in _folders(op)}):
        with tree.folder(path) as folder:
            times.append(FolderTime(path, folder.state().st_mtime_ns))
    return tuple(times)


def restore_times(work: Work, times: Iterable[FolderTime]) -> None:
    """Give folders the modification times that they had."""
    for time in times:
        try:
            with work.tree.folder(time.path) as folder:
                work.disk.set_modified(folder, time.modified)
        except (FileNotFoundError, Refused):
            continue  # somebody took the folder away: there is nothing to restore


def sync_folders(work: Work, ops: Sequence[Op], *, back: bool = False) -> None:
    """Sync every folder that the acts touched: where files arrived before where they left.

    Else a device that takes the two names of a rename apart could lose both. `back`: the acts were
    taken back, so files went the other way.
    """
    folders = _arrived_first(ops)
    for path in reversed(folders) if back else ():
        _sync(work, path)
    work.disk.sync_folder(work.quarantine)
    for path in () if back else folders:
        _sync(work, path)


def _arrived_first(ops: Sequence[Op]) -> list[str]:
    """The folders of the acts, each that files move to before the one that they leave."""
    sources: dict[str, set[str]] = {path: set() for op in ops for path in _folders(op)}
    for op in ops:
        if op.to is not None:
            sources[_parent(op.path)] |= {_parent(op.to)} - {_parent(op.path)}
    try:
        return list(TopologicalSorter(sources).static_order())
    except (
        CycleError
    ):  # files moved both ways: no order is right, only a rename that is one step on the device
        return sorted(sources)


def _sync(work: Work, path: str) -> None:
    try:
        with work.tree.folder(path) as folder:
            work.disk.sync_folder(folder)
    except (FileNotFoundError, Refused):
        return  # somebody took the folder away


def _undo_groups(work: Work, plan: Plan, purged: frozenset[int], tick: Tick) -> list[int]:
    left: list[int] = []
    start = len(plan.ops)
    for done, group in enumerate(reversed(plan.groups), 1):
        start -= len(group.ops)
        numbers = range(start, start + len(group.ops))
        left += (
            [n for n in numbers if not is_back(work, plan.ops[n])]
            if purged.intersection(numbers)
            else _undo_group(work, start, group)
        )
        tick(done, len(plan.groups))
    sync_folders(work, plan.ops, back=True)
    return left


def _undo_group(work: Work, start: int, group: Group) -> list[int]:
    numbered = list(enumerate(group.ops, start))
    for number, op in numbered:
        _settle(work, number, op)
    steps = {number: where(work, number, op, strict=True) for number, op in numbered}
    if Step.OTHER in steps.values():
        return [number for number, step in steps.items() if step is not Step.BEFORE]
    done = [(number, op) for number, op in reversed(numbered) if steps[number] is Step.AFTER]
    return [number for number, op in done if not turn_back(work, number, op)]


def _settle(work: Work, number: int, op: Op) -> None:
    try:
        settle(work, number, op)
    except (FileNotFoundError, Refused):
        return  # its folder is gone or a link: `where` says so


def _times_to_restore(run: Run, tree: Tree, plan: Plan) -> tuple[FolderTime, ...]:
    """The folders that nobody else changed since applying, with their times before it."""
    records = run.reading.records
    if records[-1].kind is Kind.UNDO:
        return records[-1].folders
    committed = next(record for record in records if record.kind is Kind.COMMIT)
    untouched = {time.path for time in _present_times(tree, plan) if time in committed.folders}
    return tuple(time for time in records[0].folders if time.path in untouched)


def _present_times(tree: Tree, plan: Plan) -> tuple[FolderTime, ...]:
    try:
        return folder_times(tree, plan.ops)
    except (FileNotFoundError, Refused):
        return ()


def plan_of(run: Run, folder: Folder) -> Plan:
    """The plan of a run, proved by its journal. Raises UsageError when it is not, OSError, Refused."""
    text = read(folder.place("plan.json")) or b""
    if not run.trusted or hashlib.sha256(text).hexdigest() != run.reading.records[0].plan:
        raise UsageError(
            f"run {run.name} was not made by this user on this machine: it is listed, nothing else"
        )
    try:
        return carried_out_from_json(text)
    except NotAPlan as error:
        raise UsageError(f"run {run.name}: its plan cannot be used: {error}") from None


def _folders(op: Op) -> tuple[str, ...]:
    return (_parent(op.path),) if op.to is None else (_parent(op.path), _parent(op.to))


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
