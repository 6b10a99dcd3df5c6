"""Label file without an image.

## What it does
Reports each label file of a split that no image belongs to, with the number of its annotations.

## Why is this bad?
The image was lost, renamed, or never uploaded; the work that went into its label is not used.

## Fix safety
The label goes to the quarantine: safe when it is empty, unsafe when it holds annotations.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check


@check(per="split")
def orphan_label(labels: pl.DataFrame, annotations: pl.DataFrame) -> Iterator[Finding]:
    """Labels whose image is not there."""
    counts = annotations.filter(pl.col("image").is_null()).group_by("label").len("annotations")
    orphans = labels.filter(pl.col("image").is_null()).join(
        counts, left_on="path", right_on="label", how="left", maintain_order="left"
    )
    for path, count in orphans.select("path", pl.col("annotations").fill_null(0)).rows():
        yield Finding(path, f"no image belongs to it; it holds {count} annotation{'s' if count != 1 else ''}")
