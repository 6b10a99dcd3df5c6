"""Box or polygon that reaches beyond its image.

## What it does
Reports each annotation with an edge outside the image by more than `tolerance` pixels. Rounding of
normalised coordinates stays far below the default: it passes the edge by 0.005 px in real exports.
Where the image's size is not known, a side of 1,000 px is assumed.

## Options
`tolerance` (default 0.01): pixels that an edge may lie outside.

## Why is this bad?
Some trainers drop the whole image ("non-normalized or out of bounds coordinates"), others train on a
box that cannot be seen.

## Fix safety
Unsafe: clipping changes the annotation. One that lies wholly outside is left for a person.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check

EDGES = ("left", "upper", "right", "lower")
LIMIT = 1_000_000
"""Pixels from which on their number says no more; it may be infinite."""


@check(per="split", needs=("width", "height"))
def box_out_of_image(
    annotations: pl.DataFrame, images: pl.DataFrame, *, tolerance: float = 0.01
) -> Iterator[Finding]:
    """Annotations with an edge outside the image."""
    width, height = pl.col("width").fill_null(1000), pl.col("height").fill_null(1000)
    beyond = {
        "left": -pl.col("x_min") * width,
        "upper": -pl.col("y_min") * height,
        "right": (pl.col("x_max") - 1) * width,
        "lower": (pl.col("y_max") - 1) * height,
    }
    low, high = pl.col("x_min", "y_min") < 0, pl.col("x_max", "y_max") > 1
    near = pl.any_horizontal(low, high, pl.lit(tolerance < 0))  # few rows to look the image up for
    sizes = images.select(pl.col("path").alias("image"), "width", "height")
    outside = (
        annotations.filter(near)
        .join(sizes, on="image", how="left", maintain_order="left")
        .select("label", "line", "kind", **beyond)
        .filter(pl.max_horizontal(EDGES) > tolerance)
    )
    for row in outside.iter_rows(named=True):
        edge = max(EDGES, key=lambda name: row[name])
        pixels = f"{row[edge]:.2f}" if row[edge] < LIMIT else f"over {LIMIT:,}"
        yield Finding(
            row["label"], f"{row['kind']} reaches {pixels} px beyond the {edge} edge", line=row["line"]
        )
