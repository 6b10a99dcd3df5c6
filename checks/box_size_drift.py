"""Boxes that are larger or smaller in one split than in another.

## What it does
Compares the sizes of the boxes of two splits, as the side of a square of the same area in fractions of the
image, by the Kolmogorov-Smirnov distance: the largest difference of their cumulative shares, 0 for equal
distributions, 1 for none in common. A distance that splits drawn at random show more often than once in a
thousand times is not reported; the images, not the boxes, count as what was drawn.

## Options
`max_distance` (default 0.15): the largest allowed distance, deepchecks' limit for the drift of a number.
`min_images` (default 20): images with boxes that both splits must have to be compared.

## Why is this bad?
Detectors learn a range of sizes (anchors, strides, the loss by size): what is small in val and large in train
was taken from another distance, or cut or scaled in another way, and the score says little about the model.

## Fix safety
No fixer: mostly one split comes from another source, or was resized in another way.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Unit, check, in_fractions, value_drift

RANDOM = 0.001
"""A distance that random splits show more often than this is noise."""


@check(per="split_pair", needs=("width", "height"), severity="warning")
def box_size_drift(
    annotations: pl.DataFrame, images: pl.DataFrame, unit: Unit, *,
    max_distance: float = 0.15, min_images: int = 20,
) -> Iterator[Finding]:  # fmt: skip
    """One finding for a pair whose sizes differ, with both medians."""
    area = (pl.col("right") - pl.col("left")) * (pl.col("lower") - pl.col("upper"))
    sized = in_fractions(annotations.drop("values", "rings", "keypoints"), images)
    sized = sized.filter(area > 0, area.is_finite(), ~pl.col("crowd").fill_null(value=False))
    first, second = (sized.filter(split=name).select("image", side=area.sqrt()) for name in unit.sides)
    numbers = first["image"].n_unique(), second["image"].n_unique()
    if min(numbers) < min_images:
        return
    drift = value_drift(first["side"], second["side"], numbers)
    if drift.effect <= max_distance or drift.p >= RANDOM:
        return
    one, two = (100 * float(sides["side"].quantile(0.5) or 0) for sides in (first, second))
    yield Finding(
        str(second["image"].min()).rpartition("/")[0] or ".",
        f"box sizes differ from {unit.sides[0]}: distance {drift.effect:.2f}, above {max_distance:g}; median "
        f"side {one:.1f} % of the image in {unit.sides[0]}, {two:.1f} % in {unit.sides[1]}",
    )
