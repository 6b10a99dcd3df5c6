"""Image whose suffix names another format than its content.

## What it does
Compares the suffix with the format that the file's bytes show. `.jpg` may also hold the MPO of
phones (two JPEGs in one file).

## Why is this bad?
Tools that trust the suffix decode it wrongly or not at all, and a PNG named .jpg is ten times the
size that a list of JPEGs leads to expect.

## Fix safety
Safe: the image gets the suffix of its format, also where a list or another file names it. Its label keeps its
name.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, suffix_fits


@check(per="split", needs=("sha256", "format"), severity="warning")
def wrong_extension(images: pl.DataFrame) -> Iterator[Finding]:
    """Images whose name says something else than their bytes."""
    named = images.select("path", "format", suffix=pl.col("path").str.split(".").list.last()).drop_nulls()
    kinds = named.select("suffix", "format").unique()
    wrong = kinds.filter([not suffix_fits(f".{suffix}", name) for suffix, name in kinds.rows()])
    rows = named.join(wrong, on=["suffix", "format"], how="semi", maintain_order="left").rows()
    for path, name, suffix in rows:
        yield Finding(path, f"holds {name}, named .{suffix[:12]}", kind=name)
