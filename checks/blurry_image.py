"""Image without a sharp edge.

## What it does
Compares, on a small copy of the image (the shorter side 64 to 127 px), how much pixels differ from their
neighbours with how much they differ from the pixels beyond: in a blurred picture the second is twice the
first. After Crété-Roffet et al., "The Blur Effect" (2007). The figure is 0 for a smooth picture and 1 for
noise, and depends neither on contrast nor on brightness, as the variance of edges (CleanVision) and of the
Laplacian do.

It sees strong blur only: by about 2 % of the shorter side (12 px of 640) nine of ten pictures are found. A
picture with nothing in it has no figure.

## Options
`min_sharpness` (default 0.03): below, a picture is blurred. Of 2,006 real images (walls, ships, blood
cells, chess boards, a drone's video) the least sharp one has 0.037; blurred by 2 % of the side, their
median is below 0.01.

`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
Edges are what boxes are drawn by and what a detector looks for: out of focus or shaken, both only guess.

## Fix safety
No fixer: sharpening brings nothing back.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual


@check(per="collection", needs=("sharpness",), severity="warning")
def blurry_image(
    images: pl.DataFrame, *, min_sharpness: float = 0.03, max_share: float = 0.1
) -> Iterator[Finding]:
    """Images that are smooth everywhere."""
    blurry = images.filter(pl.col("sharpness") < min_sharpness)
    if common := usual(blurry, images, max_share, f"less sharp than {min_sharpness:g}"):
        yield common
        return
    for path, sharpness in blurry.select("path", "sharpness").rows():
        yield Finding(path, f"sharpness {sharpness:.3f}, below {min_sharpness:g}: blurred all over")
