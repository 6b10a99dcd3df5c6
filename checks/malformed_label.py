"""Annotation that cannot be read.

## What it does
Reports each place of an annotation file that cannot be read, with its line and column: in YOLO a wrong count
of fields, a field that is not a number, a number that is not finite, a class that is not a whole number, a
byte order mark; in COCO, VOC and CSV an entry that lacks what it must have, or has it in another form; a
mask without the segments that are declared. A file that cannot be read at all is reported as a whole.

## Why is this bad?
Trainers stop at such a place, skip the whole file, or read it as something else.

## Fix safety
No fixer: only a person knows what it was meant to say.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, check


@check(per="split")
def malformed_label(problems: pl.DataFrame) -> Iterator[Finding]:
    """Places that the reader could not read."""
    for row in problems.filter(kind=Problem.MALFORMED).iter_rows(named=True):
        place = {name: row[name] for name in ("line", "column", "pointer")}
        yield Finding(row["path"], row["message"], **place)
