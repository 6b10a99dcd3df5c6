"""CSV from strangers: every row with the line that it begins in, whatever the others are like.

Quoted by ", as Python's csv and pandas write it, with commas (https://www.rfc-editor.org/rfc/rfc4180) or what
spreadsheets put in their place.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from holdfast.files import InArchive, NotRead, open_file, read_file
from holdfast.formats.lists.records import LIMIT_FILE, LIMIT_LINE, LIMIT_ROWS, Malformed
from holdfast.names import to_text

_SEPARATORS = ";\t|"
_SAMPLE = 20
"""Rows that have to agree on a separator."""
_START = 1 << 16
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORDS = {
    "unexpected end of data": "a quote is opened here and not closed",
    "new-line character seen": "a carriage return inside the line (line ends of old Macs)",
    "field larger than": f"a field of more than {csv.field_size_limit()} characters, or a quote not closed",
}
"""How what Python's csv says begins, and what is said here."""


def read_start(path: Path, limit: int) -> bytes:
    """The first lines of a file, as many as fit into so many bytes. Raises NotRead as `read_file` does."""
    try:
        descriptor, _ = open_file(path)
    except InArchive:
        data = read_file(path, LIMIT_FILE)[0][: limit + 1]
    else:
        try:
            with open(descriptor, "rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise NotRead(str(error)) from None
    return data if len(data) <= limit else data[: data.rfind(b"\n", 0, limit) + 1]


class Row(NamedTuple):
    """The fields of a row that is not blank, and its first line; `plain`: there is no quote in it."""

    line: int
    fields: list[str]
    plain: bool

    def column(self, field: int) -> int | None:
        """The column where a field begins, from 1; None where quotes make it unsure."""
        return 1 + field + sum(map(len, self.fields[:field])) if self.plain else None


def separator_of(data: bytes) -> str:
    """What separates the fields of a CSV file: a comma, unless its first row has none and another mark cuts
    that and the next rows into as many fields, two or more."""
    start = data[:_START]
    end = start.rfind(b"\n") + 1 if len(data) > _START else len(start)
    for separator in _SEPARATORS if len(next(_fields(start[:end], ","), "")) == 1 else "":
        lengths = [len(fields) for fields in islice(_fields(start[:end], separator), _SAMPLE)]
        if lengths and lengths[0] > 1 and lengths.count(lengths[0]) == len(lengths):
            return separator
    return ","


def _fields(data: bytes, separator: str) -> Iterator[list[str]]:
    return (row.fields for row in read_rows(data, separator) if isinstance(row, Row))


def read_rows(data: bytes, separator: str = ",") -> Iterator[Row | Malformed]:
    """Every row of a CSV file, the header too, in order. Never raises."""
    if data.startswith(_UTF_16) or data[:2048].count(0) > 512:
        yield Malformed(1, None, "not UTF-8 but UTF-16 by its first bytes: not read")
        return
    lines = _Lines(data)
    reader = csv.reader(lines, strict=True, delimiter=separator)
    for _ in range(LIMIT_ROWS):
        start, begin = lines.number + 1, lines.next
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Malformed(start, None, _words(str(error)))
            lines.rewind_to(start, begin)
            continue
        if len(fields) > 1 or any(map(str.strip, fields)):  # not blank
            nul = lines.has(b"\0", begin)
            plain = not lines.has(b'"', begin)
            yield Malformed(start, None, "a NUL byte in the row") if nul else Row(start, fields, plain)
    yield Malformed(lines.number, None, f"more than {LIMIT_ROWS} rows; the rest is not read")


def _words(message: str) -> str:
    return next((words for start, words in _WORDS.items() if message.startswith(start)), message)


class _Lines:
    """The lines of a file as the csv module takes them; what follows a quote left open can be read anew."""

    def __init__(self, data: bytes) -> None:
        self.number = 0
        self.next = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        self._data = data

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        start = self.next
        if start >= len(self._data):
            raise StopIteration
        self.next, self.number = self._end(start), self.number + 1
        if self.next - start > LIMIT_LINE:
            raise csv.Error(f"a line of {self.next - start} bytes, over the limit of {LIMIT_LINE}")
        return to_text(self._data[start : self.next].decode("utf-8", "surrogateescape"))

    def rewind_to(self, number: int, start: int) -> None:
        """Go on after the line of this number, which begins at `start`."""
        self.number, self.next = number, self._end(start)

    def has(self, what: bytes, start: int) -> bool:
        """Whether this is in what was read from `start` on."""
        return self._data.find(what, start, self.next) >= 0

    def _end(self, start: int) -> int:
        return self._data.find(b"\n", start) + 1 or len(self._data)
