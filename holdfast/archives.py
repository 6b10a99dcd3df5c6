"""Zip and tar files read in place, as if they were folders: `data.zip/train/a.jpg` is the path of a member.

Nothing is unpacked and nothing is written. Tar files are read where they are not packed, as WebDataset's
shards are: members of a packed one cannot be found without unpacking it.
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT and POSIX.1-2001 pax, by Python's own modules.
"""

from __future__ import annotations

import functools
import os
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from holdfast.files import NotRead, open_file
from holdfast.names import to_text

SUFFIXES = (".zip", ".tar")
PACKED = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".7z", ".rar")
"""Archives that are not read; a message says what to do."""
_MOST = 10_000_000
"""Members of one archive."""
_KEPT = 8
"""Archives whose members are remembered; work comes in the order of paths."""


class Span(NamedTuple):
    """Where the bytes of a member of a tar file are."""

    offset: int
    size: int


Entry = zipfile.ZipInfo | Span


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive: its regular members by path in the text form of names, why others are not read, and
    folders that are members themselves."""

    file: BinaryIO
    zip: zipfile.ZipFile | None
    members: dict[str, Entry] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    folders: dict[str, None] = field(default_factory=dict)

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a member. Raises NotRead."""
        entry = self.members.get(name)
        if entry is None:
            raise NotRead(self.skipped.get(name, "no such file in the archive"))
        if _size(entry) > limit:
            raise NotRead(f"{_size(entry)} bytes, over the limit of {limit}")
        try:
            data = self._read(entry, limit)
        except Exception as error:  # the modules raise nearly everything
            raise NotRead(f"cannot be read from the archive: {error}") from None
        if len(data) != _size(entry):
            raise NotRead(f"holds {len(data)} bytes or more, its archive says {_size(entry)}")
        return data

    def _read(self, entry: Entry, limit: int) -> bytes:
        if isinstance(entry, Span):
            return os.pread(self.file.fileno(), entry.size, entry.offset)
        assert self.zip is not None
        with self.zip.open(entry) as member:
            return member.read(limit + 1)


def is_archive(name: str) -> bool:
    """Whether a file of this name is one that can be read in place."""
    return name.lower().endswith(SUFFIXES)


def read_member(path: str | Path, limit: int) -> tuple[bytes, os.stat_result]:
    """As `holdfast.files.read_file` for a file in an archive. Raises NotRead."""
    place, name = _parted(path)
    archive, state = _archive(place)
    return archive.read(name, limit), _state(state, archive, name)


def member_state(path: str | Path) -> os.stat_result:
    """The state of a file in an archive: that of the archive, with its own size. Raises NotRead."""
    place, name = _parted(path)
    archive, state = _archive(place)
    return _state(state, archive, name)


def open_archive(path: str | Path) -> Archive:
    """The archive with its members. Raises NotRead for what is no archive, or damaged."""
    return _archive(os.fspath(path))[0]


def _parted(path: str | Path) -> tuple[str, str]:
    """The archive of a path and the member's name, in the text form of names. Raises NotRead."""
    place, inner = os.fspath(path), ""
    while (parent := os.path.dirname(place)) != place:
        inner = os.path.join(os.path.basename(place), inner) if inner else os.path.basename(place)
        place = parent
        if is_archive(place) and os.path.isfile(place):
            return place, to_text(inner.replace(os.sep, "/"))
    raise NotRead("not a directory")


def _archive(place: str) -> tuple[Archive, os.stat_result]:
    descriptor, state = open_file(place)
    key = state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns
    os.close(descriptor)
    return _opened(place, key), state


@functools.lru_cache(maxsize=_KEPT)
def _opened(place: str, key: tuple[int, ...]) -> Archive:
    """The archive as it is in the state `key`: another state is another archive."""
    descriptor, _ = open_file(place)
    file = os.fdopen(descriptor, "rb")
    try:
        if place.lower().endswith(".zip"):
            opened = zipfile.ZipFile(file)
            archive = Archive(file, opened)
            for info in opened.infolist():
                _add(archive, info.filename, info, "" if info.is_dir() else None)
        else:
            archive = Archive(file, None)
            for entry in _tar_entries(file):
                _add(archive, entry.name, Span(entry.offset_data, entry.size), _tar_reason(entry))
    except NotRead:
        raise
    except Exception as error:  # the modules raise nearly everything
        raise NotRead(f"no archive that can be read: {error}") from None
    return archive


def _tar_entries(file: BinaryIO) -> Iterator[tarfile.TarInfo]:
    with tarfile.open(fileobj=file, mode="r:", errorlevel=0) as opened:
        while (entry := opened.next()) is not None:
            opened.members = []  # type: ignore[attr-defined] # undocumented: it would keep them all
            yield entry
        _check_end(file, opened.offset)  # where the module stops for a broken header as well


def _check_end(file: BinaryIO, offset: int) -> None:
    """Raises NotRead where the members of a tar file end without an empty block: a damaged or cut file."""
    block = os.pread(file.fileno(), tarfile.BLOCKSIZE, offset)
    if any(block) or len(block) < tarfile.BLOCKSIZE:
        what = "no header of a member" if any(block) else "not the empty block that ends a tar file"
        raise NotRead(f"damaged or cut off: {what} at byte {offset}")


def _tar_reason(entry: tarfile.TarInfo) -> str | None:
    """Why a member is not read; '' for a folder, None for a file."""
    if entry.isreg() and not entry.issparse():
        return None
    return "" if entry.isdir() else "a link" if entry.issym() or entry.islnk() else "not a regular file"


def _add(archive: Archive, written: str, entry: Entry, reason: str | None) -> None:
    parts = [part for part in to_text(written).split("/") if part not in ("", ".")]
    name = "/".join(parts)
    if len(archive.members) + len(archive.skipped) + len(archive.folders) >= _MOST:
        raise NotRead(f"more than {_MOST} members")
    if not parts:
        return
    if reason == "":
        if ".." not in parts and "\0" not in written:
            archive.folders[name] = None
        return
    if ".." in parts or written.startswith("/") or "\0" in written:
        archive.skipped[name.replace("..", "__")] = "a name that leads out of the archive"
    elif reason is not None:
        archive.skipped[name] = f"{reason}, not followed"
    elif name in archive.members:
        archive.skipped[name] = "two members of this name"
    else:
        archive.members[name] = entry


def _size(entry: Entry) -> int:
    return entry.size if isinstance(entry, Span) else entry.file_size


def _state(state: os.stat_result, archive: Archive, name: str) -> os.stat_result:
    entry = archive.members.get(name)
    if entry is None:
        raise NotRead(archive.skipped.get(name, "no such file in the archive"))
    shown = [*state[:6], _size(entry), *state[7:10]]
    exact = {field: getattr(state, field) for field in ("st_atime_ns", "st_mtime_ns", "st_ctime_ns")}
    return os.stat_result(shown, exact)


def listed(archive: Archive) -> Iterator[tuple[str, str | None]]:
    """Every member with why it is not read, None where it is; names in the text form."""
    for name in archive.members:
        yield name, archive.skipped.get(name)
    yield from ((name, why) for name, why in archive.skipped.items() if name not in archive.members)
