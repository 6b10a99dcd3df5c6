"""The same picture twice in one split.

## What it does
Reports each pair of images of one split name, over all collections (`boulder/train` with
`mountain/train`), that have the same bytes, or whose decoded pictures are equal in every pixel while
only metadata or the container differ (every frame, full bit depth, EXIF orientation applied).
A set of more than 64 equal images is reported as pairs with its first.

## Why is this bad?
A copy weighs its picture double in training, and in evaluation counts one success twice.

## Fix safety
Safe for equal bytes with equal annotations: the copy and its label go to the quarantine. Unsafe for
equal pictures in other bytes. With different annotations a policy must be named (`--on-conflict`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import EXACT, Finding, check, sameness


@check(per="split_name", needs=("sha256",))
def exact_duplicate(pairs: pl.DataFrame) -> Iterator[Finding]:
    """Pairs of equal bytes or equal pictures."""
    exact = pairs.filter(pl.col("kind").is_in(EXACT))
    for pair in exact.iter_rows(named=True):
        yield Finding.pair(pair, sameness(pair))
