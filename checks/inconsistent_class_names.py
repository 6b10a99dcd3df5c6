"""Class names that do not agree.

## What it does
Reports a class number that stands for another name in another split of its collection, and a name that has
another number there (error); over all splits and collections, names that differ only in case, blanks, `-`
and `_` (warning) or in a final s (info), and names that end another, as `bishop` ends `black-bishop` (info).

## Why is this bad?
What was meant as one class is trained as two, or the numbers of one split mean other things in another.

## Fix safety
No fixer: which name is meant is a decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from holdfast import Dataset, Finding, Likeness, Severity, alike, check, display


@check(per="dataset", severity="warning")
def inconsistent_class_names(
    classes: pl.DataFrame, annotations: pl.DataFrame, dataset: Dataset
) -> Iterator[Finding]:
    """Names and numbers that contradict each other."""
    for _, declared in classes.drop_nulls("class_name").group_by("collection", maintain_order=True):
        yield from _numbers(declared, dataset)
    undeclared = ~pl.col("collection").cast(pl.String).is_in(list(dataset.declared))
    used = annotations.filter(undeclared).select("label", "line", "column", "entry", "class_name")
    found = [table.drop_nulls("class_name").unique("class_name", keep="first", maintain_order=True)
             for table in (classes, used)]  # fmt: skip
    rows = [row for table in found for row in table.iter_rows(named=True)]
    places = {row["class_name"]: row for row in reversed(rows)}
    for pair in alike(row["class_name"] for row in rows):
        message = f"class '{pair.name}' and '{pair.other}' differ {pair.likeness}"
        severity = None if pair.likeness is Likeness.SPELLING else Severity.INFO
        yield _on(places[pair.name], message, severity, dataset)


def _numbers(declared: pl.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """What splits say against the first one of their collection that says something."""
    numbers: dict[int, dict[str, Any]] = {}
    names: dict[str, dict[str, Any]] = {}
    for row in declared.iter_rows(named=True):
        number, name = row["class_id"], row["class_name"]
        first, same = numbers.setdefault(number, row), names.setdefault(name, row)
        spelt = {pair.likeness for pair in alike((first["class_name"], name))}  # reported as such
        if name != first["class_name"] and row["path"] != first["path"] and Likeness.SPELLING not in spelt:
            message = f"class {number} is '{name}' here, and '{first['class_name']}' in {first['path']}"
            yield _on(row, message, Severity.ERROR, dataset)
        elif first is row and same["class_id"] != number and row["path"] != same["path"]:
            message = f"'{name}' is class {number} here, and class {same['class_id']} in {same['path']}"
            yield _on(row, message, Severity.ERROR, dataset)


def _on(row: dict[str, Any], message: str, severity: Severity | None, dataset: Dataset) -> Finding:
    if "label" in row:  # an annotation: nothing declares its class
        return Finding.on(row, display(message), severity=severity)
    pointer = None if dataset.pointer is None or row["entry"] is None else f"/categories/{row['entry']}"
    return Finding(row["path"], display(message), line=row["line"], pointer=pointer, severity=severity)
