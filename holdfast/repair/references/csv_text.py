"""CSV as text: where the cells of each row stand, so that one can be replaced and no other byte changes.

As Python's csv module reads it with its defaults: commas, double quotes around what holds commas or line
ends, a double quote in such a cell written twice.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple

from holdfast.repair.runs.places import Refused

_CELL = re.compile(r'"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*|)')
_END = re.compile(r"\r\n|\n|\r")
_LINE_FEED = re.compile(r"\r*(?:\n|\Z)")


class Cell(NamedTuple):
    """What a cell says, and where it stands in the text."""

    text: str
    begin: int
    end: int


class Row(NamedTuple):
    """A row: its line from 1, its cells, and where it ends, line end included."""

    line: int
    cells: tuple[Cell, ...]
    end: int

    @property
    def begin(self) -> int:
        """Where it begins."""
        return self.cells[0].begin


def rows(text: str) -> Iterator[Row]:
    """The rows of a text, blank lines left out. Raises Refused for quotes that are not closed."""
    at, line = 1 if text.startswith("\ufeff") else 0, 1
    while at < len(text):
        cells = _cells(text, at)
        at = cells[-1].end
        end = _END.match(text, at)
        if end is None and at < len(text):
            raise Refused(f"has quotes that end in the middle of a cell, line {line}")
        at = end.end() if end else at
        row = Row(line, cells, at)
        line += sum(1 for _ in _END.finditer(text, row.begin, at))
        if len(cells) > 1 or cells[0].text:
            yield row


def sound_rows(text: str) -> Iterator[Row]:
    """The same without the rows that cannot be read: after one of them the next line is read, as
    `holdfast.formats.lists.table` does it. Lines end with a line feed."""
    at, line = 1 if text.startswith("\ufeff") else 0, 1
    while at < len(text):
        cells = _cells(text, at)
        end = _LINE_FEED.match(text, cells[-1].end)
        if end is None or any(len(cell.text) > csv.field_size_limit() for cell in cells):
            at, line = text.find("\n", at) + 1 or len(text), line + 1
            continue
        if len(cells) > 1 or cells[0].text:
            yield Row(line, cells, end.end())
        line += text.count("\n", at, end.end())
        at = end.end()


def _cells(text: str, at: int) -> tuple[Cell, ...]:
    """The cells from there on, up to what is no comma."""
    cells = []
    while True:
        found = _CELL.match(text, at)
        assert found is not None  # it matches nothing at all
        said = found[2] if found[1] is None else found[1].replace('""', '"')
        cells.append(Cell(said, found.start(), found.end()))
        at = found.end()
        if text[at : at + 1] != ",":
            return tuple(cells)
        at += 1


def quoted(text: str, old: str = "") -> str:
    """A text as a cell: in quotes where it must be, or where the old one was."""
    if old.startswith('"') or any(mark in text for mark in ',"\r\n'):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
