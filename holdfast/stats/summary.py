"""The summary of a dataset: counts by split and class, sizes of boxes and images, where boxes lie."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from holdfast.dataset import Dataset
from holdfast.geometry import in_fractions, in_pixels
from holdfast.stats.naming import class_name

GRID = 32
"""Columns and rows of the heat map."""
SMALL, MEDIUM = 32**2, 96**2
"""Areas in square pixels from which on a box is medium, and above which it is large, as COCO counts them
(https://cocodataset.org/#detection-eval; COCO takes the area of the mask, here it is that of the box)."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SHAPES = {
    "wider than 2:1": pl.col("ratio") > 2,
    "wide": pl.col("ratio") > 1.05,
    "square (within 5 %)": pl.col("ratio") >= 1 / 1.05,
    "tall": pl.col("ratio") >= 0.5,
    "taller than 1:2": pl.lit(value=True),
}
"""Shapes of images by width / height; the first that holds."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a dataset as tables; rows of a table with a column `unit` are in the order of `units`.

    - `splits`: unit, images, annotated, backgrounds (something says that nothing is on them), unlabelled
      (nothing says what is on them), annotations, and of those of an annotated image the median and the most
    - `classes`: collection, class, annotations and images, in all and by unit in the lists `by_unit` and
      `images_by_unit`; the largest class of a collection first
    - `boxes`: unit, boxes with an area; small, medium and large ones; the QUANTILES of the side of a square
      of their area in pixels
    - `sizes`: unit, width, height, images
    - `shapes`: unit, shape (SHAPES), images
    - `formats`: unit, format, images
    - `centres`: how many boxes have their centre in each cell of a GRID x GRID net over the image, row by row
      from the top
    """

    units: tuple[str, ...]
    splits: pl.DataFrame
    classes: pl.DataFrame
    boxes: pl.DataFrame
    sizes: pl.DataFrame
    shapes: pl.DataFrame
    formats: pl.DataFrame
    centres: tuple[tuple[int, ...], ...]


def summary_of(dataset: Dataset) -> Summary:
    """The summary of a dataset; what needs the facts width, height and format is empty without them."""
    images = dataset.images
    absent = [name for name in ("width", "height", "format") if name not in images.columns]
    types = {"width": pl.Int32(), "height": pl.Int32(), "format": pl.String()}
    images = images.with_columns(pl.lit(None, types[name]).alias(name) for name in absent)
    units = tuple(split.unit for split in dataset.splits)
    annotations = dataset.annotations.drop("values", "rings", "keypoints")
    order = pl.DataFrame({"unit": units}, schema={"unit": pl.String()})
    ratio = images.select(
        pl.col("unit").cast(pl.String), ratio=pl.col("width") / pl.col("height")
    ).drop_nulls()
    shape = pl.coalesce(pl.when(holds).then(pl.lit(name)) for name, holds in SHAPES.items()).alias("shape")
    return Summary(
        units,
        _splits(images, annotations, order),
        _classes(annotations, units),
        _boxes(in_pixels(annotations, images), order),
        _counted(images, order, "width", "height"),
        _counted(ratio.with_columns(shape), order, "shape"),
        _counted(images, order, "format"),
        _centres(in_fractions(annotations, images)),
    )


def _splits(images: pl.DataFrame, annotations: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    numbers = annotations.group_by(path="image").agg(number=pl.len())
    counted = images.join(numbers, on="path", how="left").with_columns(pl.col("unit").cast(pl.String))
    table = counted.group_by("unit").agg(
        images=pl.len(),
        annotated=pl.col("number").count(),
        backgrounds=(pl.col("number").is_null() & pl.col("has_label")).sum(),
        unlabelled=(pl.col("number").is_null() & ~pl.col("has_label")).sum(),
        annotations=pl.col("number").sum(),
        median=pl.col("number").median(),
        most=pl.col("number").max(),
    )
    joined = order.join(table, on="unit", how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("images", "annotated", "backgrounds", "unlabelled", "annotations").fill_null(0)
    )


def _classes(annotations: pl.DataFrame, units: tuple[str, ...]) -> pl.DataFrame:
    named = annotations.select(
        "image", pl.col("unit", "collection").cast(pl.String), class_name().alias("class")
    )
    named = named.drop_nulls("class")
    parts = [pl.col("unit") == unit for unit in units]
    table = named.group_by("collection", "class").agg(
        annotations=pl.len(),
        images=pl.col("image").n_unique(),
        by_unit=pl.concat_list(part.sum() for part in parts),
        images_by_unit=pl.concat_list(pl.col("image").filter(part).n_unique() for part in parts),
    )
    return table.sort("collection", "annotations", "class", descending=[False, True, False])


def _boxes(placed: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    area = (pl.col("right") - pl.col("left")) * (pl.col("lower") - pl.col("upper"))
    sized = placed.select(pl.col("unit").cast(pl.String), area=area).filter(pl.col("area") > 0)
    sized = sized.filter(pl.col("area").is_finite())
    table = sized.group_by("unit").agg(
        pl.len().alias("boxes"),
        (pl.col("area") < SMALL).sum().alias("small"),
        pl.col("area").is_between(SMALL, MEDIUM).sum().alias("medium"),
        (pl.col("area") > MEDIUM).sum().alias("large"),
        *(pl.col("area").sqrt().quantile(part, "linear").alias(f"q{100 * part:02.0f}") for part in QUANTILES),
    )
    return order.join(table, on="unit", how="inner", maintain_order="left")


def _counted(images: pl.DataFrame, order: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Images by unit and these columns, the most frequent first; rows with nulls are left out."""
    known = images.select(pl.col("unit").cast(pl.String), *names).drop_nulls()
    counts = known.group_by("unit", *names).agg(images=pl.len())
    ranked = counts.sort("images", *names, descending=[True, *[False] * len(names)])
    return order.join(ranked, on="unit", how="inner", maintain_order="left_right")


def _centres(placed: pl.DataFrame) -> tuple[tuple[int, ...], ...]:
    middle = placed.select(
        x=(pl.col("left") + pl.col("right")) / 2, y=(pl.col("upper") + pl.col("lower")) / 2
    )
    middle = middle.filter(pl.all_horizontal(pl.all().is_between(0, 1)))
    cells = middle.select((pl.all() * GRID).floor().clip(0, GRID - 1).cast(pl.Int32))
    counts = {(x, y): number for x, y, number in cells.group_by("x", "y").len().rows()}
    return tuple(tuple(counts.get((x, y), 0) for x in range(GRID)) for y in range(GRID))
