"""Grey image among colour ones.

## What it does
Reports each image whose most colourful part (a sixteenth of its side, or less) is within `max_chroma`
levels of grey, whether it is stored in one channel or in three. Blank images are reported by `blank_image`.

## Options
`max_chroma` (default 1): levels of Cb or Cr, of 128, that count as grey; the rounding of a JPEG.
CleanVision (`grayscale`) asks for one channel only, and misses what was saved as RGB.

`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
A model that goes by colour meets a few pictures without any: another camera, a night shot, a scan. If they
belong to one class, that is what is learned.

## Fix safety
No fixer: colours cannot be made up. Leave them out, or train with grey on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual

BLANK = 0.04
"""Span of grey below which there is nothing to see in any colour."""


@check(per="collection", needs=("chroma", "span"), severity="warning")
def grayscale_image(
    images: pl.DataFrame, *, max_chroma: float = 1.0, max_share: float = 0.1
) -> Iterator[Finding]:
    """Images without colour."""
    grey = images.filter((pl.col("chroma") <= max_chroma) & (pl.col("span") >= BLANK))
    if common := usual(grey, images, max_share, "grey"):
        yield common
        return
    for path in grey["path"]:
        yield Finding(path, f"no colour in it, as in {grey.height} of {images.height} images")
