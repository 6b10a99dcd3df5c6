"""Box without area.

## What it does
Reports each box whose width or height is zero or negative, and each polygon or oriented box whose points
all lie on one line. Two points that lie apart are an `invalid_polygon`.

## Why is this bad?
There is nothing in it: losses become NaN or the image is dropped.

## Fix safety
Safe: the annotation goes, the rest of the file stays as it is; the old file is kept in the quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, ring_faults

SIDES = (("width", "x_max", "x_min", 2), ("height", "y_max", "y_min", 3))
"""A side, the edges between which it lies, and its place among the values of a YOLO box."""


@check(per="split")
def degenerate_box(annotations: pl.DataFrame) -> Iterator[Finding]:
    """Annotations of no width, of no height, or of no area."""
    # a box of no width has no edge right of its left one; that is quicker to see, and leaves few rows
    narrow = (pl.col("x_max") <= pl.col("x_min")) | (pl.col("y_max") <= pl.col("y_min"))
    written = pl.col("kind").is_in(["box", "pose"]) & ~pl.col("pixels")
    sides = {
        name: pl.when(written).then(pl.col("values").list.get(place, null_on_oob=True)).otherwise(None)
        .fill_null(pl.col(most) - pl.col(least))
        for name, most, least, place in SIDES
    }  # fmt: skip
    flat = annotations.filter(narrow).with_columns(**sides)
    flat = flat.filter(pl.min_horizontal("width", "height") <= 0).drop_nulls(["width", "height"])
    for row in flat.iter_rows(named=True):
        yield Finding.on(row, f"{row['kind']} of width {row['width']:g} and height {row['height']:g}")
    sloping = annotations.filter(~narrow & pl.col("kind").is_in(["polygon", "oriented box"]))
    for row in _flat(sloping).iter_rows(named=True):
        yield Finding.on(row, f"{row['kind']} without area: its {row['points']} points lie on one line")


def _flat(annotations: pl.DataFrame) -> pl.DataFrame:
    """Annotations all of whose rings are flat, one with three points at least."""
    flat = ring_faults(annotations, crossing=False).filter("flat")
    whole = flat.group_by("row", maintain_order=True).agg(
        pl.col("points").sum(), pl.col("distinct").max(), all=pl.len() == pl.col("rings").first()
    )
    rows = whole.filter(pl.col("all") & (pl.col("distinct") > 2))
    return annotations[rows["row"]].with_columns(rows["points"])
