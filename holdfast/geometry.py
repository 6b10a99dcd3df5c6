"""Where annotations lie, whatever the format counts in."""

from __future__ import annotations

import polars as pl

EDGES = {
    "left": ("x_min", "width"),
    "upper": ("y_min", "height"),
    "right": ("x_max", "width"),
    "lower": ("y_max", "height"),
}
"""An edge by its name, with its column in the table and the side of the image that it is a fraction of."""


def in_pixels(annotations: pl.DataFrame, images: pl.DataFrame) -> pl.DataFrame:
    """The annotations, in order, with the edges left, upper, right and lower in pixels, and the image's width
    and height.

    Images need the facts width and height; where they are null, the edges of a format that counts fractions
    are null too.
    """
    sized = _with_sizes(annotations, images)
    return sized.with_columns(
        pl.when("pixels").then(edge).otherwise(pl.col(edge) * pl.col(side)).alias(name)
        for name, (edge, side) in EDGES.items()
    )


def in_fractions(annotations: pl.DataFrame, images: pl.DataFrame) -> pl.DataFrame:
    """The annotations, in order, with the same edges as fractions of the image's sides."""
    if not annotations["pixels"].any():  # images are looked up only where their sizes count
        return annotations.with_columns(pl.col(edge).alias(name) for name, (edge, _) in EDGES.items())
    sized = _with_sizes(annotations, images)
    return sized.with_columns(
        pl.when("pixels").then(pl.col(edge) / pl.col(side)).otherwise(edge).alias(name)
        for name, (edge, side) in EDGES.items()
    )


def around_points(annotations: pl.DataFrame) -> pl.DataFrame:
    """The annotations with edges that hold every point of a polygon as well.

    The edges of a polygon are those of the box beside it where the file has one (COCO, Pascal VOC).
    """
    points = pl.when(pl.col("pixels") & (pl.col("kind") == "polygon")).then("values")
    for axis, first in (("x", 0), ("y", 1)):
        along = points.list.gather_every(2, first)
        annotations = annotations.with_columns(
            pl.min_horizontal(f"{axis}_min", along.list.min()).alias(f"{axis}_min"),
            pl.max_horizontal(f"{axis}_max", along.list.max()).alias(f"{axis}_max"),
        )
    return annotations


def _with_sizes(annotations: pl.DataFrame, images: pl.DataFrame) -> pl.DataFrame:
    sizes = images.select(pl.col("path").alias("image"), "width", "height")
    return annotations.join(sizes, on="image", how="left", maintain_order="left")
