"""Image whose size is not what its annotation file says.

## What it does
Compares the width and height that a json, xml or csv declares with those of the image as it is displayed, its
EXIF rotation applied. Says so where the two sides are swapped, and whether the file asks for a rotation.

## Why is this bad?
Boxes are drawn in the declared frame: on an image that was scaled, cropped or turned since, each one is in
the wrong place, and loaders that scale by the declared size move them again.

## Fix safety
The declared numbers change: safe where nothing is drawn in pixels, else unsafe. Shown only where boxes do
not fit into the image, or an EXIF orientation has to be settled first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from holdfast import Dataset, Finding, check


@check(per="split", needs=("width", "height", "orientation"))
def wrong_image_size(images: pl.DataFrame, dataset: Dataset) -> Iterator[Finding]:
    """Images that are larger or smaller than declared."""
    width, height = pl.col("declared_width") != pl.col("width"), pl.col("declared_height") != pl.col("height")
    for row in images.filter(width | height).iter_rows(named=True):
        declared, real = (row["declared_width"], row["declared_height"]), (row["width"], row["height"])
        said = " x ".join("?" if side is None else str(side) for side in declared)
        message = (
            f"declared as {said} px, it is {real[0]} x {real[1]} px{_swapped(row, declared == real[::-1])}"
        )
        entry = row["declared_entry"]
        pointer = None if dataset.pointer is None or entry is None else f"/images/{entry}"
        file = row["declared_in"] or row["path"]
        yield Finding(file, message, line=row["declared_line"], pointer=pointer, related=(row["path"],))


def _swapped(row: dict[str, Any], swapped: bool) -> str:
    if not swapped:
        return ""
    turned = (row["orientation"] or 1) > 4
    return ": swapped, and its EXIF orientation turns it" if turned else ": width and height are swapped"
