"""Reading files that somebody else wrote: regular ones, in archives too, never through a link, bounded."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


class NotRead(Exception):
    """The file is not read; the text says why in a few words."""


class InArchive(NotRead):
    """A part of the path is a file: it may be an archive that holds the rest."""


def read_file(path: str | Path, limit: int) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file of at most `limit` bytes, and its state before they were read.

    A path may lead into a zip or tar file (`holdfast.archives`). Raises NotRead for anything else: a symbolic
    link, a pipe, a folder, a larger file, no permission.
    """
    try:
        descriptor, state = open_file(path)
    except InArchive:
        from holdfast.archives import read_member

        return read_member(path, limit)
    try:
        if state.st_size > limit:
            raise NotRead(f"{state.st_size} bytes, over the limit of {limit}")
        return b"".join(_parts(descriptor, state.st_size + 1, limit + 1)), state
    except OSError as error:
        raise NotRead(_reason(error)) from None
    finally:
        os.close(descriptor)


def open_file(path: str | Path) -> tuple[int, os.stat_result]:
    """A descriptor of a regular file, not reached through a link as its last part, and its state.

    Raises NotRead for anything else, InArchive where a part of the path is a file, as in `a.zip/b.jpg`.
    """
    linked = "a symbolic link, not followed"
    try:
        if not hasattr(os, "O_NOFOLLOW") and os.path.islink(path):  # Windows
            raise NotRead(linked)
        descriptor = os.open(path, _FLAGS)
    except NotADirectoryError as error:
        raise InArchive(_reason(error)) from None
    except ValueError:
        raise NotRead("a name with a null character") from None
    except OSError as error:  # O_NOFOLLOW says ELOOP, which has other reasons too
        raise NotRead(linked if os.path.islink(path) else _reason(error)) from None
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise NotRead("not a regular file")
    return descriptor, state


def _parts(descriptor: int, size: int, limit: int) -> Iterator[bytes]:
    """What the file holds: one part, as a rule, for one read may give less than was asked for."""
    while part := os.read(descriptor, min(size, limit)):
        limit -= len(part)
        yield part


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
