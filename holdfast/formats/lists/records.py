"""What a line of such a file says: whose image, and what is on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

LIMIT_FILE = 256 << 20
"""Bytes of a file that is read; it is held in memory once."""
LIMIT_ROWS = 5_000_000
"""Rows of a file; each takes up to 0.5 KB while tables are made, 0.2 KB after."""
LIMIT_MARKS = 10_000_000
"""Annotations of a file."""
LIMIT_LINE = 4 << 20
"""Bytes of a line; a line of JSON takes about thirty times as much while it is read."""


class Mark(NamedTuple):
    """One annotation: its column (from 1; None: not known), its class by name or number (None: not given).

    `values` are four numbers for a box and none for a class; `pixels`: they count those, not fractions.
    """

    column: int | None
    key: str | int | None
    values: tuple[float, ...] = ()
    pixels: bool = True


class Record(NamedTuple):
    """An image as the file names it, with what is on it and its width and height in pixels, if given.

    `once`: the format has one record an image with all that is on it; its annotations are counted by
    themselves. Else an image may have several records of at most one annotation, counted by record.
    """

    line: int | None
    name: str
    marks: tuple[Mark, ...]
    size: tuple[int, int] | None = None
    once: bool = False


class Malformed(NamedTuple):
    """A line that is not read; places count from 1. `name` is the image that it names, if that is clear."""

    line: int | None
    column: int | None
    message: str
    name: str = ""


class Lists(NamedTuple):
    """How the files of a format are read.

    `loose`: names may mean images elsewhere (see `Names`); `sized`: boxes are x, y, width and height.
    """

    records: Callable[[ListFile], Iterator[Record | Malformed]]
    loose: bool
    sized: bool


class ListFile(NamedTuple):
    """A file that names images, its collection, and the name of its split; '': the images' folders tell."""

    path: str
    collection: str
    split: str

    @property
    def folder(self) -> str:
        """Where the file lies."""
        return self.path.rpartition("/")[0]


def is_text(value: str) -> bool:
    """Whether text can be a cell of a table: it has no half characters (lone surrogates)."""
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
