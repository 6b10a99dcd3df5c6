"""One shape on disk: built anew in a moment, repaired with any `Disk`, and judged."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.names import to_os, to_text
from holdfast.repair.commands import runs as commands
from holdfast.repair.plans.plan import Act, Op
from holdfast.repair.runs.apply import apply
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.state import find_runs, held
from holdfast.repair.runs.tree import Tree
from tests.faults.draft import File, Shape

Snapshot = dict[str, tuple[bytes | str | None, int]]
"""Content and mode by path: bytes of a file, target of a symbolic link, None for a folder."""
_THEN = 1_600_000_000_000_000_000
_STATE = (".holdfast", ".git")
BEFORE, AFTER = "before", "after"


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for many small trees, in memory where that is possible; keys of runs go there as well."""
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=base, prefix="holdfast-") as folder:
        before = os.environ.get("XDG_STATE_HOME")
        os.environ["XDG_STATE_HOME"] = f"{folder}/state"
        try:
            with redirect_stdout(StringIO()):
                yield Path(folder)
        finally:
            if before is None:
                del os.environ["XDG_STATE_HOME"]
            else:
                os.environ["XDG_STATE_HOME"] = before


class Trial:
    """A shape in `world`: the data in `data`, the user's keys in `state`."""

    def __init__(self, shape: Shape, world: Path) -> None:
        self.shape, self.world, self.root = shape, world, world / "data"
        self.reset()
        self.before, self._times = self.snapshot(), self._modified()
        self.after = carried_out(self.before, shape)
        self._contents = Counter(_sizes(self.before))

    def reset(self) -> None:
        """The tree as it is before any repair."""
        self.clear()
        (self.world / "state").mkdir()
        self.root.mkdir()
        if self.shape.git:
            (self.root / ".git").mkdir()
            (self.root / ".git/HEAD").write_bytes(b"ref: refs/heads/main\n")
        for path, file in self.shape.files.items():
            self._make(path, file)
        for path, mode in sorted(self.shape.folders.items(), reverse=True):
            self.path(path).mkdir(parents=True, exist_ok=True)
            self.path(path).chmod(mode)
        for number, path in enumerate(sorted(self._paths(), reverse=True)):
            os.utime(path, ns=(_THEN, _THEN + number), follow_symlinks=False)

    def clear(self) -> None:
        """An empty world."""
        for name in ("data", "state"):
            shutil.rmtree(self.world / name, ignore_errors=True)

    def apply(self, disk: Disk) -> None:
        """The core of `apply`, as the command runs it. The only way that the faults take into it."""
        with Tree(self.root) as tree, held(self.root, disk, create=True):
            apply(tree, self.shape.plan, disk, lambda done, total: None)

    def undo(self, disk: Disk) -> None:
        """Take the last run back."""
        commands.undo(self.root, None, disk)

    def recover(self, disk: Disk) -> None:
        """Settle what was interrupted."""
        commands.recover(self.root, disk)

    def settled(self, *, times: bool = False) -> str:
        """Recover with a sound disk, and say how the tree stands: `before`, `after` or what is wrong.

        `times`: that of a tree as before must be so too (the root's may tell that `.holdfast` was made).
        """
        if lost := self.lost():
            return f"{sum(lost.values())} contents lost"
        try:
            self.recover(Disk())
        except (UsageError, OSError, Refused) as error:
            return f"recover failed: {error}"
        if lost := self.lost():
            return f"{sum(lost.values())} contents lost in recover"
        if any(run.is_unfinished for run in find_runs(self.root)):
            return "still unfinished after recover"
        now = self.snapshot()
        if now == self.before and times and self._modified() != self._times:
            return "modification times differ"
        return BEFORE if now == self.before else AFTER if now == self.after else _difference(now, self)

    def lost(self) -> Counter[tuple[str, int]]:
        """Contents of before, as digest and size, that are neither in the data nor in the quarantine."""
        return self._contents - Counter(_sizes(self._look(hidden=True)))

    def contents(self) -> Counter[bytes]:
        """All contents in the data and in the quarantine."""
        return Counter(
            content for content, _ in self._look(hidden=True).values() if isinstance(content, bytes)
        )

    def snapshot(self) -> Snapshot:
        """The tree now, without the state of repair."""
        return self._look(hidden=False)

    def _look(self, hidden: bool) -> Snapshot:
        found: Snapshot = {}
        for path in self._paths(hidden):
            state = os.lstat(path)
            content: bytes | str | None = None
            if stat.S_ISLNK(state.st_mode):
                content = os.readlink(path)
            elif stat.S_ISREG(state.st_mode):
                with open(path, "rb") as file:
                    content = file.read()
            found[to_text(os.path.relpath(path, self.root))] = content, stat.S_IMODE(state.st_mode)
        return found

    def _modified(self) -> dict[str, int]:
        times = {path: os.lstat(path).st_mtime_ns for path in self._paths()}
        times.pop(str(self.root), None)
        return times

    def _paths(self, hidden: bool = False) -> Iterator[str]:
        for folder, folders, files in os.walk(self.root):
            if not hidden:
                folders[:] = [name for name in folders if name not in _STATE]
            yield folder
            yield from (os.path.join(folder, name) for name in files)
            yield from (path for name in folders if os.path.islink(path := os.path.join(folder, name)))

    def _make(self, path: str, file: File) -> None:
        name = self.path(path)
        name.parent.mkdir(parents=True, exist_ok=True)
        if file.symbolic:
            name.symlink_to(file.symbolic)
        elif file.hard:
            os.link(self.path(file.hard), name)
        else:
            name.write_bytes(file.content)
            name.chmod(file.mode)

    def path(self, path: str) -> Path:
        """The file of a path of the tables."""
        return self.root / to_os(path)


def _sizes(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    contents = (content for content, _ in snapshot.values() if isinstance(content, bytes))
    return ((hashlib.sha256(content).hexdigest(), len(content)) for content in contents)


def carried_out(before: Snapshot, shape: Shape) -> Snapshot:
    """What the plan must make of the tree, said without any code that repairs."""
    now = dict(before)
    for op in (op for group in shape.groups for op in group.ops):
        _do(now, op)
    return now


def _do(now: Snapshot, op: Op) -> None:
    if op.act is Act.CREATE:
        now[op.path] = op.data, 0o644
        return
    content, mode = now.pop(op.path)
    if op.act is Act.MOVE:
        assert op.to is not None
        now[op.to] = content, mode
    elif op.act is Act.REPLACE:
        now[op.path] = op.data, mode


def _difference(now: Snapshot, trial: Trial) -> str:
    """Neither before nor after: the nearer of the two, and what is not as there."""
    lists = []
    for name, wanted in ((BEFORE, trial.before), (AFTER, trial.after)):
        paths = sorted(p for p in now.keys() | wanted.keys() if now.get(p) != wanted.get(p))
        lists.append((len(paths), name, paths))
    _, name, paths = min(lists)
    return f"mixed: not as {name}: {paths[:4]}"
