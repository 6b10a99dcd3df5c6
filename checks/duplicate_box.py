"""The same annotation twice on one image.

## What it does
Reports each annotation that says the same as an earlier one of its file about the same image, which exists:
class and numbers, of a polygon the same points in any order. And each box that overlaps an earlier one of its
class by an IoU of `overlap` or more. Crowds (COCO's `iscrowd`) repeat nothing. FiftyOne's `find_duplicates`
asks for an IoU of 0.999; Ultralytics drops equal lines only.

## Options
`overlap` (default 0.99): IoU, 0.1 to 1, from which on two boxes are one; each is compared with 300 at most.

## Why is this bad?
The object counts twice in the loss and in the metric. Usually a slip of the labelling tool.

## Fix safety
The later one goes, the rest of the file stays as it is: safe where they are equal, unsafe where they overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import xor

import polars as pl

from holdfast import Finding, check, overlapping

SAME = ("label", "image", "kind", "class_id")
COMPARED = (*SAME, "x_min", "y_min", "x_max", "y_max")


@check(per="split", severity="warning")
def duplicate_box(annotations: pl.DataFrame, *, overlap: float = 0.99) -> Iterator[Finding]:
    """Annotations that say the same as an earlier one."""
    equal = _equal(annotations)
    near = overlapping(annotations, overlap, SAME).filter(~pl.col("row").is_in(equal["row"].implode()))
    kinds = annotations["kind"].gather(near["row"]).cast(pl.String)
    near = near.filter(kinds.is_in(["box", "pose"]))  # the bounds of polygons say too little
    found = pl.concat([equal, near], how="diagonal").sort("row")
    rows = annotations[found["row"]].with_columns(found["overlap"], found["says"])
    first = annotations[found["earlier"]].select("line", "entry").rows()
    for row, (line, entry) in zip(rows.iter_rows(named=True), first, strict=True):
        place = f"entry {entry}" if line is None or line == row["line"] else f"line {line}"
        near_by = f"overlaps {place} by an IoU of {row['overlap'] or 0:.4f}, of the same class"
        yield Finding.on(row, near_by if row["says"] is None else f"{row['says']} {place}")


def _equal(annotations: pl.DataFrame) -> pl.DataFrame:
    """Rows that repeat an earlier one; few share a number made of what is compared, and quicker to find."""
    rows = annotations.lazy().select(pl.int_range(pl.len()).alias("row"), "values", "crowd", *COMPARED)
    number = pl.reduce(xor, [pl.col(name).hash(seed) for seed, name in enumerate(COMPARED)])
    placed = pl.all_horizontal(pl.col("x_min", "image").is_not_null(), pl.col("crowd").ne_missing(other=True))
    alike = rows.filter(placed & number.is_duplicated()).with_columns(points=pl.col("values").list.sort())
    key = (*COMPARED, "points")
    first = alike.with_columns(
        earlier=pl.col("row").min().over(key), first=pl.col("values").first().over(key)
    )
    says = pl.when(pl.col("values") == pl.col("first")).then(pl.lit("says the same as"))
    again = first.filter(pl.col("row") > pl.col("earlier"))
    return again.select("row", "earlier", says=says.otherwise(pl.lit("has the same points as"))).collect()
