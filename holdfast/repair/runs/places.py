"""Names in open folders: no symbolic link that is swapped in meanwhile can lead a step elsewhere.

A folder is walked to component by component, each opened without following links. Windows has no
calls relative to an open folder: there the whole path is used and each component is looked at first
(not run here).
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from holdfast.repair.planning.flags import is_fixed

WINDOWS = sys.platform == "win32"
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
# O_NONBLOCK: opening a pipe must not wait for its other end
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_BLOCK = 1 << 20
_LONGEST = 4096


class Refused(Exception):
    """Something must not be touched. The message is one line: what is wrong, without the path."""


@dataclass(frozen=True, slots=True)
class Place:
    """A name in an open folder. `private`: in the quarantine, where nobody else writes."""

    folder: int | None
    name: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which content a file has: SHA-256 in hexadecimal, and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class File:
    """What a regular file is now."""

    stamp: Stamp
    device: int
    inode: int
    links: int
    mode: int
    owner: tuple[int, int]
    changed: float
    fixed: bool = False
    """Immutable or append-only: not even root may change it."""

    def is_same(self, other: File) -> bool:
        """Whether both are one file: two links, or one name by two ways."""
        return (self.device, self.inode) == (other.device, other.inode)


class Folder:
    """An open folder. Close it, or use it in a `with`."""

    __slots__ = ("descriptor", "path", "private")

    def __init__(self, path: str, descriptor: int | None, private: bool) -> None:
        self.path, self.descriptor, self.private = path, descriptor, private

    @classmethod
    def at(cls, path: str, private: bool = False) -> Self:
        """The folder of that path, links followed: only for a place that the user named."""
        return cls(path, None if WINDOWS else os.open(path, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0)), private)

    def enter(self, name: str, private: bool = False) -> Folder:
        """The folder of that name in this one. Raises Refused for a link, OSError if it is not there."""
        path = os.path.join(self.path, name)
        state = os.stat(self.place(name).name, dir_fd=self.descriptor, follow_symlinks=False)
        if not stat.S_ISDIR(state.st_mode):
            raise Refused("a folder on its way is a symbolic link or no folder")
        if WINDOWS:
            return Folder(path, None, private or self.private)
        return Folder(path, _open(name, _FOLDER, self.descriptor), private or self.private)

    def place(self, name: str) -> Place:
        """That name in this folder."""
        return Place(self.descriptor, os.path.join(self.path, name) if WINDOWS else name, self.private)

    def names(self) -> list[str]:
        """The names in it, sorted."""
        return sorted(os.listdir(self.path if self.descriptor is None else self.descriptor))

    def state(self) -> os.stat_result:
        """The stat of the folder itself."""
        return os.stat(self.path if self.descriptor is None else self.descriptor)

    def is_writable(self) -> bool:
        """Whether this process may change names in it."""
        path = self.path if self.descriptor is None else "."
        effective = os.access in os.supports_effective_ids
        return os.access(path, os.W_OK | os.X_OK, dir_fd=self.descriptor, effective_ids=effective)

    def close(self) -> None:
        """Give the descriptor back."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def lies_at(place: Place) -> os.stat_result | None:
    """The lstat of what has that name, None if nothing has."""
    try:
        return os.stat(place.name, dir_fd=place.folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def read(place: Place) -> bytes | None:
    """All bytes of a regular file, None if nothing has that name. Raises Refused, OSError."""
    with _opened(place) as descriptor:
        return None if descriptor is None else b"".join(_blocks(descriptor))


def inspect(place: Place) -> File | None:
    """Content and kind of a regular file, None if nothing has that name. Raises Refused, OSError."""
    with _opened(place) as descriptor:
        if descriptor is None:
            return None
        digest, size = hashlib.sha256(), 0
        for block in _blocks(descriptor):
            digest.update(block)
            size += len(block)
        state = os.fstat(descriptor)
        return File(
            Stamp(digest.hexdigest(), size),
            state.st_dev,
            state.st_ino,
            state.st_nlink,
            stat.S_IMODE(state.st_mode),
            (state.st_uid, state.st_gid),
            max(state.st_mtime, state.st_ctime),
            is_fixed(descriptor, state),
        )


@contextmanager
def _opened(place: Place) -> Iterator[int | None]:
    state = lies_at(place)
    if state is None:
        yield None
        return
    if stat.S_ISLNK(state.st_mode):
        raise Refused("is a symbolic link")
    if not stat.S_ISREG(state.st_mode):
        raise Refused("is not a regular file")
    descriptor = _open(place.name, _FILE, place.folder)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Refused("is not a regular file")
        yield descriptor
    finally:
        os.close(descriptor)


def _open(name: str, flags: int, folder: int | None) -> int:
    """Open what was no link a moment ago. Raises Refused if it is one now."""
    try:
        return os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):  # each system has its own
            raise Refused("became a symbolic link") from None
        raise


def _blocks(descriptor: int) -> Iterator[bytes]:
    while block := os.read(descriptor, _BLOCK):
        yield block


def check_path(path: str) -> None:
    """Raises Refused unless the path stays below the root and out of what is not data."""
    parts = path.split("/")
    if not path or "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise Refused("is not a plain path below the root")
    if any(part.lower() in (".holdfast", ".git") for part in parts):
        raise Refused("lies in a folder that is not data")
    if WINDOWS and any(character in path for character in ":\\"):
        raise Refused("is not a plain path below the root")
    if len(os.fsencode(path)) > _LONGEST:
        raise Refused(f"is longer than {_LONGEST} bytes")
