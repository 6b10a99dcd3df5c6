"""Image whose shorter side is below a minimum.

## What it does
Reports each image with a side below `min_side` pixels, as displayed.

## Options
`min_side` (default 32): pixels of the shorter side. Detectors see a picture in cells of 32 px (the largest
stride of YOLO), and COCO calls what is below 32 x 32 small. Ultralytics refuses images below 10 px.

`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
Among pictures of the usual size it is an icon, a thumbnail or a slip: blown up to the size of training, it
shows nothing that a model could learn.

## Fix safety
No fixer: the original has to come from somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual


@check(per="collection", needs=("width", "height"), severity="warning")
def small_image(images: pl.DataFrame, *, min_side: int = 32, max_share: float = 0.1) -> Iterator[Finding]:
    """Images with a short side."""
    small = images.filter(pl.min_horizontal("width", "height") < min_side)
    if common := usual(small, images, max_share, f"smaller than {min_side} px"):
        yield common
        return
    for path, width, height in small.select("path", "width", "height").rows():
        yield Finding(path, f"{width} x {height} px, shorter side below {min_side}")
