"""The same id for two entries.

## What it does
Reports what a file of annotations numbers or names twice: two images, annotations or categories of a COCO
file with one id, an image that a list describes twice in contradiction.

## Why is this bad?
Tools that look entries up by id (pycocotools) keep the last one and drop the others without a word; the
annotations of both images end up on one.

## Fix safety
No fixer: which of the two an annotation refers to cannot be known.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, check


@check(per="dataset")
def duplicate_id(problems: pl.DataFrame) -> Iterator[Finding]:
    """What readers met twice."""
    for row in problems.filter(kind=Problem.DUPLICATE_ID).iter_rows(named=True):
        place = {name: row[name] for name in ("line", "column", "pointer")}
        yield Finding(row["path"], row["message"], **place)
