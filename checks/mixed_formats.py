"""Image in another file format than most of its collection.

## What it does
Counts the file formats of a collection, by content, and says for each but the most frequent one how many
images have it; named is the first. The MPO of phones counts as JPEG.

## Why is this bad?
Formats tell pictures apart that nothing else should: if one class came as PNG, a model may learn JPEG's
blocks instead of the class (`label_shortcut` looks at that). And tools that list `*.jpg` miss the others.

## Fix safety
No fixer: by itself it is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check


@check(per="collection", needs=("format",), severity="info")
def mixed_formats(images: pl.DataFrame) -> Iterator[Finding]:
    """One finding for each format but the usual one."""
    same = images.select("path", kind=pl.col("format").replace({"MPO": "JPEG", "DIB": "BMP"})).drop_nulls()
    counted = (
        same.group_by("kind")
        .agg(pl.len(), pl.col("path").min())
        .sort("len", "kind", descending=[True, False])
    )
    for kind, count, path in counted.rows()[1:]:
        most, number, _ = counted.row(0)
        yield Finding(path, f"{count} of {same.height} images are {kind}, {number} are {most}", kind=kind)
