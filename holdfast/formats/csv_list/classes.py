"""The classes that are declared for CSV lists: by keras-retinanet's `classes.csv`, by Roboflow's header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from holdfast.dataset import Problem
from holdfast.formats.csv_list.columns import Columns
from holdfast.formats.lists.noted import Noted
from holdfast.formats.lists.records import Malformed
from holdfast.formats.lists.table import Row
from holdfast.names import display

FILE_NAMES = ("classes.csv", "class_list.csv", "class_map.csv", "class_mapping.csv")
ROBOFLOW = "_classes.csv"
"""Roboflow calls so both the classes of keras-retinanet's lists and a list of 0 and 1."""
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


class Declared(NamedTuple):
    """A class and where it is declared."""

    number: int
    name: str
    line: int
    entry: int


def read_classes(rows: Iterable[Row | Malformed], noted: Noted) -> Iterator[Declared]:
    """The rows `name,number` of a file of classes, which may have a header; what is none is noted."""
    lines: dict[int | str, int] = {}
    for entry, row in enumerate(rows):
        if isinstance(row, Malformed):
            noted.add(Problem.MALFORMED, row.message, row.line, row.column)
            continue
        fields = [field.strip() for field in row.fields]
        if len(fields) != 2 or not fields[0] or not _NUMBER.fullmatch(fields[1]):
            if entry:  # else it is a header
                message = f"not a class and its number: {display(','.join(fields)[:80])}"
                noted.add(Problem.MALFORMED, message, row.line)
            continue
        name, number = fields[0], int(fields[1])
        again = next((key for key in (number, name) if key in lines), None)
        if again is not None:
            message = f"class {display(str(again)[:80])} stands here again, first in line {lines[again]}"
            noted.add(Problem.DUPLICATE_ID, message, row.line)
            continue
        lines[number] = lines[name] = row.line
        yield Declared(number, name, row.line, entry)


def are_classes(rows: Sequence[Row]) -> bool:
    """Whether all these rows are a name and its number, and there is one."""
    pairs = [row.fields for row in rows if len(row.fields) == 2]
    return (
        bool(rows) and len(pairs) == len(rows) and all(_NUMBER.fullmatch(last.strip()) for _, last in pairs)
    )


def header_classes(headers: Iterable[tuple[str, Columns]]) -> Iterator[tuple[str, Declared]]:
    """The classes that the headers of lists name, each by the first, numbered over all as they come."""
    numbers: dict[str, int] = {}
    for path, columns in headers:
        for field, name in zip(columns.marks, columns.names, strict=True):
            if name not in numbers:
                numbers[name] = len(numbers)
                yield path, Declared(numbers[name], name, columns.line, field)
