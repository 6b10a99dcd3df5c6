"""Annotations in a second format, which are not read.

## What it does
Reports what lies in the dataset and is read by nothing: annotations in another format beside those that are
read (warning), two formats that are equally plausible (error), something that Holdfast does not support
(error). `format = "coco"` at the top of holdfast.toml says which one is meant.

## Why is this bad?
The two say different things sooner or later, and which one a trainer reads is chance. What is not read is not
checked either.

## Fix safety
No fixer: which of the two is right is a decision.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, Severity, check

SEVERITY = {
    Problem.OTHER_FORMAT: Severity.WARNING,
    Problem.AMBIGUOUS: Severity.ERROR,
    Problem.NOT_SUPPORTED: Severity.ERROR,
}


@check(per="dataset")
def other_format(problems: pl.DataFrame) -> Iterator[Finding]:
    """What was recognised and is not read."""
    for row in problems.filter(pl.col("kind").is_in(list(SEVERITY))).iter_rows(named=True):
        place = {name: row[name] for name in ("line", "column", "pointer")}
        yield Finding(row["path"], row["message"], severity=SEVERITY[Problem(row["kind"])], **place)
