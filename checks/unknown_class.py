"""Annotation with a class that is not declared.

## What it does
Reports each annotation whose class number is negative, or not below the number of classes that
data.yaml declares. Where nothing declares classes, only negative numbers are reported.

## Why is this bad?
A trainer stops, or drops the image; or two exports with other class lists were merged, and the
other numbers mean something else, too.

## Fix safety
No fixer: the right class cannot be known.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, check


@check(per="split")
def unknown_class(annotations: pl.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Annotations outside the declared classes."""
    declared = pl.col("collection").cast(pl.String).is_in(list(dataset.declared))
    unknown = (pl.col("class_name").is_null() & declared) | (pl.col("class_id") < 0)
    rows = annotations.filter(unknown).select("label", "line", "class_id", "collection").rows()
    for label, line, class_id, collection in rows:
        classes = dataset.names_of(collection)
        known = (
            "a class number is 0 or more" if classes is None else f"{len(classes)} declared, counted from 0"
        )
        yield Finding(label, f"class {class_id}; {known}", line=line)
