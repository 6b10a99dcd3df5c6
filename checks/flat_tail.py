"""Image whose last rows are the grey that stands for missing data.

## What it does
Reports each image that ends in `min_rows` or more rows of nothing but mid grey (127 to 129 in all
channels), measured in steps of up to 8 px. Where the first row is of that grey as well, it is a frame
around the picture (some letterboxes are filled so), and no fault. A JPEG that is itself cut off is reported
by `unreadable_image`: here are those that were decoded, grey filled in, and saved again.

## Options
`min_rows` (default 16): pixels, the height of the blocks in which a colour JPEG is decoded.

## Why is this bad?
A download stopped, a tool filled in 128 (libjpeg does, with a warning that nobody reads) and saved the
result as a sound file. Part of the picture is lost, and boxes there show grey.

## Fix safety
No fixer: the rest of the picture is where it was downloaded from.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check


@check(per="split", needs=("flat_rows", "height"))
def flat_tail(images: pl.DataFrame, *, min_rows: int = 16) -> Iterator[Finding]:
    """Images with a grey end."""
    cut = images.filter(pl.col("flat_rows") >= min_rows)
    for path, rows in cut.select("path", "flat_rows").rows():
        yield Finding(path, f"its last {rows} rows are all of the grey 128 that stands for missing data")
