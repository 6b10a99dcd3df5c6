"""Box of a few pixels.

## What it does
Reports each annotation with a side shorter than `pixels`, measured on the image as it is. Sides of zero are
reported by `degenerate_box`.

## Options
`pixels` (default 2.0): the least side. Ultralytics drops boxes up to 2 px after augmentation (`wh_thr`), and
YOLOv5 warns of labels below 3 px; both at the size of training, where a large image is smaller still.

## Why is this bad?
Nothing can be recognised in it: a slip of the mouse, or a box in another unit. A trainer drops it, or learns
noise from it.

## Fix safety
No fixer: whether it is a slip or a small thing, only a person sees.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, in_pixels


@check(per="split", severity="warning", needs=("width", "height"))
def tiny_box(annotations: pl.DataFrame, images: pl.DataFrame, *, pixels: float = 2.0) -> Iterator[Finding]:
    """Annotations with a side below the least."""
    wide, high = pl.col("x_max") > pl.col("x_min"), pl.col("y_max") > pl.col("y_min")
    sized = in_pixels(annotations.filter(wide & high & ~pl.col("crowd").fill_null(value=False)), images)
    sides = {"across": pl.col("right") - pl.col("left"), "down": pl.col("lower") - pl.col("upper")}
    tiny = sized.with_columns(**sides).filter(pl.min_horizontal("across", "down") < pixels)
    for row in tiny.iter_rows(named=True):
        size = f"{row['across']:.2f} x {row['down']:.2f} px"
        yield Finding.on(row, f"{row['kind']} of {size}, a side below {pixels:g} px")
