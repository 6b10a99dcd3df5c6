"""A small tree with a plan of all four acts, the ways into repair, and what became of the tree."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from unittest.mock import patch

from holdfast.errors import UsageError
from holdfast.names import to_os, to_text
from holdfast.repair.commands import runs as commands
from holdfast.repair.plans.plan import Act, Choices, Group, Kept, Op, Plan, Root
from holdfast.repair.policy import Policy
from holdfast.repair.runs.apply import apply
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import Unfit, stamp_of
from holdfast.repair.runs.places import Place, Refused, Stamp
from holdfast.repair.runs.state import Stage, find_runs, held
from holdfast.repair.runs.tree import Tree
from tests.faults.tally import Tally

PAIRS = 3
FAILURES = (Unfit, Refused, UsageError, OSError)
"""What the ways into repair raise when they changed nothing, or put everything back."""


class State(StrEnum):
    """What a tree looks like."""

    BEFORE = "before"
    AFTER = "after"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder (no digest) of a tree."""

    digest: str | None
    mode: int
    modified: int


Snapshot = dict[str, Entry]
Contents = Mapping[str, tuple[str | None, int]]


def files() -> dict[str, bytes]:
    """What the tree holds."""
    held_files = {
        "b/images/odd\udcff\n.png": b"odd name",
        "b/images/p.jpeg": b"a PNG",
        "b/labels/p.txt": b"0",
    }
    for n in range(PAIRS):
        held_files |= dict.fromkeys(
            (f"a/images/keep{n}.png", f"a/images/copy{n}.png"), b"picture %d" % n * 50
        )
        held_files |= {f"a/labels/keep{n}.txt": b"0 .5 .5 .1 .%d\n" % (n + 1)}
        held_files |= {f"a/labels/copy{n}.txt": b"0 .4 .4 .1 .%d\n" % (n + 1)}
    return held_files


def lay(root: Path) -> Plan:
    """Write the tree; its plan: copies go, a label is rewritten, one is made, two files move."""
    held_files = files()
    for name, content in held_files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, ns=(1_700_000_000_000_000_000, 1_700_000_000_123_456_789))
    (root / "a/labels/keep0.txt").chmod(0o640)

    def op(act: Act, path: str, to: str | None = None, data: bytes | None = None) -> Op:
        pre = None if act is Act.CREATE else stamp_of(held_files[path])
        post = None if data is None else stamp_of(data)
        return Op(act, to_text(path), pre, post, to, data)

    groups = []
    for n in range(PAIRS):
        ops = [op(Act.REMOVE, f"a/images/copy{n}.png"), op(Act.REMOVE, f"a/labels/copy{n}.txt")]
        if n == 0:
            ops.append(op(Act.REPLACE, "a/labels/keep0.txt", data=b"0 .5 .5 .1 .1\n0 .4 .4 .1 .1\n"))
        picture = f"a/images/keep{n}.png"
        kept = Kept(picture, stamp_of(held_files[picture]), "identical bytes", f"a/images/copy{n}.png")
        groups.append(Group((), tuple(ops), (kept,)))
    groups.append(Group((), (op(Act.CREATE, "b/labels/new.txt", data=b""),)))
    groups.append(Group((), (op(Act.MOVE, "b/images/p.jpeg", "b/images/p.png"),)))
    groups.append(Group((), (op(Act.MOVE, "b/images/odd\udcff\n.png", "b/images/even.png"),)))
    state = root.stat()
    here = Root(to_text(str(root)), state.st_dev, state.st_ino)
    return Plan("test", "2026-01-01T00:00:00", here, Choices(Policy(), unsafe=True), tuple(groups))


def no_tick(_: int, __: int) -> None:
    """Progress is told to nobody."""


class Ground:
    """The tree in a folder of its own, with its plan; it can be laid anew."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.root, self._copy = scratch, scratch / "data", scratch / "copy"
        self.plan = lay(self.root)
        shutil.copytree(self.root, self._copy)
        self.before, self._digests = snapshot(self.root), digests(self.root)
        self.apply()
        self.after = MappingProxyType(contents(snapshot(self.root)))
        self.renew()

    def renew(self) -> None:
        """Lay the tree anew, without any state of repair."""
        shutil.rmtree(self.root)
        shutil.copytree(self._copy, self.root)

    def apply(self, disk: Disk | None = None) -> None:
        """What the command `apply` does once the plan is read and proved."""
        disk = disk or Disk()
        with Tree(self.root) as tree, held(self.root, disk, create=True):
            commands.require_settled(self.root)
            apply(tree, self.plan, disk, no_tick)

    def undo(self, disk: Disk | None = None) -> None:
        """The command `undo`."""
        with silence():
            commands.undo(self.root, None, disk)

    def recover(self, disk: Disk | None = None) -> None:
        """The command `recover`."""
        with silence():
            commands.recover(self.root, disk)

    def lost(self) -> int:
        """How many bytes of before are nowhere now."""
        return bytes_in(self._digests - digests(self.root))

    def state(self) -> State:
        """What the tree looks like now."""
        now = snapshot(self.root)
        # a kill between making `.holdfast` and giving the root its time back shows, and does no harm
        now["."] = self.before["."]
        if now == self.before:
            return State.BEFORE
        return State.AFTER if contents(now) == self.after else State.MIXED

    def fault(self) -> str | None:
        """After `recover`: what is wrong with the tree, None when it is as it must be."""
        runs = find_runs(self.root)
        if any(run.is_unfinished for run in runs):
            return "a run is unfinished after recover"
        said = State.AFTER if runs and runs[-1].stage is Stage.APPLIED else State.BEFORE
        state = self.state()
        return None if state is said else f"the tree is {state}, the journal says {said}"


def snapshot(root: Path) -> Snapshot:
    """Everything outside of repair's own folder."""
    found = {}
    for folder, folders, names in os.walk(os.fspath(root)):
        folders[:] = [name for name in folders if name != ".holdfast"]
        for name in (".", *names):
            path = Path(folder, name)
            state = path.lstat()
            digest = _stamp(path).sha256 if stat.S_ISREG(state.st_mode) else None
            found[os.path.relpath(path, root)] = Entry(digest, state.st_mode, state.st_mtime_ns)
    return found


def contents(taken: Snapshot) -> Contents:
    """The same without times."""
    return {path: (entry.digest, entry.mode) for path, entry in taken.items()}


def digests(root: Path) -> Counter[Stamp]:
    """The contents of all files but the lock, those in the quarantine too."""
    paths = (Path(folder, name) for folder, _, names in os.walk(os.fspath(root)) for name in names)
    return Counter(
        _stamp(path) for path in paths if path.is_file() and not path.is_symlink() and path.name != "lock"
    )


def bytes_in(counted: Counter[Stamp]) -> int:
    """How many bytes these contents are."""
    return sum(count * stamp.size for stamp, count in counted.items())


def _stamp(path: Path) -> Stamp:
    return stamp_of(path.read_bytes())


@contextmanager
def silence() -> Iterator[None]:
    """What the commands say is not wanted."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder in memory where there is one, with the keys of runs in it too."""
    shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(prefix="holdfast-", dir=shared) as folder,
        patch.dict(os.environ, XDG_STATE_HOME=f"{folder}/state", XDG_CACHE_HOME=f"{folder}/cache"),
    ):
        yield Path(folder)


def forked(act: Callable[[], None]) -> int:
    """Do something in a process of its own and return its id; it exits with 0, or 1 for a failure."""
    child = os.fork()
    if child == 0:
        code = 2
        try:
            act()
            code = 0
        except FAILURES:
            code = 1
        finally:
            os._exit(code)
    return child


def exit_of(child: int) -> int:
    """Wait for a process: its exit code, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class KillingDisk(Disk):
    """Kills its process at a rename."""

    def __init__(self, number: int) -> None:
        self._left = number

    def flagged(self, source: Place, target: Place, flag: int) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        super().flagged(source, target, flag)


def path_of(ground: Ground, name: str) -> Path:
    """The file of a path of the plan."""
    return ground.root / to_os(name)


def any_seed() -> int:
    """A seed for a campaign that was given none."""
    return random.SystemRandom().randrange(1 << 32)


def tell(what: str, tally: Tally, seed: int, ends: Mapping[str, int] = MappingProxyType({})) -> int:
    """Print one line about a campaign, after its first failures; returns the exit code."""
    for failure in tally.failures[:10]:
        print(failure)
    lost, wrong = tally.bytes_lost, len(tally.failures)
    more = "; " + ", ".join(f"{count} {end}" for end, count in sorted(ends.items())) if ends else ""
    print(f"{tally.count} {what}, {lost} bytes lost, {wrong} wrong (seed {seed}){more}")
    return int(bool(tally.failures))
