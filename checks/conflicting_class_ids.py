"""Splits that number the classes in different ways.

## What it does
Compares what the splits of a collection declare: reports a class number that stands for another name in
another split, and a name that has another number there (error), or in the same json (warning). A
data.yaml declares the classes of all splits: there is nothing to compare. Folders of classes are numbered
by ImageFolder in each split: one that is missing there shifts those after it (error). A name that differs in
case, blanks, `-` and `_` only is reported by `inconsistent_class_names`.

## Why is this bad?
A trainer takes the numbers of the first file for all: in the other splits each one means another thing, and
every figure of an evaluation is wrong.

## Fix safety
No fixer: which numbers are meant is a decision, and all annotations of a split change with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from holdfast import Dataset, Finding, Likeness, Problem, Severity, alike, check, display


@check(per="collection")
def conflicting_class_ids(
    classes: pl.DataFrame, problems: pl.DataFrame, dataset: Dataset
) -> Iterator[Finding]:
    """Numbers and names that mean something else in an earlier file, or split."""
    for path, said in problems.filter(kind=Problem.NUMBERED).select("path", "message").rows():
        yield Finding(path, said)
    numbers: dict[int, dict[str, Any]] = {}
    names: dict[str, dict[str, Any]] = {}
    for row in classes.drop_nulls("class_name").iter_rows(named=True):
        number, name = row["class_id"], row["class_name"]
        first, same = numbers.setdefault(number, row), names.setdefault(name, row)
        message, severity = None, Severity.ERROR
        if row["path"] != first["path"] and not _alike(name, first["class_name"]):
            message = f"class {number} is '{name}' here, and '{first['class_name']}' in {first['path']}"
        elif first is row and row["path"] != same["path"] and number != same["class_id"]:
            message = f"'{name}' is class {number} here, and class {same['class_id']} in {same['path']}"
        elif dataset.pointer is not None and number != same["class_id"] and row["path"] == same["path"]:
            message, severity = f"'{name}' is class {same['class_id']} as well", Severity.WARNING
        if message is not None:
            json = dataset.pointer is not None and row["entry"] is not None
            pointer = f"/categories/{row['entry']}" if json else None
            yield Finding(row["path"], display(message), line=row["line"], pointer=pointer, severity=severity)


def _alike(one: str, other: str) -> bool:
    return one == other or any(pair.likeness is Likeness.SPELLING for pair in alike((one, other)))
