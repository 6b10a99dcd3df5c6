"""The boxes of very many label files at once: as fast as their numbers can be parsed.

Only what is plain is read here, and reads the same line by line with `holdfast.formats.yolo.labels`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

_LIMIT_LINES = 100_000
LONG = 1 << 20
"""Bytes of a file from which on it is read line by line."""
_IN_NUMBERS = b"0123456789+-.eE"
_LINE = b"    \n"
_ENDS = b"\n", b""
_NEW_LINE, _ZERO = b"\n0"
_ZEROS = b"0" * 19  # a class behind more zeros than that is read line by line
_LARGEST = 10**18  # below it a class fits 64 bits
_FIELDS = {"class": pl.Int64(), **dict.fromkeys(("x", "y", "width", "height"), pl.Float64())}


class Boxes(NamedTuple):
    """Boxes of some files: how many each file has, the class of each line, and its four numbers."""

    counts: NDArray[np.int64]
    classes: NDArray[np.int64]
    values: NDArray[np.float64]


def plain(data: bytes) -> bool:
    """Whether a file has five numbers in each line, as far as its signs say."""
    if not data or len(data) > LONG:
        return not data
    ended = data if data[-1:] == b"\n" else data + b"\n"
    return _are_plain(ended.replace(b"\r\n", b"\n"), _LIMIT_LINES)


def read_boxes(files: list[bytes]) -> Boxes | None:
    """The boxes of files, one after the other; None where one of them is not plain, where none says anything,
    or anything is in doubt."""
    ended = [data if data[-1:] in _ENDS else data + b"\n" for data in files]
    text = b"".join(ended)
    signs = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(signs == _NEW_LINE)
    lengths = np.fromiter(map(len, ended), np.int64, len(ended))
    counts = np.diff(np.searchsorted(ends, np.cumsum(lengths)), prepend=0)
    lines = text.replace(b"\r\n", b"\n") if b"\r" in text else text
    if (
        not len(ends)
        or not _are_plain(lines, len(ends))
        or counts.max() > _LIMIT_LINES
        or lengths.max() > LONG
    ):
        return None
    if _zeros_lead(signs, ends) and _ZEROS in text:
        return None
    return _parsed(lines, counts)


def _zeros_lead(signs: NDArray[np.uint8], ends: NDArray[np.int64]) -> bool:
    """Whether the class of any line begins with a zero or a sign, and a zero."""
    starts = np.concatenate(([0], ends[:-1] + 1))
    return bool(((signs[starts] <= _ZERO) & (signs[starts + 1] == _ZERO)).any())


def _parsed(text: bytes, counts: NDArray[np.int64]) -> Boxes | None:
    """What plain lines say."""
    try:
        table = pl.read_csv(text, has_header=False, separator=" ", quote_char=None, schema=_FIELDS)
    except pl.exceptions.PolarsError:
        return None
    values, classes = table.drop("class").to_numpy(), table["class"].to_numpy()
    complete = table.height == counts.sum() and not any(table.null_count().row(0))
    with np.errstate(over="ignore"):
        finite = np.isfinite(values.sum())  # then all parts are
    if not complete or not finite or max(classes.max(), -classes.min()) >= _LARGEST:
        return None
    return Boxes(counts, classes, values)


def _are_plain(text: bytes, most: int) -> bool:
    """Whether there are at most so many lines, and five numbers in each."""
    signs = text.translate(None, _IN_NUMBERS)
    lines = len(signs) // len(_LINE)
    return lines <= most and signs == _LINE * lines
