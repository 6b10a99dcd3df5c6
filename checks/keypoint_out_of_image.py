"""Keypoint beyond its image.

## What it does
Reports each annotation with a keypoint that is given (visibility above 0) and lies outside the image by more
than a tolerance: the farthest, and how many there are. Where the image could not be decoded, nothing is said.

## Options
`tolerance` (default 0.01): pixels, in formats that count fractions of a side.
`pixel_tolerance` (default 1.0): pixels, in formats that count pixels.

## Why is this bad?
The point cannot be seen, and a heat map for it cannot be made; often its x and y are swapped, or the image
was cropped or scaled and the points were not.

## Fix safety
No fixer: a point that cannot be seen has no right place.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check

EDGES = ("left", "upper", "right", "lower")


@check(per="split", needs=("width", "height"))
def keypoint_out_of_image(
    annotations: pl.DataFrame, images: pl.DataFrame, *, tolerance: float = 0.01, pixel_tolerance: float = 1.0
) -> Iterator[Finding]:
    """Poses with a point outside the image."""
    posed = annotations.filter(pl.col("keypoints").list.len() > 2)
    sizes = images.select(pl.col("path").alias("image"), "width", "height").drop_nulls()
    points = _points(posed.join(sizes, on="image", maintain_order="left"))
    beyond = points.with_columns(left=-pl.col("x"), upper=-pl.col("y")).with_columns(
        right=pl.col("x") - pl.col("width"), lower=pl.col("y") - pl.col("height")
    )
    farthest, allowed = pl.max_horizontal(EDGES), pl.when("pixels").then(pixel_tolerance).otherwise(tolerance)
    outside = beyond.filter((pl.col("visible") > 0) & (farthest > allowed)).with_columns(by=farthest)
    worst = outside.sort("row", "by", descending=[False, True]).with_columns(count=pl.len().over("row"))
    for row in worst.unique("row", keep="first", maintain_order=True).iter_rows(named=True):
        edge = max(EDGES, key=lambda name: row[name])
        others = f" ({row['count']} of its keypoints lie outside)" if row["count"] > 1 else ""
        yield Finding.on(
            row, f"keypoint {row['number']} lies {row['by']:.7g} px beyond the {edge} edge{others}"
        )


def _points(posed: pl.DataFrame) -> pl.DataFrame:
    """One row a keypoint: its number from 1, x and y in pixels, whether it is given."""
    whole = pl.col("keypoints").list.head(pl.col("keypoints").list.len() // 3 * 3)
    parts = {name: whole.list.gather_every(3, offset) for offset, name in enumerate(("x", "y", "visible"))}
    points = posed.with_row_index("row").with_columns(**parts).drop("values", "rings", "keypoints")
    points = points.explode(*parts).with_columns(number=pl.int_range(1, pl.len() + 1).over("row"))
    across = pl.when("pixels").then("x").otherwise(pl.col("x") * pl.col("width"))
    down = pl.when("pixels").then("y").otherwise(pl.col("y") * pl.col("height"))
    return points.with_columns(x=across.fill_nan(None), y=down.fill_nan(None)).drop_nulls(["x", "y"])
