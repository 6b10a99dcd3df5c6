"""Annotation with a class that is not declared.

## What it does
Reports each annotation whose class number is negative, or whose class is not among those that are declared:
in YOLO a number not below their count, in COCO an id that `categories` lacks. Where nothing declares
classes, or a json breaks off before all its `categories` (`malformed_label`), only negative numbers are
reported. The values of mask files are left to `unknown_mask_value`.

## Why is this bad?
A trainer stops, or drops the image; or two exports with other class lists were merged, and the
other numbers mean something else, too.

## Fix safety
No fixer: the right class cannot be known.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, Problem, check


@check(per="split")
def unknown_class(annotations: pl.DataFrame, problems: pl.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Annotations outside the declared classes."""
    lost = problems.filter(kind=Problem.NO_CLASSES)["path"].to_list()
    declared = pl.col("collection").cast(pl.String).is_in(list(dataset.declared))
    is_lost = pl.col("label").cast(pl.String).is_in(lost)
    unknown = (pl.col("class_name").is_null() & declared & ~is_lost) | (pl.col("class_id") < 0)
    file = (pl.col("kind") == "mask") & pl.col("x_min").is_null()  # a mask in a file of its own
    known: dict[tuple[str, str], str] = {}
    for row in annotations.filter(unknown & ~file).iter_rows(named=True):
        place = row["collection"], row["unit"]
        if place not in known:
            known[place] = _known(dataset, *place)
        yield Finding.on(row, f"class {row['class_id']}; {known[place]}")


def _known(dataset: Dataset, collection: str, unit: str) -> str:
    """What is declared for a split, in words."""
    if collection not in dataset.declared:
        return "a class number is 0 or more"
    of_unit = pl.col("unit").is_null() | (pl.col("unit").cast(pl.String) == unit)
    classes = dataset.classes.filter(pl.col("collection") == collection, of_unit)["class_id"].unique()
    counted = ", counted from 0" if set(classes) == set(range(len(classes))) else ""
    return f"{len(classes)} declared{counted}" if len(classes) else "none is declared"
