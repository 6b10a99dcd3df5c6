"""Image with so many pixels that reading it holds training up.

## What it does
Reports each image with more than `max_megapixels` million pixels, compressed or not.

## Options
`max_megapixels` (default 50): million pixels; a camera's usual 12 or 24 are below, and Pillow itself warns
of a decompression bomb beyond 89.

`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
It is decoded anew in each epoch: 50 million pixels take half a second and 150 MB in each loading process,
and are thrown away again when the picture is scaled down to 640 px. In front of a service it is an attack.

## Fix safety
No fixer: scaled down, small objects are gone.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual


@check(per="collection", needs=("width", "height"), severity="warning")
def oversized_image(
    images: pl.DataFrame, *, max_megapixels: float = 50.0, max_share: float = 0.1
) -> Iterator[Finding]:
    """Images above a number of pixels."""
    area = pl.col("width").cast(pl.Int64) * pl.col("height")
    large = images.filter(area > max_megapixels * 1e6)
    if common := usual(large, images, max_share, f"larger than {max_megapixels:g} million pixels"):
        yield common
        return
    for path, width, height in large.select("path", "width", "height").rows():
        pixels = width * height / 1e6
        yield Finding(path, f"{width} x {height} px, {pixels:.1f} million pixels, above {max_megapixels:g}")
