"""Boxes and polygons in one split.

## What it does
Reports a split whose annotations are of more than one kind (boxes, polygons, oriented boxes, poses), with how
many there are of each and where the first of the rarer ones stands. Crowds, masks and classes of whole images
are not counted.

## Options
`share` (default 0.0): report only where the rarer kind is more than this share of the annotations, 0 to 1.

## Why is this bad?
A trainer takes one kind: Ultralytics drops all polygons of a set where some annotations are boxes ("box and
segment counts should be equal"), others drop or misread the boxes.

## Fix safety
No fixer: boxes can be made of polygons, but what was meant to be trained is a decision.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check

PLURAL = {"box": "boxes", "polygon": "polygons", "oriented box": "oriented boxes", "pose": "poses"}


@check(per="split", severity="warning")
def mixed_annotation_kinds(annotations: pl.DataFrame, *, share: float = 0.0) -> Iterator[Finding]:
    """Splits with more than one kind."""
    one = ~pl.col("crowd").fill_null(value=False)
    rows = annotations.select("kind", "crowd", pl.int_range(pl.len()).alias("row")).filter(one)
    kinds = rows.group_by("kind").agg(pl.len(), pl.col("row").min()).cast({"kind": pl.String})
    found = (
        kinds.filter(pl.col("kind").is_in(list(PLURAL))).sort("len", "row", descending=[True, False]).rows()
    )
    rarer = sum(count for _, count, _ in found[1:])
    if not found or rarer <= share * (found[0][1] + rarer):
        return
    counts = " and ".join(f"{count:,} {PLURAL[kind] if count > 1 else kind}" for kind, count, _ in found)
    kind, _, first = found[-1]
    row = annotations.row(first, named=True)
    yield Finding.on(row, f"{counts} in one split; this is the first {kind}")
