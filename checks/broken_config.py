"""Configuration that does not say what it should.

## What it does
Reports what is wrong with data.yaml, its lists and `[splits]`: not valid YAML, splits that name a
missing folder or leave the dataset, splits whose folder is a link or cannot be listed, two splits that
read the same folder, `nc` that differs from the number of `names`, names that are missing or stand
twice, list entries without an image; and what makes Ultralytics refuse the file: no `train` or no
`val`, neither `names` nor `nc`. Paths are read as Ultralytics and Roboflow mean them: below `path`,
then from the file, leading `../` dropped where the path as written leads nowhere. Nothing outside the
root is ever read.

## Why is this bad?
A trainer evaluates on nothing, on the training images, or downloads another dataset instead.

## Fix safety
No fixer: the configuration says what the author meant; correct it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, check


@check(per="dataset")
def broken_config(problems: pl.DataFrame) -> Iterator[Finding]:
    """What readers noted about the configuration."""
    rows = problems.filter(kind=Problem.CONFIG).select("path", "message", "line", "column").rows()
    for path, message, line, column in rows:
        yield Finding(path, message, line=line, column=column)
