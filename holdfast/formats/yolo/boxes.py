"""The boxes of very many label files at once: as fast as their numbers can be parsed.

Only what is plain is read here, and reads the same line by line with `holdfast.formats.yolo.labels`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

_LIMIT_LINES = 100_000
_LIMIT_BYTES = 1 << 20
_IN_NUMBERS = b"0123456789+-.eE"
_LINE = b"    \n"
_ZEROS = b"0" * 19  # a class behind more zeros than that is read line by line
_LARGEST = 10**18  # below it a class fits 64 bits
_FIELDS = {"class": pl.Int64(), **dict.fromkeys(("x", "y", "width", "height"), pl.Float64())}


class Plain(NamedTuple):
    """A file that seems to hold a box in each line: its text, each line with its end, and its lines."""

    text: bytes
    lines: int


class Boxes(NamedTuple):
    """The class of each line of some files, and its four numbers."""

    classes: NDArray[np.int64]
    values: NDArray[np.float64]


def plain(data: bytes) -> Plain | None:
    """A file that has five numbers in each line, as far as its signs say; None for any other."""
    text = data.replace(b"\r\n", b"\n") if b"\r" in data else data
    text = text if text.endswith(b"\n") else text + b"\n"
    lines = text.count(b"\n")
    if lines > _LIMIT_LINES or len(text) > _LIMIT_BYTES or text.translate(None, _IN_NUMBERS) != _LINE * lines:
        return None
    return Plain(text, lines)


def read_boxes(files: list[Plain]) -> Boxes | None:
    """The boxes of plain files, one after the other; None where anything in one of them is in doubt."""
    text = b"".join([file.text for file in files])
    if _ZEROS in text:
        return None
    try:
        table = pl.read_csv(text, has_header=False, separator=" ", quote_char=None, schema=_FIELDS)
    except pl.exceptions.PolarsError:
        return None
    values, classes = table.drop("class").to_numpy(), table["class"].to_numpy()
    complete = table.height == sum(file.lines for file in files) and not any(table.null_count().row(0))
    with np.errstate(over="ignore"):
        finite = np.isfinite(values.sum())  # then all parts are
    if not complete or not finite or max(classes.max(), -classes.min()) >= _LARGEST:
        return None
    return Boxes(classes, values)
