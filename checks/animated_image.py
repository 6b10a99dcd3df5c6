"""Image file that holds several pictures.

## What it does
Counts the frames of GIF, PNG, WebP and AVIF animations and the pages of TIFF files, and reports files with
more than one. The second view in a phone's picture (MPO) does not count.

## Options
`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
A loader takes the first frame, another one all of them (`tifffile`, OpenCV's `imreadmulti`), and a label
says nothing about which frame it means.

## Fix safety
No fixer: which frame is meant, only a person knows.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual

MOST = 1000
"""Frames that are counted."""


@check(per="collection", needs=("frames", "format"), severity="warning")
def animated_image(images: pl.DataFrame, *, max_share: float = 0.1) -> Iterator[Finding]:
    """Images with more than one frame."""
    several = images.filter(pl.col("frames") > 1)
    if common := usual(several, images, max_share, "of several frames or pages"):
        yield common
        return
    for path, frames, kind in several.select("path", "frames", "format").rows():
        what = "pages" if kind == "TIFF" else "frames"
        count = f"{frames}" if frames <= MOST else f"more than {MOST:,}"
        yield Finding(path, f"{count} {what} in this {kind}: most loaders take the first only")
