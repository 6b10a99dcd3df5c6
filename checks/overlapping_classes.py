"""One place on an image with two classes.

## What it does
Reports each annotation that overlaps an earlier one of the same image, of another class, by an IoU of
`overlap` or more; of polygons their bounds are compared. Crowds (COCO's `iscrowd`) are left out.

## Options
`overlap` (default 0.98): IoU, 0.1 to 1, from which on two boxes are one place; each is compared with 300 at
most. In carefully drawn sets no two objects come near it.

## Why is this bad?
A detector gives a place one class: one of the two is wrong, or an object was labelled anew and the old box
left. Where classes are meant to overlap (toy and car), switch the rule off.

## Fix safety
No fixer: which class is right cannot be known.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, display, overlapping


@check(per="split", severity="warning")
def overlapping_classes(annotations: pl.DataFrame, *, overlap: float = 0.98) -> Iterator[Finding]:
    """Annotations on top of one of another class."""
    found = overlapping(annotations, overlap, ("label", "image"), unlike="class_id")
    rows = annotations[found["row"]].with_columns(found["overlap"])
    earlier = annotations[found["earlier"]].select("line", "entry", "class_name", "class_id").rows()
    for row, (line, entry, name, number) in zip(rows.iter_rows(named=True), earlier, strict=True):
        place = f"entry {entry}" if line is None or line == row["line"] else f"line {line}"
        classes = f"{_shown(row['class_name'], row['class_id'])} here, {_shown(name, number)} in {place}"
        yield Finding.on(row, f"two classes in one place: {classes}, IoU {row['overlap']:.4f}")


def _shown(name: str | None, number: int | None) -> str:
    return f"class {number}" if name is None else f"'{display(name)}'"
