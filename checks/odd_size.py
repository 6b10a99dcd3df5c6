"""Image that is far larger or smaller than the others of its collection.

## What it does
Takes the side of the square with an image's area, and compares it with all images of the collection.
Reported is what lies more than `spread` times the middle half of the sizes (their interquartile range)
beyond that half, and differs from the median by a `factor` or more. Sizes that vary anyhow have a wide
middle half, so nothing of such a set is odd. Fewer than 10 images have no usual size.

## Options
`spread` (default 3): interquartile ranges beyond the quartiles, Tukey's outer fences; CleanVision's
`iqr_factor` for `odd_size`.

`factor` (default 3): how many times larger or smaller than the median. Where all images but a few have one
size the fences say nothing; CleanVision asks for 10 times, which is the difference of an icon and a photo.

## Why is this bad?
It came another way than the others: a thumbnail, a print-size scan, a picture that was never resized. What
is in it has another scale than the model sees everywhere else.

## Fix safety
No fixer: the right size is in the original.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check

LEAST = 10
"""Images from which on there is a usual size."""


@check(per="collection", needs=("width", "height"), severity="warning")
def odd_size(images: pl.DataFrame, *, spread: float = 3.0, factor: float = 3.0) -> Iterator[Finding]:
    """Images beyond the outer fences of the sizes."""
    side = (pl.col("width").cast(pl.Float64) * pl.col("height")).sqrt()
    sized = images.select("path", "width", "height", side=side).drop_nulls()
    if sized.height < LEAST:
        return
    low, median, high = sized.select(
        low=pl.col("side").quantile(0.25), median=pl.col("side").median(), high=pl.col("side").quantile(0.75)
    ).row(0)
    beyond = ~pl.col("side").is_between(low - spread * (high - low), high + spread * (high - low))
    far = ~pl.col("side").is_between(median / factor, median * factor, closed="none")
    for path, width, height, side in sized.filter(beyond & far).rows():
        times = f"{side / median:.1f} times" if side > median else f"1/{median / side:.1f} of"
        yield Finding(path, f"{width} x {height} px, {times} the usual side of {median:.0f} px")
