"""The same id for two entries, or one label for two images.

## What it does
Reports what a file of annotations numbers or names twice: two images, annotations or categories of a COCO
file with one id, an image that a list describes twice in contradiction. A label file that belongs to several
images by its name (a.txt to a.jpg and a.png) is a warning; not in shards, where a sample may have several.

## Why is this bad?
Tools that look entries up by id (pycocotools) keep the last one and drop the others without a word; the
annotations of both images end up on one. A label that two pictures share is right for one of them at most,
unless they are one picture in two formats: then it is a copy.

## Fix safety
No fixer: which of the two an annotation refers to cannot be known.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, Problem, Severity, check, display


@check(per="dataset")
def duplicate_id(images: pl.DataFrame, problems: pl.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """What readers met twice, and labels of several images."""
    for row in problems.filter(kind=Problem.DUPLICATE_ID).iter_rows(named=True):
        place = {name: row[name] for name in ("line", "column", "pointer")}
        yield Finding(row["path"], row["message"], **place)
    if dataset.format == "webdataset":
        return
    labelled = images.filter(pl.col("has_label") & pl.col("label").is_not_null()).select("label", "path")
    shared = (
        labelled.filter(pl.col("label").is_duplicated()).group_by("label", maintain_order=True).agg("path")
    )
    for label, paths in shared.rows():
        said = f"is the label of {len(paths)} images: {', '.join(map(display, paths[:4]))}"
        yield Finding(label, said, Severity.WARNING, related=tuple(paths))
