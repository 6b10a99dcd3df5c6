"""Class that no annotation has.

## What it does
Reports each class that is declared and that no annotation of its collection has, in any split. Collections
without any annotation are left out.

## Why is this bad?
A model gets an output that is never trained, and the mean over classes is too low. It may be a placeholder:
Roboflow's COCO exports declare the project's own name as category 0, which no annotation has.

## Fix safety
No fixer: taking a class out changes the number of every class behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, check, display


@check(per="collection", severity="warning")
def unused_class(classes: pl.DataFrame, annotations: pl.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Declared classes without an annotation."""
    if annotations.is_empty():
        return
    used = annotations["class_id"].unique()
    unused = classes.filter(~pl.col("class_id").is_in(used.implode())).unique(
        ["class_id", "class_name"], keep="first", maintain_order=True
    )
    for row in unused.iter_rows(named=True):
        name = "" if row["class_name"] is None else f" '{display(row['class_name'])}'"
        unused_by = f"none of {annotations.height:,} annotations has it"
        message = f"class {row['class_id']}{name} is declared, and {unused_by}"
        pointer = None if dataset.pointer is None or row["entry"] is None else f"/categories/{row['entry']}"
        yield Finding(row["path"], message, line=row["line"], pointer=pointer)
