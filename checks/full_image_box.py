"""Box that covers its whole image.

## What it does
Reports each box, polygon or pose that covers `share` of the image's width and of its height, or more.

## Options
`share` (default 0.99): of each side, 0 to 1.

## Why is this bad?
It may be right: a close-up. Often it is a tag of the whole image that was turned into a box, or the box that
a labelling tool makes by default; it says nothing about where the object is.

## Fix safety
No fixer: only a person sees what is on the image.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, in_fractions


@check(per="split", severity="info", needs=("width", "height"))
def full_image_box(
    annotations: pl.DataFrame, images: pl.DataFrame, *, share: float = 0.99
) -> Iterator[Finding]:
    """Annotations as large as their image."""
    drawn = annotations.filter(pl.col("kind").cast(pl.String).is_in(["mask", "class"]).not_())
    sized = in_fractions(drawn, images)
    inside = {name: pl.col(name).clip(0, 1) for name in ("left", "upper", "right", "lower")}
    sides = {"across": pl.col("right") - pl.col("left"), "down": pl.col("lower") - pl.col("upper")}
    sized = sized.with_columns(**inside).with_columns(**sides)
    known = pl.col("across").is_finite() & pl.col("down").is_finite()
    full = sized.filter(known & (pl.min_horizontal("across", "down") >= share))
    for row in full.iter_rows(named=True):
        covered = f"{row['across']:.1%} of the width and {row['down']:.1%} of the height"
        yield Finding.on(row, f"{row['kind']} covers {covered} of the image")
