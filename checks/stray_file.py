"""File that belongs to nothing.

## What it does
Reports leftovers of tools wherever they lie (`Thumbs.db`, `#temp`, `*.part`, `*~`), and any other file
beside the images, labels or masks of a split that nothing reads, such as `.txt` files among YOLO's images.
Read-mes, licences, class lists, tables, settings and the caches of trainers are not stray, and images that no
split refers to are reported by `unreferenced_image`. Hidden files are left out.

## Options
`allowed` (default ""): more names that are not stray: patterns with blanks between ("*.xmp *.psd").

## Why is this bad?
A label in the wrong folder is never read, and its image trains as a background; half a download is an image
that is missing; and what the system leaves lying about is published with the data.

## Fix safety
No fixer: whether it is rubbish or misplaced work is a decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Severity, check

SYSTEM = "thumbs.db ehthumbs.db desktop.ini icon\r"
LEFTOVERS = "#* ~$* *~ *.tmp *.temp *.part *.partial *.crdownload *.download *.swp *.bak *.orig *.aria2"
KEPT = (
    "*readme* *license* *licence* *copying* *changelog* *citation* *notice* *.md *.rst *.html *.pdf *.yaml "
    "*.yml *.toml *.json *.jsonl *.csv *.tsv *.parquet *.cache *.npy *.names *.labels *.data *.pbtxt "
    "*_color.png *_instanceids.png *_instancetrainids.png *_labeltrainids.png "
    "classes.txt labels.txt labelmap.txt notes.txt train*.txt val*.txt test*.txt"
)


@check(per="dataset", severity="warning")
def stray_file(
    files: pl.DataFrame, images: pl.DataFrame, labels: pl.DataFrame, masks: pl.DataFrame, *, allowed: str = ""
) -> Iterator[Finding]:
    """Leftovers anywhere, other files beside data."""
    folder = pl.col("path").str.replace("/?[^/]*$", "")
    data = pl.concat([table.select(folder).unique() for table in (images, labels, masks)])["path"].unique()
    unused = files.filter(~pl.col("used"), ~_like(allowed.lower()))
    why = (
        pl.when(_like(SYSTEM)).then(pl.lit("left by the system"))
        .when(_like(LEFTOVERS)).then(pl.lit("left by a tool, or half a download"))
        .when(folder.is_in(data.implode()) & ~_like(KEPT)).then(pl.lit("nothing reads it"))
    )  # fmt: skip
    for path, reason in unused.select("path", why=why).drop_nulls().rows():
        yield Finding(path, f"belongs to nothing: {reason}", Severity.INFO if "system" in reason else None)


def _like(patterns: str) -> pl.Expr:
    """Whether the name of a file fits one of these patterns; `*` is any text."""
    name = pl.col("path").str.split("/").list.last().str.to_lowercase()
    shapes = [re.escape(pattern).replace(r"\*", ".*") for pattern in patterns.split(" ") if pattern]
    return name.str.contains("(?s)^(" + ("|".join(shapes) or "/") + ")$")
