"""The same annotation twice in one label file.

## What it does
Reports each line that repeats the class and the numbers of a line before it.

## Why is this bad?
The object counts twice in the loss and in the metric. Usually a slip of the labelling tool.

## Fix safety
Safe: the repeated line goes, the rest of the file stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check


@check(per="split", severity="warning")
def duplicate_box(annotations: pl.DataFrame) -> Iterator[Finding]:
    """Lines that say the same as an earlier one."""
    alike = _alike(annotations)
    first = alike.group_by("label", "class_id", "values").agg(pl.col("line").min().alias("first"))
    repeated = alike.join(
        first, on=["label", "class_id", "values"], how="left", maintain_order="left"
    ).filter(pl.col("line") > pl.col("first"))
    for label, line, earlier in repeated.select("label", "line", "first").rows():
        yield Finding(label, f"says the same as line {earlier}", line=line)


def _alike(annotations: pl.DataFrame) -> pl.DataFrame:
    """Rows that share a number made of what is compared: few, and quicker to find than equal rows."""
    made = (
        pl.col("label").hash()
        ^ pl.col("class_id").hash(1)
        ^ pl.col("x_min").hash(2)
        ^ pl.col("y_min").hash(3)
    )
    number = annotations.select(made).to_series()
    ranked = number.sort()
    shared = ranked.filter(ranked == ranked.shift()).unique()
    return annotations.select("label", "line", "class_id", "values").filter(number.is_in(shared.implode()))
