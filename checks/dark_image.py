"""Image that is dark even where it is brightest.

## What it does
Reports each image in which all but the brightest 1 % of the picture stays below `max_brightness`, and
nothing stands out: a white boat on a dark sea is well lit. Blank images are reported by `blank_image`.

## Options
`max_brightness` (default 0.32): of the 99th percentile of grey, 0 black to 1 white; test and default are
those of CleanVision (`dark`), the grey is Rec. 601 luma on a small copy of the picture.

`max_span` (default 0.5): from the darkest to the brightest spot of the small copy; from there on, something
stands out.

`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
What is in it can hardly be seen: people miss objects when they label it, and a model learns from what they
missed.

## Fix safety
No fixer: brightening makes another picture, and what was cut off to black does not come back.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual

BLANK = 0.04
"""Span of grey below which there is nothing to see in any light."""


@check(per="collection", needs=("brightness_99", "span"), severity="warning")
def dark_image(
    images: pl.DataFrame, *, max_brightness: float = 0.32, max_span: float = 0.5, max_share: float = 0.1
) -> Iterator[Finding]:
    """Images without a bright spot."""
    dark = images.filter(
        (pl.col("brightness_99") < max_brightness) & pl.col("span").is_between(BLANK, max_span)
    )
    if common := usual(dark, images, max_share, f"darker than {max_brightness:g} at their 99th percentile"):
        yield common
        return
    for path, brightness in dark.select("path", "brightness_99").rows():
        yield Finding(path, f"99 % of it is darker than {brightness:.2f} of white, limit {max_brightness:g}")
