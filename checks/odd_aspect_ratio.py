"""Image that is far longer than wide, or wider than long.

## What it does
Reports each image whose shorter side is less than `min_ratio` of the longer one.

## Options
`min_ratio` (default 0.35): the shorter side, as a share of the longer one; the default of CleanVision
(`odd_aspect_ratio`).

`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
Scaled into the square of training, such a picture is squeezed or mostly padding. Often it is a banner, a
panorama, or a strip that a broken export left over.

## Fix safety
No fixer: cutting it up or leaving it out is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual


@check(per="collection", needs=("width", "height"), severity="warning")
def odd_aspect_ratio(
    images: pl.DataFrame, *, min_ratio: float = 0.35, max_share: float = 0.1
) -> Iterator[Finding]:
    """Images with one side much longer than the other."""
    sides = pl.min_horizontal("width", "height"), pl.max_horizontal("width", "height")
    odd = images.filter(sides[0] < min_ratio * sides[1])
    if common := usual(odd, images, max_share, f"longer than 1 / {min_ratio:g} of their shorter side"):
        yield common
        return
    for path, width, height in odd.select("path", "width", "height").rows():
        times = max(width, height) / min(width, height)
        yield Finding(path, f"{width} x {height} px, one side {times:.1f} times the other")
