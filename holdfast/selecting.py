"""The rows of a unit: where each split's rows lie is looked up once a table, not once a rule."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from holdfast.check import Per
from holdfast.units import Unit

_MOST_RUNS = 200


class _Places(NamedTuple):
    """Each run of rows of one split, by its unit: its first row and its end; None where they are many."""

    table: pl.DataFrame
    runs: dict[str | None, list[tuple[int, int]]] | None


_known: dict[str, _Places] = {}
"""Of the tables that were last asked for, by name."""


def selected(name: str, table: pl.DataFrame, unit: Unit) -> pl.DataFrame:
    """The rows of a dataset's table of this name that belong to a unit, as `Unit.select` gives them."""
    if unit.per is Per.DATASET:
        return table
    places = _known.get(name)
    if places is None or places.table is not table:
        places = _known[name] = _Places(table, _runs(table["unit"]))
    if places.runs is None:
        return unit.select(table)
    found: list[tuple[int, int]] = []
    for start, end in sorted(run for split in unit.splits for run in places.runs.get(split, ())):
        first = found.pop()[0] if found and found[-1][1] == start else start
        found.append((first, end))
    parts = [table.slice(start, end - start) for start, end in found]
    return pl.concat(parts) if parts else table.clear()


def _runs(units: pl.Series) -> dict[str | None, list[tuple[int, int]]] | None:
    found = units.rle()
    if found.len() > _MOST_RUNS:
        return None
    runs: dict[str | None, list[tuple[int, int]]] = {}
    start = 0
    for length, unit in found.struct.unnest().rows():
        runs.setdefault(unit, []).append((start, start + length))
        start += length
    return runs
