"""Image of one single grey.

## What it does
Looks at a small copy of each image (the shorter side 64 to 127 px) and reports those whose brightest and
darkest spot differ by less than `min_span`. Single wrong pixels and noise are averaged away in the copy; a
white page with a line of text is not blank.

## Options
`min_span` (default 0.04): the least difference of grey, as a share of black to white; 10 of 255 levels. The
noise and the vignette of a camera with its cap on stay below.

`max_share` (default 0.1): where more of the collection are so, that is taken for the nature of the data and
said once, as info (Datalab does the same, `max_prevalence`).

## Why is this bad?
There is nothing in it: a cap left on, a frame that was not decoded, a placeholder of a web site. With a
label it teaches a class that cannot be seen, without one it is no background that will ever come.

## Fix safety
No fixer: whether it may go, a person has to see.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, usual


@check(per="collection", needs=("span", "brightness"), severity="warning")
def blank_image(images: pl.DataFrame, *, min_span: float = 0.04, max_share: float = 0.1) -> Iterator[Finding]:
    """Images without a difference of grey."""
    blank = images.filter(pl.col("span") < min_span)
    if common := usual(blank, images, max_share, "of one single grey"):
        yield common
        return
    for path, span, grey in blank.select("path", "span", "brightness").rows():
        level = "" if grey is None else f" around {grey * 255:.0f}"
        yield Finding(path, f"greys differ by {span * 255:.0f} of 255 levels{level}: nothing is in it")
