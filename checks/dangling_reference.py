"""Annotation file that refers to something that is not there.

## What it does
Reports each reference that leads nowhere: an image that a json, xml, csv or list names and that does not
exist, an annotation whose image or category its file does not have, an entry of an image set without a file.

## Why is this bad?
A trainer stops at it in the middle of an epoch, or leaves it out and says nothing: the work that went into
the annotation is lost.

## Fix safety
Unsafe: the entry about an image that is nowhere goes. The file may only have been left out of the upload;
other references are left for a person.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, check


@check(per="dataset")
def dangling_reference(problems: pl.DataFrame) -> Iterator[Finding]:
    """References that readers could not follow."""
    for row in problems.filter(kind=Problem.DANGLING).iter_rows(named=True):
        place = {name: row[name] for name in ("line", "column", "pointer")}
        yield Finding(row["path"], row["message"], **place)
