"""Configuration that does not say what it should.

## What it does
Reports what is wrong with data.yaml, its lists and `[splits]`: not valid YAML, splits that name a
missing folder or leave the dataset, splits whose folder is a link or cannot be listed, two splits that
read the same folder, `nc` that differs from the number of `names`, names that are missing or stand
twice, list entries without an image; and what makes Ultralytics refuse the file: no `train` or no
`val`, neither `names` nor `nc`. Paths are read as Ultralytics and Roboflow mean them: below `path`,
then from the file, leading `../` dropped where the path as written leads nowhere. Nothing outside the
root is ever read. Files that hold for more than one split, or whose split is not known, and that are not read
are reported, too: links, more files than are looked at.

## Why is this bad?
A trainer evaluates on nothing, on the training images, or downloads another dataset instead.

## Fix safety
Unsafe: a split gets the only folder that is named like it, `nc` the number of `names`, a class that is used
and has no name `class_<number>`. The rest says what the author meant: correct it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, check


@check(per="dataset")
def broken_config(problems: pl.DataFrame) -> Iterator[Finding]:
    """What readers noted about the configuration."""
    unread = pl.col("kind").is_in([Problem.MALFORMED, Problem.NOT_READ])
    everywhere = pl.col("unit").is_null() & unread  # of no split: seen here only
    for row in problems.filter((pl.col("kind") == Problem.CONFIG) | everywhere).iter_rows(named=True):
        place = {name: row[name] for name in ("line", "column", "pointer")}
        yield Finding(row["path"], row["message"], **place)
