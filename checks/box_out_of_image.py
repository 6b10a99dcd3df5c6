"""Box or polygon that reaches beyond its image.

## What it does
Reports each annotation with an edge, or a point of a polygon, outside the image by more than a tolerance.
Rounding of normalised coordinates (YOLO) stays far below the default: 0.005 px in real exports. Formats that
count pixels (COCO, Pascal VOC, CSV) round to whole ones, and some count from 1: one pixel is no fault there.
Where the image could not be decoded, its declared size holds, or else a side of 1,000 px for fractions.

## Options
`tolerance` (default 0.01): pixels that an edge may lie outside, in formats that count fractions of a side.
`pixel_tolerance` (default 1.0): the same in formats that count pixels.

## Why is this bad?
Some trainers drop the whole image ("non-normalized or out of bounds coordinates"), others train on a
box that cannot be seen.

## Fix safety
Unsafe: clipping changes the annotation. One that lies wholly outside is left for a person.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from holdfast import Finding, around_points, check, in_pixels

EDGES = ("left", "upper", "right", "lower")
LIMIT = 1_000_000
"""Pixels from which on their number says no more; it may be infinite."""


@check(per="split", needs=("width", "height"))
def box_out_of_image(
    annotations: pl.DataFrame, images: pl.DataFrame, *, tolerance: float = 0.01, pixel_tolerance: float = 1.0
) -> Iterator[Finding]:
    """Annotations with an edge outside the image."""
    outside = (pl.col("x_min", "y_min") < 0, pl.col("x_max", "y_max") > 1)
    near = annotations.filter(
        pl.any_horizontal("pixels", *outside, pl.lit(tolerance < 0))
    )  # others are inside
    known = [pl.coalesce(side, f"declared_{side}") for side in ("width", "height")]
    beyond = in_pixels(around_points(near), images.with_columns(known)).with_columns(
        left=-pl.coalesce("left", pl.col("x_min") * 1000),
        upper=-pl.coalesce("upper", pl.col("y_min") * 1000),
        right=pl.coalesce(pl.col("right") - pl.col("width"), _beyond("x_max")),
        lower=pl.coalesce(pl.col("lower") - pl.col("height"), _beyond("y_max")),
    )
    allowed = pl.when("pixels").then(pixel_tolerance).otherwise(tolerance)
    beyond = beyond.with_columns(pl.col(EDGES).fill_nan(None))
    for row in beyond.filter(pl.max_horizontal(EDGES) > allowed).iter_rows(named=True):
        edge = max(EDGES, key=lambda name: -math.inf if row[name] is None else row[name])
        pixels = f"{row[edge]:.2f}" if row[edge] < LIMIT else f"over {LIMIT:,}"
        yield Finding.on(row, f"{row['kind']} reaches {pixels} px beyond the {edge} edge")


def _beyond(edge: str) -> pl.Expr:
    return pl.when(~pl.col("pixels")).then((pl.col(edge) - 1) * 1000)
