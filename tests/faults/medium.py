"""A model of what a device holds: which names and contents are sure to be there after a power cut.

Two models of a file system.

Ordered (ext4, xfs, btrfs in their usual modes): names change in the order of the calls, and any sync makes
all changes of names before it durable. The content of a file that was not synced may be missing or torn.

Weak (what POSIX leaves open): each change of a name that was not synced is lost or kept by itself, in any
order over the names, in its own order at one name; a sync of a folder is a promise for its own names only. A
rename may be cut between its two names: the file then has both. One promise is kept, without which no
program could survive (it is the rule of soft updates): a file does not lose a name on its own account before
it has those that it was given earlier. An exchange is one step.
"""

from __future__ import annotations

import os
import random
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

Names = dict[tuple[int, str], int | None]
"""Which inode lies at a name in a folder (by its inode); None: nothing."""


class Power(StrEnum):
    """The two models."""

    ORDERED = "ordered"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Content:
    """What an inode is: a folder, a file or a symbolic link (with its target as data)."""

    kind: int
    mode: int
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Name:
    """From now on that inode lies at a name, or (`is_gone`) no longer does."""

    folder: int
    name: str
    inode: int
    is_gone: bool = False

    @property
    def place(self) -> tuple[int, str]:
        """The name in its folder."""
        return self.folder, self.name

    @property
    def now(self) -> int | None:
        """What lies there then."""
        return None if self.is_gone else self.inode


@dataclass(frozen=True, slots=True)
class Change:
    """One call that changes names, additions first. `is_one_step`: all or nothing of it."""

    names: tuple[Name, ...]
    is_one_step: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """What a device holds after a power cut."""

    names: Names
    contents: dict[int, Content]
    root: int

    def key(self) -> int:
        """Equal for states that are equal."""
        used = {inode for inode in self.names.values() if inode is not None}
        held = frozenset((inode, self.contents[inode]) for inode in used)
        return hash((frozenset(item for item in self.names.items() if item[1] is not None), held))

    def make(self, folder: Path) -> None:
        """Make it in an empty folder, links as links."""
        children: dict[int, list[tuple[str, int]]] = {}
        for (parent, name), inode in self.names.items():
            if inode is not None:
                children.setdefault(parent, []).append((name, inode))
        self._fill(os.fspath(folder), self.root, children, {})

    def _fill(
        self, path: str, folder: int, children: dict[int, list[tuple[str, int]]], made: dict[int, str]
    ) -> None:
        for name, inode in children.get(folder, ()):
            content, there = self.contents[inode], os.path.join(path, name)
            if inode in made:
                os.link(made[inode], there, follow_symlinks=False)
            elif stat.S_ISDIR(content.kind):
                os.mkdir(there)
                self._fill(there, inode, children, made)
                os.chmod(there, content.mode)
            elif stat.S_ISLNK(content.kind):
                os.symlink(content.data, os.fsencode(there))
            else:
                _write(there, content)
            made.setdefault(inode, there)


class Medium:
    """A device under a folder, told of each change; all that is there at first is durable."""

    def __init__(self, folder: Path) -> None:
        self.root = os.stat(folder).st_ino
        self._durable: Names = {}
        self._held: dict[int, Content] = {}
        self._look(os.fspath(folder), self.root)
        self._contents = dict(self._held)
        self._pending: list[tuple[Change, Name]] = []
        self._synced: Names = dict(self._durable)
        self._since: list[Change] = []

    def made(self, inode: int, kind: int, mode: int) -> None:
        """A new file or folder, nameless yet; what it is becomes durable with a sync (a folder at once)."""
        self._contents[inode] = Content(kind, mode)
        self._held[inode] = self._contents[inode]

    def wrote(self, inode: int, data: bytes) -> None:
        """More content at the end of a file."""
        old = self._contents[inode]
        self._contents[inode] = Content(old.kind, old.mode, old.data + data)

    def gave_mode(self, inode: int, mode: int) -> None:
        """Another mode."""
        old = self._contents[inode]
        self._contents[inode] = Content(old.kind, mode, old.data)

    def named(self, *names: Name, is_one_step: bool = False) -> None:
        """One call that changed names, additions first."""
        change = Change(names, is_one_step)
        self._pending += [(change, name) for name in names]
        self._since.append(change)

    def synced_file(self, inode: int) -> None:
        """The content of a file, and in the ordered model all names until now, are durable."""
        self._held[inode] = self._contents[inode]
        self._commit()

    def synced_folder(self, inode: int) -> None:
        """The names in a folder, and in the ordered model all names until now, are durable."""
        steps = {id(c) for c, name in self._pending if c.is_one_step and name.folder == inode}
        left, places = [], set()
        for change, name in reversed(self._pending):  # what came before at a place is past with it
            if name.folder != inode and id(change) not in steps and name.place not in places:
                left.append((change, name))
            elif name.place not in places:
                places.add(name.place)
                self._durable[name.place] = name.now
        self._pending = left[::-1]
        self._commit()

    def sync_all(self) -> None:
        """Everything is durable."""
        for inode in self._contents:
            self._held[inode] = self._contents[inode]
            self.synced_folder(inode)

    def cut(self, power: Power, chance: random.Random) -> Cut:
        """A state that a power cut in this instant may leave."""
        names = self._weak(chance) if power is Power.WEAK else self._ordered(chance)
        contents = {inode: _torn(self._held[inode], now, chance) for inode, now in self._contents.items()}
        return Cut(names, contents, self.root)

    def _commit(self) -> None:
        for change in self._since:
            self._synced |= {name.place: name.now for name in change.names}
        self._since.clear()

    def _ordered(self, chance: random.Random) -> Names:
        kept = self._since[: chance.randint(0, len(self._since))]
        return self._synced | {n.place: n.now for change in kept for n in change.names}

    def _weak(self, chance: random.Random) -> Names:
        names, likely = dict(self._durable), chance.choice((0.1, 0.5, 0.9))
        lost: set[object] = set()  # changes, places, and files that did not get a name
        decided: set[int] = set()
        for change, name in self._pending:
            is_second = change.is_one_step and id(change) in decided
            decided.add(id(change))
            together = change.names if change.is_one_step else (name,)
            needs = {id(change), *(n.place for n in together)} | ({name.inode} if name.is_gone else set())
            if lost.isdisjoint(needs) and (is_second or chance.random() < likely):
                names[name.place] = name.now
            else:
                lost |= {id(change), *(n.place for n in together)} | (set() if name.is_gone else {name.inode})
        return names

    def _look(self, path: str, inode: int) -> None:
        for entry in os.scandir(path):
            state = entry.stat(follow_symlinks=False)
            data = b""
            if entry.is_symlink():
                data = os.fsencode(os.readlink(entry.path))
            elif entry.is_file():
                data = Path(entry.path).read_bytes()
            self._durable[inode, entry.name] = state.st_ino
            self._held[state.st_ino] = Content(state.st_mode, stat.S_IMODE(state.st_mode), data)
            if entry.is_dir(follow_symlinks=False):
                self._look(entry.path, state.st_ino)


def _torn(held: Content, now: Content, chance: random.Random) -> Content:
    """A file of which not all was synced: as it was, as it is, cut off somewhere, or grown with zeros."""
    if held == now:
        return now
    mode = chance.choice((held.mode, now.mode))
    more = len(now.data) - len(held.data)
    part = now.data[: len(held.data) + chance.randint(0, more)]
    zeros = held.data + bytes(more)
    return Content(now.kind, mode, chance.choice((held.data, now.data, part, zeros)))


def _write(path: str, content: Content) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, content.data)
        os.fchmod(descriptor, content.mode)
    finally:
        os.close(descriptor)
