"""Rings of polygons that enclose nothing, or cross themselves."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.shapes.crossings import LARGEST, ROUNDING, crossings, no_crossings

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

KINDS = ("polygon", "oriented box")

AT_ONCE = 20_000
"""Polygons that are examined at once."""

SCHEMA = {
    "row": pl.Int64,
    "ring": pl.Int64,
    "rings": pl.Int64,
    "points": pl.Int64,
    "distinct": pl.Int64,
    "flat": pl.Boolean,
    "first": pl.Int64,
    "second": pl.Int64,
    "examined": pl.Boolean,
}


class _Rings(NamedTuple):
    """Of each ring its row, which it is of how many, how many points; of each point its ring and place."""

    row: Rows
    number: Rows
    of: Rows
    length: Rows
    ring: Rows
    x: Numbers
    y: Numbers


def ring_faults(annotations: pl.DataFrame, *, crossing: bool = True) -> pl.DataFrame:
    """The rings of polygons and oriented boxes with a fault.

    `row` is the index of the annotation, `ring` which one it is of its `rings`, from 1; `points` how many it
    has, `distinct` how many differ, where 3 stands for 3 and more; `flat` that all lie on one line; `first`
    and `second` the points from 1 after which two edges begin that cross, null where none do; `examined` is
    false where too many edges lie side by side to compare them all. Without `crossing` none are compared.
    """
    polygons = annotations.select(pl.int_range(pl.len()).alias("row"), "kind", "values", "rings")
    polygons = polygons.filter(pl.col("kind").is_in(KINDS) & (pl.col("values").list.len() > 0))
    parts = [_faults(_split(part), crossing) for part in polygons.iter_slices(AT_ONCE)]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *parts])


def _split(polygons: pl.DataFrame) -> _Rings:
    """The rings of these polygons; those of a row whose lengths do not fit its values are one."""
    count = pl.col("values").list.len().cast(pl.Int32)
    even = pl.col("rings").list.eval(pl.element() % 2 == 0).list.all()
    fit = (pl.col("rings").list.sum() == count) & even & (pl.col("rings").list.min() >= 0)
    # a number without a partner, at the end of a row, is no point
    whole = count // 2 * 2
    table = polygons.select(
        "row",
        pl.col("values").list.head(whole),
        rings=pl.when(fit).then("rings").otherwise(pl.concat_list(whole)),
    )
    counts = table["rings"].list.len().to_numpy().astype(np.int64)
    length = table["rings"].explode().to_numpy().astype(np.int64) // 2
    # an empty list would become a row of its own
    values = table["values"].filter(table["values"].list.len() > 0).explode().fill_null(math.nan).to_numpy()
    before = np.repeat(np.cumsum(counts) - counts, counts)
    return _Rings(
        row=np.repeat(table["row"].to_numpy(), counts),
        number=np.arange(length.size) - before + 1,
        of=np.repeat(counts, counts),
        length=length,
        ring=np.repeat(np.arange(length.size), length),
        x=values[0::2],
        y=values[1::2],
    )


def _faults(rings: _Rings, crossing: bool) -> pl.DataFrame:
    """The rows of these rings that have a fault; one with a number beyond counting has none."""
    with np.errstate(over="ignore", invalid="ignore"):
        distinct, flat = _shape(rings)
        count = rings.length.size
        crossed = crossings(rings.ring, rings.x, rings.y, count) if crossing else no_crossings(count)
    beyond = ~((np.abs(rings.x) < LARGEST) & (np.abs(rings.y) < LARGEST))
    counted = np.bincount(rings.ring[beyond], minlength=count) == 0
    start = np.cumsum(rings.length) - rings.length
    columns = {
        "row": rings.row,
        "ring": rings.number,
        "rings": rings.of,
        "points": rings.length,
        "distinct": distinct,
        "flat": flat,
        "first": crossed.first - start + 1,
        "second": crossed.second - start + 1,
        "examined": crossed.examined,
    }
    found = crossed.first >= 0
    table = pl.DataFrame(columns, schema=SCHEMA).with_columns(
        pl.when(pl.Series(found)).then(name).alias(name) for name in ("first", "second")
    )
    return table.filter(pl.Series(counted & (found | flat | (distinct < 3) | ~crossed.examined)))


def _shape(rings: _Rings) -> tuple[Rows, NDArray[np.bool_]]:
    """How many points of each ring differ, up to 3, and whether they lie on the line through two of them."""
    count = rings.length.size
    if not rings.x.size:
        return np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_)
    start = np.minimum(np.cumsum(rings.length) - rings.length, rings.x.size - 1)
    x, y = rings.x - rings.x[start][rings.ring], rings.y - rings.y[start][rings.ring]
    away = np.abs(x) + np.abs(y)
    farthest = np.zeros(count)
    np.maximum.at(farthest, rings.ring, away)
    end = start.copy()
    [ends] = np.nonzero(away == farthest[rings.ring])
    end[rings.ring[ends]] = ends
    across, down = x[end][rings.ring], y[end][rings.ring]
    third = (away > 0) & ((x != across) | (y != down))
    distinct = np.sum([rings.length > 0, farthest > 0, _any(rings.ring, third, count)], axis=0)
    size = np.abs(rings.x) + np.abs(rings.y)
    unsure = ROUNDING * (size + size[start][rings.ring]) * (np.abs(across) + np.abs(down))
    off = np.abs(x * down - y * across) > unsure
    return distinct, ~_any(rings.ring, off, count)


def _any(ring: Rows, true: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    return np.bincount(ring[true], minlength=count) > 0
