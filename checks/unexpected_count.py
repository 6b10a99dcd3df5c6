"""Number of images other than the one that was promised.

## What it does
Compares the numbers of `[counts]` in `holdfast.toml` with the images that are there. A key is `all`,
a split (`train`), a collection (`boulder`) or a split of a collection (`"boulder/train"`); splits may
be spelt as their folders are (`valid`). Without `[counts]` there is nothing to compare.

## Why is this bad?
Half an upload, a folder forgotten in a copy, a clean-up that removed more than it said: the number
is the first thing that shows it.

## Example
    [counts]
    all = 9427
    "boulder/train" = 3120
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, check


@check(per="dataset")
def unexpected_count(images: pl.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Counts that differ from the expected ones."""
    splits = dataset.splits
    collections = {split.collection for split in splits if split.collection}
    known = [
        "all",
        *sorted({split.name for split in splits} | {split.unit for split in splits} | collections),
    ]
    for name, expected in dataset.expected_counts.items():
        if name not in known:
            yield Finding("holdfast.toml", f"{name}: no such unit; there are {', '.join(known)}")
            continue
        part = images.filter(
            (pl.lit(name) == "all") | pl.any_horizontal(pl.col("unit", "collection", "split") == name)
        )
        if part.height != expected:
            yield Finding("holdfast.toml", f"{name}: {part.height} images, expected {expected}")
