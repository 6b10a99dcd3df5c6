"""Image that is bright even where it is darkest.

## What it does
Reports each image in which all but the darkest 5 % of the picture is above `min_brightness`, and nothing
stands out: black text on white paper is well lit. Blank images are reported by `blank_image`.

## Options
`min_brightness` (default 0.95): of the 5th percentile of grey, 0 black to 1 white; test and default are
those of CleanVision (`light`, 0.05 from white), the grey is Rec. 601 luma on a small copy of the picture.

`max_span` (default 0.5): from the darkest to the brightest spot of the small copy; from there on, something
stands out.

`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
It is overexposed, or a drawing on white among photos: most of the picture is cut off to white, and people
label by guessing.

## Fix safety
No fixer: what was cut off to white does not come back.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual

BLANK = 0.04
"""Span of grey below which there is nothing to see in any light."""


@check(per="collection", needs=("brightness_5", "span"), severity="warning")
def bright_image(
    images: pl.DataFrame, *, min_brightness: float = 0.95, max_span: float = 0.5, max_share: float = 0.1
) -> Iterator[Finding]:
    """Images without a dark spot."""
    bright = images.filter(
        (pl.col("brightness_5") > min_brightness) & pl.col("span").is_between(BLANK, max_span)
    )
    if common := usual(
        bright, images, max_share, f"brighter than {min_brightness:g} at their 5th percentile"
    ):
        yield common
        return
    for path, brightness in bright.select("path", "brightness_5").rows():
        yield Finding(
            path, f"95 % of it is brighter than {brightness:.2f} of white, limit {min_brightness:g}"
        )
