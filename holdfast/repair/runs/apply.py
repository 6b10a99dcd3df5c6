"""Carry a plan out: all of it, or nothing.

Order of writes: plan and new contents are staged and synced; the journal says what comes; files change
their names, batch by batch; what landed in the quarantine is hashed again; folders are synced; the
journal says it is final. Any fault before that takes everything back.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.names import display, to_text
from holdfast.repair.plans.plan import Act, Op, Plan
from holdfast.repair.plans.plan_json import to_json
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import Tick, Unfit, require_fit, unfit_keepers
from holdfast.repair.runs.journal import FolderTime, Journal, Kind, Record, read_journal
from holdfast.repair.runs.locations import locations
from holdfast.repair.runs.places import Folder, Place, Refused, inspect, lies_at
from holdfast.repair.runs.reverse import Work
from holdfast.repair.runs.state import new_run
from holdfast.repair.runs.tree import Tree
from holdfast.repair.runs.undo import folder_times, restore_times, roll_back, sync_folders

BATCH = 64
"""Acts between two syncs: one by one, syncing 1,000 files took 70 times as long."""


class Stopped(OSError):
    """A call of the system failed, and the data is as before. The message says what failed, and where."""


Verify = Callable[[], None]


def apply(tree: Tree, plan: Plan, disk: Disk, tick: Tick, verify: Verify = lambda: None) -> str:
    """Carry the plan out and return the name of the run. The caller holds the lock.

    `verify` is called when all is done and nothing is final yet: what it raises takes everything back.

    Raises Unfit when the plan does not fit (any more), UsageError when the disk is too full or a folder
    is not writable, Stopped and KeyboardInterrupt: in each case everything is as before. A fault that
    lasts, so that nothing can be put back, is an OSError: the run stays interrupted, and `recover`
    settles it.
    """
    root = tree.path
    require_fit(tree, plan, tick)
    _require_writable(tree, plan)
    text = to_json(plan)
    _require_space(root, len(text) + sum(len(op.data or b"") for op in plan.ops))
    with new_run(root, disk) as (name, folder, key), folder.enter("q") as quarantine:
        work = Work(tree, quarantine, disk)
        with _stopping("nothing was changed"):
            _stage(work, folder, text, plan.ops)
        times = folder_times(tree, plan.ops)
        started: list[int] = []
        final = False
        try:
            with Journal(disk, folder, key) as journal:
                journal.append(_begin(root, text, times))
                _carry_out(work, plan, journal, started, tick)
                verify()
                commit = Record(Kind.COMMIT, folders=folder_times(tree, plan.ops))
                final = True
                journal.append(commit)
        except BaseException as error:
            if final:  # that line may be there: it must not stand while things are taken back
                _say(disk, folder, key, Record(Kind.ROLLING_BACK))
            left = roll_back(work, plan.ops, started)
            restore_times(work, times)
            _say(disk, folder, key, Record(Kind.ROLLED_BACK, ops=left))
            with _stopping("everything was put back" if not left else "not all could be put back"):
                raise error
    return name


def _begin(root: Path, text: bytes, times: tuple[FolderTime, ...]) -> Record:
    """What a run is about: its plan, its root as its state sees it, and the times of the folders."""
    place = to_text(os.path.relpath(root, locations(root)[0].base))
    return Record(Kind.BEGIN, plan=hashlib.sha256(text).hexdigest(), root=place, folders=times)


def _say(disk: Disk, folder: Folder, key: bytes, record: Record) -> None:
    """Go on with a journal whose last line may be torn: in a new file."""
    with Journal(disk, folder, key, read_journal(folder, key)) as journal:
        journal.append(record)


def _carry_out(work: Work, plan: Plan, journal: Journal, started: list[int], tick: Tick) -> None:
    ops = plan.ops
    for batch in _batches(plan):
        journal.append(Record(Kind.INTENT, ops=tuple(batch)))
        started += batch
        for number in batch:
            with _naming(ops[number].path):
                _perform(work, number, ops[number])
        sync_folders(work, [ops[number] for number in batch])
        tick(len(started), len(ops))
    if failures := unfit_keepers(work.tree, plan):
        raise Unfit(tuple(failures))


@contextmanager
def _naming(path: str) -> Iterator[None]:
    """Say at which file a call failed: relative to an open folder the system only knows the last name."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, f"{display(path)}: {_reason(error)}") from error


@contextmanager
def _stopping(state: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Stopped(f"{_reason(error)}; {state}") from error


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _batches(plan: Plan) -> Iterator[list[int]]:
    """Positions of acts, about BATCH at a time, no group split."""
    batch: list[int] = []
    start = 0
    for group in plan.groups:
        batch += range(start, start + len(group.ops))
        start += len(group.ops)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _perform(work: Work, number: int, op: Op) -> None:
    """Do one act, then look at what was really moved: it may have changed since it was hashed."""
    store = work.store(number)
    with work.tree.place(op.path) as place:
        if op.act is Act.REMOVE:
            work.disk.rename(place, store)
            _expect(op, store, gone=place)
        elif op.act is Act.REPLACE:
            work.disk.exchange(place, store, work.spare(number))
            _expect(op, store)
        elif op.act is Act.CREATE:
            work.disk.rename(store, place)
        else:
            assert op.to is not None
            with work.tree.place(op.to) as target:
                work.disk.rename(place, target)
                _expect(op, target, gone=place)


def _expect(op: Op, landed: Place, gone: Place | None = None) -> None:
    try:
        file = inspect(landed)
    except Refused:
        file = None
    # a rename between two links of one file does nothing and reports success
    if file is None or file.stamp != op.pre or (gone and lies_at(gone) is not None):
        raise Unfit((f"{display(op.path)}: changed while the plan was carried out",))


def _stage(work: Work, folder: Folder, text: bytes, ops: Sequence[Op]) -> None:
    """Write the plan and all new contents, so that nothing needs space once files begin to move."""
    _write(work.disk, folder.place("plan.json"), text)
    for number, op in enumerate(ops):
        if op.data is not None:
            old = work.tree.inspect(op.path) if op.act is Act.REPLACE else None
            owner = old.owner if old else None
            _write(work.disk, work.store(number), op.data, old.mode if old else 0o644, owner)
            staged = inspect(work.store(number))
            if staged is None or staged.stamp != op.post:
                raise OSError(f"{display(op.path)}: the new content was not written as it should be")
    work.disk.sync_folder(work.quarantine)
    work.disk.sync_folder(folder)


def _write(
    disk: Disk, place: Place, data: bytes, mode: int = 0o600, owner: tuple[int, int] | None = None
) -> None:
    descriptor = disk.create(place)
    try:
        disk.write(descriptor, data)
        disk.take_after(descriptor, mode, owner)
        disk.sync(descriptor)
    finally:
        os.close(descriptor)


def _require_writable(tree: Tree, plan: Plan) -> None:
    """Raises UsageError for a folder in which no name can be changed."""
    for path in sorted({name.rpartition("/")[0] for op in plan.ops for name in (op.path, op.to) if name}):
        with tree.folder(path) as folder:
            if not folder.is_writable():
                raise UsageError(f"{display(path) or 'the root'}: the folder is not writable for this user")


def _require_space(root: Path, size: int) -> None:
    """Raises UsageError unless there is room for that many bytes, the journal and some more."""
    if not hasattr(os, "statvfs"):
        return
    state = os.statvfs(locations(root)[0].parent)
    needed = int(1.1 * size) + (1 << 20)
    if state.f_bavail * state.f_frsize < needed:
        raise UsageError(f"{display(to_text(str(root)))}: the repair needs {needed >> 10} KiB of free space")
