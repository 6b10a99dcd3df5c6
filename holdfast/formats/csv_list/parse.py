"""Rows of a CSV list as records: an image, its boxes or classes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from holdfast.formats.csv_list.columns import NUMBER, Columns, Kind
from holdfast.formats.lists.records import Malformed, Mark, Record
from holdfast.formats.lists.table import Row
from holdfast.names import display

_SIZE = re.compile(r"\d{1,9}(\.0*)?", re.ASCII)


class _Bad(Exception):
    """A row that is not read: the field at fault, counted from 0, and why."""

    def __init__(self, field: int | None, message: str) -> None:
        super().__init__(message)
        self.field = field


def parse(rows: Iterator[Row | Malformed], columns: Columns) -> Iterator[Record | Malformed]:
    """Every row of a list, its header left out. Never raises."""
    header = columns.header
    for row in rows:
        if header:
            header = False
            continue
        if isinstance(row, Malformed):
            yield row
            continue
        try:
            yield _record(row, columns)
        except _Bad as error:
            column = None if error.field is None else row.column(error.field)
            name = row.fields[columns.image].strip() if columns.image < len(row.fields) else ""
            yield Malformed(row.line, column, str(error), name)


def _record(row: Row, columns: Columns) -> Record:
    if len(row.fields) != columns.count:
        raise _Bad(None, f"{len(row.fields)} fields instead of {columns.count}")
    name = row.fields[columns.image].strip()
    if not name:
        raise _Bad(columns.image, "names no image")
    if columns.kind is Kind.ONE_HOT:
        return Record(row.line, name, tuple(_ones(row, columns)), once=True)
    return Record(row.line, name, tuple(_mark(row, columns)), _size(row, columns))


def _ones(row: Row, columns: Columns) -> Iterator[Mark]:
    """The classes whose cell is 1."""
    for field, name in zip(columns.marks, columns.names, strict=True):
        value = row.fields[field].strip()
        if value not in ("0", "1"):
            raise _Bad(field, f"{display(name[:40])} is {display(value[:40])!r}, neither 0 nor 1")
        if value == "1":
            yield Mark(row.column(field), name)


def _mark(row: Row, columns: Columns) -> Iterator[Mark]:
    """The box or class of a row; none where all its fields are empty: background."""
    assert columns.label is not None
    label = row.fields[columns.label].strip()
    if not label and not any(row.fields[field].strip() for field in columns.marks):
        if columns.kind is Kind.BOX:
            return
        raise _Bad(columns.label, "names no class")
    values = tuple(_number(row, field) for field in columns.marks)
    if not label:
        raise _Bad(columns.label, "names no class")
    yield Mark(row.column(columns.label), label, values, columns.pixels)


def _number(row: Row, field: int) -> float:
    text = row.fields[field].strip()
    if not NUMBER.fullmatch(text):
        known = text.lstrip("+-").lower() in ("nan", "inf", "infinity")
        raise _Bad(field, f"{display(text[:40])!r} is {'not finite' if known else 'not a number'}")
    if not math.isfinite(value := float(text)):
        raise _Bad(field, f"{display(text[:40])} is too large")
    return value


def _size(row: Row, columns: Columns) -> tuple[int, int] | None:
    """Width and height, where both columns are filled."""
    if columns.size is None:
        return None
    texts = [row.fields[field].strip() for field in columns.size]
    if not any(texts):
        return None
    for field, text in zip(columns.size, texts, strict=True):
        if not _SIZE.fullmatch(text):
            raise _Bad(field, f"{display(text[:40])!r} is not a whole number of pixels")
    width, height = (int(float(text)) for text in texts)
    return width, height
