"""A file as text in windows: what was read is forgotten, what comes is not loaded yet."""

from __future__ import annotations

import codecs
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from holdfast.files import InArchive, NotRead, open_file, read_file

WINDOW = 4 << 20
"""Bytes that are read at once."""
_IN_ARCHIVE = 256 << 20
"""A file inside an archive is read whole, and no larger one is."""
_RAW = re.compile("[\udc80-\udcff]")


class Fault(NamedTuple):
    """What is wrong with a file as JSON: line and column from 1, JSON pointer, None for the whole file."""

    message: str
    line: int
    column: int
    pointer: str | None = None


class Window:
    """Text of a file from somewhere on; positions count characters of `text`.

    `text` is replaced by `more`, which forgets what lies before a position. `done` counts the bytes that were
    read, of `total`. `oddities` are what strict readers of JSON refuse in the encoding of the file.
    """

    def __init__(self, parts: Iterator[bytes], total: int = 0) -> None:
        self.done, self.total = 0, total
        self.oddities: list[Fault] = []
        self._parts = parts
        self._line, self._start, self._counted = 1, 0, 0
        first = next(parts, b"")
        codec = json.detect_encoding(first)
        if codec != "utf-8":
            known = "with a byte order mark" if codec == "utf-8-sig" else f"in {codec.upper()}"
            self.oddities.append(Fault(f"written {known}; JSON is UTF-8 without one (RFC 8259, 8.1)", 1, 1))
        self._raw = codec.startswith("utf-8")
        self._decoder = codecs.getincrementaldecoder(codec)("surrogateescape" if self._raw else "replace")
        self._add("", self._decoder.decode(first), len(first))

    def more(self, at: int) -> bool:
        """Forget the text before `at`, which becomes position 0, and read on; False at the end of the file,
        where nothing changes."""
        part = next(self._parts, b"")
        text = self._decoder.decode(part, not part)
        if not part and not text:
            return False
        self.place(at)
        self._start, self._counted = self._start - at, 0
        self._add(self.text[at:], text, len(part))
        return True

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a position, both from 1. Positions that are asked for never go back."""
        self._line, self._start = self._lines(at)
        self._counted = max(at, self._counted)
        return self._line, at - self._start + 1

    def look(self, at: int) -> tuple[int, int]:
        """The same for a position ahead, and the next one may lie before it."""
        line, start = self._lines(at)
        return line, at - start + 1

    def _lines(self, at: int) -> tuple[int, int]:
        """The line of a position and where that line begins."""
        lines = self.text.count("\n", self._counted, at)
        if not lines:
            return self._line, self._start
        return self._line + lines, self.text.rfind("\n", self._counted, at) + 1

    def _add(self, left: str, text: str, size: int) -> None:
        """Put new text, decoded from so many bytes, behind what is left of the old."""
        self.done += size
        self.text = left + text
        if self._raw and not text.isascii() and (found := _RAW.search(text)):
            self._raw = False
            place = self.look(len(left) + found.start())
            self.oddities.append(Fault(f"byte 0x{ord(found[0]) - 0xDC00:02x} is not UTF-8", *place))


@contextmanager
def window_of(path: Path, size: int = WINDOW, limit: int | None = None) -> Iterator[Window]:
    """The text of a regular file, or of a file in an archive, at most `limit` bytes of it.

    Raises NotRead, also from the window's `more`.
    """
    try:
        descriptor, state = open_file(path)
    except InArchive:
        data = memoryview(read_file(path, _IN_ARCHIVE)[0])[:limit]
        yield Window((bytes(data[at : at + size]) for at in range(0, len(data), size)), len(data))
        return
    try:
        total = state.st_size if limit is None else min(state.st_size, limit)
        yield Window(_parts(descriptor, size, total), total)
    finally:
        os.close(descriptor)


def _parts(descriptor: int, size: int, left: int) -> Iterator[bytes]:
    """The file in parts; what is appended meanwhile is not read."""
    while left > 0:
        try:
            part = os.read(descriptor, min(size, left))
        except OSError as error:
            raise NotRead((error.strerror or str(error)).lower()) from None
        if not part:
            return
        left -= len(part)
        yield part
