"""Predictions as a CSV with a header: path, label, score, and for boxes x_min, y_min, x_max, y_max."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from holdfast.errors import UsageError
from holdfast.files import NotRead, read_file
from holdfast.formats.lists.records import LIMIT_FILE, Malformed
from holdfast.formats.lists.table import Row, read_rows
from holdfast.impact.predictions import Box, Name, Prediction
from holdfast.names import display, shown_path

_SAID = ("path", "label", "score")
_EDGES = ("x_min", "y_min", "x_max", "y_max")
_EXPECTED = f"expected {','.join(_SAID)}, for boxes also {','.join(_EDGES)} in pixels"
_LONGEST = 4096


class _Columns(NamedTuple):
    """Which field is what; `edges` is empty where there are no boxes. A row has so many fields."""

    said: tuple[int, ...]
    edges: tuple[int, ...]
    fields: int


class _Bad(Exception):
    """What is wrong with a row."""


def csv_rows(path: Path) -> Iterator[Prediction]:
    """Every row of a file. Raises UsageError at the first that is none, with its line."""
    try:
        data, _ = read_file(path, LIMIT_FILE)
    except NotRead as error:
        raise UsageError(f"--predictions: {shown_path(path)} cannot be read: {error}") from None
    columns = None
    for row in read_rows(data):
        try:
            if isinstance(row, Malformed):
                raise _Bad(row.message)
            if columns is None:
                columns = _columns(row)
            else:
                yield _prediction(row, columns)
        except _Bad as error:
            raise UsageError(f"--predictions: {shown_path(path)}:{row.line}: {error}; {_EXPECTED}") from None


def _columns(header: Row) -> _Columns:
    """The columns by their names. Raises _Bad."""
    names = [name.strip().lower() for name in header.fields]
    wanted = [*_SAID, *(_EDGES if set(_EDGES) & set(names) else ())]
    if missing := [name for name in wanted if names.count(name) != 1]:
        found = "twice" if missing[0] in names else "missing"
        raise _Bad(f"column {missing[0]} is {found} in the header")
    places = [names.index(name) for name in wanted]
    return _Columns(tuple(places[:3]), tuple(places[3:]), len(names))


def _prediction(row: Row, columns: _Columns) -> Prediction:
    if len(row.fields) != columns.fields:
        raise _Bad(f"{len(row.fields)} fields, the header has {columns.fields}")
    name, label, score = (row.fields[place].strip() for place in columns.said)
    if not 0 < len(name) <= _LONGEST:
        raise _Bad("path is empty" if not name else f"path has {len(name)} characters")
    if not label:
        raise _Bad("label is empty")
    box = tuple(_number(row.fields[place], edge) for place, edge in zip(columns.edges, _EDGES, strict=False))
    return Prediction(Name(name), label, _number(score, "score"), _box(box))


def _box(values: tuple[float, ...]) -> Box | None:
    if not values:
        return None
    left, upper, right, lower = values
    return left, upper, right, lower


def _number(text: str, column: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _Bad(f"{column} {display(text.strip()[:40])!r} is not a number") from None
    if not math.isfinite(value):
        raise _Bad(f"{column} {display(text.strip()[:40])} is not finite")
    return value
