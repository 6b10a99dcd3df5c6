"""Image without a label file.

## What it does
Reports each image whose label file does not exist. An empty label file is not missing: it says that
the image is background.

## Why is this bad?
A trainer takes such an image for background, and learns that what is on it is nothing.

## Fix safety
Unsafe: the image goes to the quarantine. If it is background, write an empty label file instead.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, display


@check(per="split")
def missing_label(images: pl.DataFrame) -> Iterator[Finding]:
    """Images whose label file is not there."""
    for path, label in images.filter(~pl.col("has_label")).select("path", "label").rows():
        yield Finding(path, f"no label file {display(label)}")
