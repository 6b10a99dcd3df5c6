"""Annotations of one image that lie on top of each other, found without comparing all with all.

If two boxes overlap by an IoU of t or more, then so do their extents in x and in y: the two hold
IoU <= overlap / hull along each axis. Their edges are then at most (1 - t) / t of the smaller side
apart, and so is every weighted sum of the edges. The boxes of an image, sorted by such a sum, are
compared with those that follow within that distance: 0.01 of a side at an IoU of 0.99.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

WEIGHTS = (1.0, 1.6180339887, 0.7548776662, 1.3247179572)
"""Of the left, upper, right, lower edge; unrelated, so that boxes in one row or column differ."""

MOST = 300
"""Boxes at most that one is compared with: a bound for hostile files, far beyond what real images hold."""

LEAST = 0.1
"""The lowest IoU that is looked for: below it nearly every two boxes of an image would be compared."""

LARGEST = 1e100
"""Edges beyond it are no place in an image, and their areas no number."""

EDGES = ("x_min", "y_min", "x_max", "y_max")


class _Boxes(NamedTuple):
    """Boxes sorted by group and sum: which row each was, its group, what must differ, edges, sum, reach."""

    row: Rows
    group: NDArray[np.uint64]
    other: Rows
    edges: tuple[Numbers, Numbers, Numbers, Numbers]
    sums: Numbers
    reach: Numbers


def overlapping(
    annotations: pl.DataFrame, least: float, by: tuple[str, ...], unlike: str | None = None
) -> pl.DataFrame:
    """Annotations that overlap an earlier one by an IoU of `least` (0.1 to 1) or more, at most once each.

    Compares the rows that have an image, agree in the columns `by` and, where given, differ in the column of
    numbers `unlike`. The result names rows of `annotations` by their index: `row`, the `earlier` one, and
    `overlap`, their IoU. Boxes without area, crowds, and edges that are no finite number overlap nothing.
    """
    boxes = _sorted(annotations, max(least, LEAST), by, unlike)
    found = np.zeros(annotations.height, dtype=np.bool_)
    rows: list[tuple[Rows, Rows, Numbers]] = []
    first = np.arange(boxes.row.size)
    for step in range(1, MOST + 1):
        first = _within_reach(boxes, first, step)
        if not first.size:
            break
        a, b = boxes.row[first], boxes.row[first + step]
        later = np.maximum(a, b)
        overlap = _overlap(boxes.edges, first, first + step)
        near = (overlap >= least) & ~found[later]
        if unlike is not None:
            near &= boxes.other[first] != boxes.other[first + step]
        # of several that make one row the later one at this step, the last wins: one is enough
        found[later[near]] = True
        rows.append((later[near], np.minimum(a, b)[near], overlap[near]))
    return _table(rows)


def _sorted(annotations: pl.DataFrame, least: float, by: tuple[str, ...], unlike: str | None) -> _Boxes:
    """The annotations that can overlap anything, in the order in which they are compared."""
    sized = (pl.col("x_max") > pl.col("x_min")) & (pl.col("y_max") > pl.col("y_min"))
    finite = pl.all_horizontal(pl.col(EDGES).abs() < LARGEST)
    placed = pl.col("image").is_not_null()  # which of a list's missing images are one is not known
    other = pl.lit(0) if unlike is None else pl.col(unlike)
    table = (
        annotations.lazy()
        .with_row_index("row")
        .filter(sized & finite & placed & ~pl.col("crowd").fill_null(value=False))
        .select(pl.col("row").cast(pl.Int64), *EDGES, group=_group(by), other=other.cast(pl.Int64))
        .with_columns(sums=pl.sum_horizontal(w * pl.col(e) for w, e in zip(WEIGHTS, EDGES, strict=True)))
        .filter(pl.col("group").is_duplicated())
        .sort("group", "sums", "row")
        .collect()
    )
    left, upper, right, lower = (table[name].to_numpy() for name in EDGES)
    share = (1 - least) / least + 1e-9  # of the smaller side; a little more for rounding
    reach = share * (max(WEIGHTS[0::2]) * (right - left) + max(WEIGHTS[1::2]) * (lower - upper))
    sums = table["sums"].to_numpy()
    return _Boxes(
        table["row"].to_numpy(),
        table["group"].to_numpy(),
        table["other"].to_numpy(),
        (left, upper, right, lower),
        sums,
        reach + 1e-12 * np.abs(sums),
    )


def _group(by: tuple[str, ...]) -> pl.Expr:
    """One number for what the columns hold together."""
    made = pl.lit(0, pl.UInt64)
    for seed, name in enumerate(by):
        made = made ^ pl.col(name).hash(seed)
    return made


def _within_reach(boxes: _Boxes, first: Rows, step: int) -> Rows:
    """Those of `first` whose follower by `step` is of the same group and near enough to overlap."""
    first = first[: np.searchsorted(first, boxes.row.size - step)]
    same = boxes.group[first] == boxes.group[first + step]
    first = first[same]
    return first[boxes.sums[first + step] - boxes.sums[first] <= boxes.reach[first]]


def _overlap(edges: tuple[Numbers, Numbers, Numbers, Numbers], a: Rows, b: Rows) -> Numbers:
    """Intersection over union of the boxes at `a` and at `b`, 0 to 1."""
    left, upper, right, lower = edges
    width = np.minimum(right[a], right[b]) - np.maximum(left[a], left[b])
    height = np.minimum(lower[a], lower[b]) - np.maximum(upper[a], upper[b])
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    areas = (right[a] - left[a]) * (lower[a] - upper[a]) + (right[b] - left[b]) * (lower[b] - upper[b])
    union = areas - shared
    overlap: Numbers = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return overlap


def _table(rows: list[tuple[Rows, Rows, Numbers]]) -> pl.DataFrame:
    schema = {"row": pl.Int64, "earlier": pl.Int64, "overlap": pl.Float64}
    parts = [pl.DataFrame(dict(zip(schema, part, strict=True)), schema=schema) for part in rows]
    return pl.concat([pl.DataFrame(schema=schema), *parts]).unique("row", keep="first").sort("row")
