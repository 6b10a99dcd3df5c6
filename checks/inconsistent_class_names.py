"""Class names that may mean the same.

## What it does
Compares the names of all classes, of all splits and collections. Reports names that differ only in case,
blanks, `-` and `_` (warning) or in a final s (info), and names that end a longer one, as `bishop` ends
`black-bishop` (info). Each is reported once, where it is declared or, undeclared, first used.

## Why is this bad?
What was meant as one class is trained as two, each with a part of the examples.

## Fix safety
No fixer: which name is meant is a decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from holdfast import Dataset, Finding, Likeness, Severity, alike, check, display

SHOWN = 5
"""Names that a message lists."""


@check(per="dataset", severity="warning")
def inconsistent_class_names(
    classes: pl.DataFrame, annotations: pl.DataFrame, dataset: Dataset
) -> Iterator[Finding]:
    """Names that are spelt in two ways, or shortened."""
    places = _declared(classes, dataset)
    undeclared = ~pl.col("collection").cast(pl.String).is_in(list(dataset.declared))
    used = (
        annotations.filter(undeclared)
        .select("label", "line", "column", "entry", "class_name")
        .drop_nulls("class_name")
    )
    for row in used.unique("class_name", keep="first", maintain_order=True).iter_rows(named=True):
        places.setdefault(row["class_name"], Finding.on(row, ""))
    for name, others, likeness in alike(places):
        shown = ", ".join(f"'{display(other)}'" for other in others[:SHOWN]) + ", ..." * (len(others) > SHOWN)
        message = f"class '{display(name)}' and {shown} differ {likeness}"
        severity = None if likeness is Likeness.SPELLING else Severity.INFO
        yield replace(places[name], message=message, severity=severity)


def _declared(classes: pl.DataFrame, dataset: Dataset) -> dict[str, Finding]:
    """For each name a finding, still without a message, at its first declaration."""
    places: dict[str, Finding] = {}
    for row in classes.drop_nulls("class_name").iter_rows(named=True):
        pointer = None if dataset.pointer is None or row["entry"] is None else f"/categories/{row['entry']}"
        places.setdefault(row["class_name"], Finding(row["path"], "", line=row["line"], pointer=pointer))
    return places
