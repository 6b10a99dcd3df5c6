"""Class that some split has and another has not.

## What it does
Reports each class with annotations in one split of a collection and none in another one that has annotations,
with its number in each, at its first annotation. Classes that are not declared where others are, are left
out: `unknown_class` reports them.

## Why is this bad?
What is not in train cannot be learned; what is only in train is never measured. Often the name of one class
was written in two ways.

## Fix safety
No fixer: `python -m fixers resplit` deals the images out anew.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, check, display


@check(per="collection", severity="warning")
def class_missing_in_split(annotations: pl.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Classes that not all splits have."""
    declared = pl.col("collection").cast(pl.String).is_in(list(dataset.declared))
    rows = annotations.select("class_id", "class_name", "split", "collection", row=pl.int_range(pl.len()))
    known = rows.filter(pl.col("class_id").is_not_null() & (pl.col("class_name").is_not_null() | ~declared))
    counts = known.group_by("class_id", "split").agg(
        pl.len(), pl.col("row").min(), pl.col("class_name").first()
    )
    counts = counts.cast({"split": pl.String}).sort("class_id", "row")
    splits = [split.name for split in dataset.splits if split.name in set(counts["split"])]
    splits = list(dict.fromkeys(splits))
    for group in counts.partition_by("class_id", maintain_order=True):
        having = dict(group.select("split", "len").rows())
        if len(having) == len(splits):
            continue
        number, name, first = group.select("class_id", "class_name", "row").row(0)
        shown = f"class {number}" if name is None else f"'{display(name)}'"
        each = ", ".join(f"{having.get(split, 0):,} in {split}" for split in splits)
        yield Finding.on(annotations.row(first, named=True), f"{shown} is not in every split: {each}")
