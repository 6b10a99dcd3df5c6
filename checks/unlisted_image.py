"""Image in a split's folder that no annotation file names.

## What it does
Reports each image that lies in the folder of a split and is named by none of the files that say what belongs
to it: the json, the csv or the image sets. In formats with a file for each image, `missing_label` reports it.

## Why is this bad?
It is never trained on and never tested: work that is not used, or an entry that was lost.

## Fix safety
No fixer: what is on it, nobody has said.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, check


@check(per="dataset", severity="warning")
def unlisted_image(problems: pl.DataFrame) -> Iterator[Finding]:
    """Images that no list has."""
    for row in problems.filter(kind=Problem.UNLISTED).iter_rows(named=True):
        place = {name: row[name] for name in ("line", "column", "pointer")}
        yield Finding(row["path"], row["message"], **place)
