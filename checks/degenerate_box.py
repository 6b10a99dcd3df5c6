"""Box without area.

## What it does
Reports each box whose width or height is zero or negative, and each polygon whose points all lie on
one vertical or horizontal line.

## Why is this bad?
There is nothing in it: losses become NaN or the image is dropped.

## Fix safety
Safe: the line goes, the rest of the file stays as it is; the old file is kept in the quarantine.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check


@check(per="split")
def degenerate_box(annotations: pl.DataFrame) -> Iterator[Finding]:
    """Annotations of no width or no height."""
    box = pl.col("kind") == "box"
    # a box of no width has no edge right of its left one; that is quicker to see, and leaves few rows
    narrow = (pl.col("x_max") <= pl.col("x_min")) | (pl.col("y_max") <= pl.col("y_min"))
    sized = annotations.filter(narrow).with_columns(
        width=pl.when(box).then(pl.col("values").list.get(2)).otherwise(pl.col("x_max") - pl.col("x_min")),
        height=pl.when(box).then(pl.col("values").list.get(3)).otherwise(pl.col("y_max") - pl.col("y_min")),
    )
    flat = sized.filter((pl.col("width") <= 0) | (pl.col("height") <= 0))
    for label, line, kind, width, height in flat.select("label", "line", "kind", "width", "height").rows():
        yield Finding(label, f"{kind} of width {width:g} and height {height:g}", line=line)
