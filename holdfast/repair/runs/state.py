"""The runs of repair on a root: each a folder with its plan, its journal and its quarantine `q`.

What lies there is untrusted: a run whose journal the user's key does not prove is listed and nothing else.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.names import display, to_text
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.journal import Kind, Reading, Record, now, read_journal, sync_journal
from holdfast.repair.runs.keys import key_of, make_key
from holdfast.repair.runs.locations import Location, locations
from holdfast.repair.runs.lock import locked
from holdfast.repair.runs.places import WINDOWS, Folder, Refused, lies_at

_RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


class Stage(StrEnum):
    """How a run stands."""

    APPLIED = "applied"
    UNDONE = "undone"
    PARTLY_UNDONE = "partly undone"
    ROLLED_BACK = "rolled back"
    INTERRUPTED = "interrupted"
    UNDO_INTERRUPTED = "undo interrupted"


@dataclass(frozen=True, slots=True)
class Run:
    """One run as its journal tells it; `root` is absolute, `trusted` that the user's key proves it."""

    name: str
    location: Location
    root: str
    reading: Reading

    @property
    def trusted(self) -> bool:
        """Whether every line of its journal is ours."""
        return self.reading.trusted

    @property
    def purged(self) -> frozenset[int]:
        """The acts whose files in the quarantine were deleted for good."""
        return frozenset(n for r in self.reading.records if r.kind is Kind.PURGE for n in r.ops)

    @property
    def _last(self) -> Record:
        """The last record that says how the run stands."""
        return [r for r in self.reading.records if r.kind not in (Kind.INTENT, Kind.PURGE)][-1]

    @property
    def stage(self) -> Stage:
        """How it stands."""
        last = self._last
        stages = {
            Kind.BEGIN: Stage.INTERRUPTED,
            Kind.COMMIT: Stage.APPLIED,
            Kind.ROLLING_BACK: Stage.INTERRUPTED,
            Kind.ROLLED_BACK: Stage.ROLLED_BACK,
            Kind.UNDO: Stage.UNDO_INTERRUPTED,
            Kind.UNDONE: Stage.PARTLY_UNDONE if last.ops else Stage.UNDONE,
        }
        return stages[last.kind]

    @property
    def is_unfinished(self) -> bool:
        """Whether it stopped in the middle: `recover` settles it."""
        return self.stage in (Stage.INTERRUPTED, Stage.UNDO_INTERRUPTED)

    @property
    def finished(self) -> str:
        """When it came to stand as it does, UTC, ISO 8601."""
        return self._last.at


def find_runs(root: Path) -> list[Run]:
    """The runs on this root, oldest first, ours and others'."""
    wanted = to_text(str(root))
    return sorted(
        (run for place in locations(root) for run in _runs(place) if run.root == wanted),
        key=lambda run: (run.reading.records[0].at, run.name),
    )


def unfinished(root: Path) -> list[Run]:
    """The interrupted runs of ours on this root, or on one above or below it."""
    here = str(root)
    runs = (run for place in locations(root) for run in _runs(place))
    return [run for run in runs if run.trusted and run.is_unfinished and _overlap(here, run.root)]


@contextmanager
def opened(location: Location, disk: Disk, *, create: bool = False) -> Iterator[Folder]:
    """The state folder. Raises FileNotFoundError where there is none, UsageError if it is not safe."""
    with ExitStack() as stack:
        parent = stack.enter_context(Folder.at(os.fspath(location.parent)))
        place = parent.place(location.name)
        if create and lies_at(place) is None:
            if not parent.is_writable():
                raise UsageError(f"{display(to_text(str(location.parent)))}: not writable for this user")
            modified = parent.state().st_mtime_ns
            with suppress(FileExistsError):  # another process was quicker
                disk.make_folder(place)
            disk.set_modified(parent, modified)
        if create:  # also when it is there: who made it may have been killed before the sync
            disk.sync_folder(parent)
        try:
            folder = stack.enter_context(parent.enter(location.name, private=True))
        except Refused:
            raise UsageError(f"{_shown(location)} is a link or no folder: move it away") from None
        if not WINDOWS and folder.state().st_uid not in (os.geteuid(), 0):
            raise UsageError(f"{_shown(location)} belongs to another user: move it away")
        yield folder


@contextmanager
def held(root: Path, disk: Disk, *, create: bool = False) -> Iterator[None]:
    """The locks of all state of this root that exists; `create` makes the place of new runs first.

    Raises UsageError when another process has one.
    """
    with ExitStack() as stack:
        for number, location in enumerate(locations(root)):
            try:
                folder = stack.enter_context(opened(location, disk, create=create and number == 0))
            except FileNotFoundError:
                continue
            stack.enter_context(locked(folder))
        _sync_applied(root, disk)
        yield


def _sync_applied(root: Path, disk: Disk) -> None:
    """A run counts as applied when its last line is read, and a process killed at that line had not synced
    it: without this a power cut could take it back later, under what was built on it."""
    for run in find_runs(root):
        if run.trusted and run.stage is Stage.APPLIED:
            with run_folder(run, disk) as folder:
                sync_journal(disk, folder, run.reading.files)


@contextmanager
def run_folder(run: Run, disk: Disk) -> Iterator[Folder]:
    """The folder of a run, open."""
    with opened(run.location, disk) as state, state.enter("runs") as runs, runs.enter(run.name) as folder:
        yield folder


@contextmanager
def new_run(root: Path, disk: Disk) -> Iterator[tuple[str, Folder, bytes]]:
    """Make the folder and the key of a run: its name, its folder (holding `q`), its key."""
    name = _new_name()
    key = make_key(name, disk)
    with ExitStack() as stack:
        state = stack.enter_context(opened(locations(root)[0], disk, create=True))
        runs = stack.enter_context(_made(state, "runs", disk))
        folder = stack.enter_context(_made(runs, name, disk))
        _made(folder, "q", disk).close()
        yield name, folder, key


def _made(parent: Folder, name: str, disk: Disk) -> Folder:
    if lies_at(parent.place(name)) is None:
        disk.make_folder(parent.place(name))
    disk.sync_folder(parent)  # also when it is there: who made it may have been killed before the sync
    return parent.enter(name)


def _new_name() -> str:
    return re.sub(r"[-:]|\..*", "", now()) + "Z-" + secrets.token_hex(4)


def _runs(location: Location) -> Iterator[Run]:
    try:
        with opened(location, Disk()) as state, state.enter("runs") as runs:
            for name in filter(_RUN.fullmatch, runs.names()):
                if (run := _read_run(location, runs, name)) is not None:
                    yield run
    except (FileNotFoundError, Refused):
        return


def _read_run(location: Location, runs: Folder, name: str) -> Run | None:
    """A run that began; None for one that did not get so far: it changed nothing.

    Raises OSError for one that cannot be read: it may have to be settled.
    """
    try:
        with runs.enter(name) as folder:
            reading = read_journal(folder, key_of(name))
    except FileNotFoundError:
        return None  # purged meanwhile
    except OSError as error:
        raise OSError(error.errno, f"run {name} cannot be read: {error.strerror}") from error
    except (Refused, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    if not reading.records or reading.records[0].kind is not Kind.BEGIN:
        return None
    root = os.path.normpath(os.path.join(to_text(str(location.base)), reading.records[0].root))
    return Run(name, location, root, reading)


def _overlap(one: str, other: str) -> bool:
    parts = Path(to_text(one)).parts, Path(other).parts
    shorter = min(map(len, parts))
    return parts[0][:shorter] == parts[1][:shorter]


def _shown(location: Location) -> str:
    return display(to_text(str(location.parent / location.name)))
