"""Reading files that somebody else wrote: regular files only, never through a link, bounded."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


class NotRead(Exception):
    """The file is not read; the text says why in a few words."""


def read_file(path: str | Path, limit: int) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file of at most `limit` bytes, and its state before they were read.

    Raises NotRead for anything else: a symbolic link, a pipe, a folder, a larger file, no permission.
    """
    try:
        if os.path.islink(path):  # O_NOFOLLOW says ELOOP for other reasons too, and Windows has none
            raise NotRead("a symbolic link, not followed")
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        raise NotRead((error.strerror or str(error)).lower()) from None
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)  # before fdopen, which refuses a folder in its own words
        raise NotRead("not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        if state.st_size > limit:
            raise NotRead(f"{state.st_size} bytes, over the limit of {limit}")
        try:
            return file.read(limit + 1), state
        except OSError as error:
            raise NotRead((error.strerror or str(error)).lower()) from None
