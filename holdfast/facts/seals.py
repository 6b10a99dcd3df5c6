"""Seals of the rows of the cache: SQLite does not notice when a value rots within its file.

A seal is the CRC-32 of a row's values and of the name of its table. It finds every error within 32 bits
in a row, and misses one in four thousand million of all others.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

Values = tuple[Any, ...]

_FORM = 2
"""Of `marshal`: the newest in which equal values have equal bytes. Nothing is ever read back from it."""
_START = {
    table: zlib.crc32(table.encode())
    for table in (
        "files",
        "facts",
        "thumbnails",
        "looks",
        "codes",
        "previews",
        "searches",
        "masks",
        "features",
        "verdicts",
    )
}


def seals(table: str, rows: Iterable[Values]) -> Iterator[int]:
    """The seals of rows of this table; values in the types in which SQLite gives them back."""
    return map(zlib.crc32, map(marshal.dumps, rows, repeat(_FORM)), repeat(_START[table]))


def sealed(table: str, *values: Any) -> Values:
    """The values, and their seal behind them."""
    return *values, *seals(table, [values])


def is_whole(table: str, row: Values) -> bool:
    """Whether a row with its seal at the end is as it was written."""
    return sealed(table, *row[:-1]) == row
