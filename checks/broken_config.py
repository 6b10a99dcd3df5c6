"""Configuration that does not say what it should.

## What it does
Reports what is wrong with data.yaml, its lists and `[splits]`: not valid YAML, splits that name a
missing folder or leave the dataset, splits whose folder is a link or cannot be listed, two splits that
read the same folder, `nc` that differs from the number of `names`, names that are missing or stand
twice, list entries without an image; and what makes Ultralytics refuse the file: no `train` or no
`val`, neither `names` nor `nc`. Paths are read as Ultralytics and Roboflow mean them: below `path`,
then from the file, leading `../` dropped where the path as written leads nowhere. Nothing outside the
root is ever read. Files that hold for more than one split, or whose split is not known, and that are not read
are reported, too: links, more files than are looked at. A folder called like a split with images that no
file names, where other splits have one, is an error. Folders and lists that are read as one split though
nothing says that they are one (`val/` beside `valid/`, an image in two lists) are a warning.

## Options
`data_yaml` (default false): report collections in YOLO format that have no data.yaml, too.

## Why is this bad?
A trainer evaluates on nothing, on the training images, or downloads another dataset instead.

## Fix safety
Unsafe: a split gets the only folder that is named like it, `nc` the number of `names`, a class that is used
and has no name `class_<number>`; a missing data.yaml is written as the folders show it. The rest says what
the author meant: correct it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, Problem, Severity, check, display


@check(per="dataset")
def broken_config(
    images: pl.DataFrame,
    classes: pl.DataFrame,
    problems: pl.DataFrame,
    dataset: Dataset,
    *,
    data_yaml: bool = False,
) -> Iterator[Finding]:
    """What readers noted about the configuration."""
    unread = pl.col("kind").is_in([Problem.MALFORMED, Problem.NOT_READ])
    everywhere = pl.col("unit").is_null() & unread  # of no split: seen here only
    noted = problems.filter(pl.col("kind").is_in([Problem.CONFIG, Problem.MERGED]) | everywhere)
    for row in noted.iter_rows(named=True):
        place = {name: row[name] for name in ("line", "column", "pointer")}
        severity = Severity.WARNING if row["kind"] == Problem.MERGED else None
        yield Finding(row["path"], row["message"], severity, **place)
    if not data_yaml or dataset.format != "yolo":
        return
    files = [*noted["path"], *classes["path"].unique().drop_nulls()]
    known = {path.rpartition("/")[0] for path in files if path.lower().endswith((".yaml", ".yml"))}
    first = images.group_by("collection", maintain_order=True).agg(pl.col("path").first())
    for collection, path in first.rows():
        if not any(f"{collection}/".startswith(f"{above}/" if above else "") for above in known):
            yield Finding(path, f"no data.yaml says what {display(collection) or 'this dataset'} holds")
