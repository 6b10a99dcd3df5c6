"""Image with boxes that a viewer turns by its EXIF orientation.

## What it does
Reports each image whose EXIF orientation is not 1 (upright) and that has boxes, polygons or masks, and says
which frame they fit, where anything tells: boxes in pixels that leave the picture as displayed and fit it
as stored, or a declared width and height that are those of one of the two.

## Why is this bad?
Half of the tools turn such a picture (browsers, OpenCV, Ultralytics), half do not (Pillow, torchvision,
TensorFlow): boxes drawn in one frame lie beside the objects in the other. That the boxes are drawn on the
stored picture is an error: on the picture that people see they are wrong. Else it is a warning.

## Fix safety
Unsafe: where the boxes fit the picture as displayed, its pixels are turned, without loss; where they fit it
as stored, the tag goes. Fractions count as drawn on the displayed one. Left for a person where nothing tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from holdfast import Finding, Severity, check, in_pixels

TURNED = 5
"""Orientations from which on width and height are swapped."""


@check(per="split", needs=("width", "height", "orientation"))
def rotated_exif(images: pl.DataFrame, annotations: pl.DataFrame) -> Iterator[Finding]:
    """Images that are turned when shown, with what tells the frame of their boxes."""
    turned = images.filter(pl.col("orientation") != 1)
    drawn = in_pixels(annotations.filter(pl.col("kind") != "class"), turned).drop_nulls("width")
    boxes = drawn.group_by("image").agg(pl.len(), pl.col("right", "lower").filter("pixels").max())
    found = turned.join(boxes, left_on="path", right_on="image", maintain_order="left")
    for row in found.iter_rows(named=True):
        shown = (row["width"], row["height"])
        stored = shown[::-1] if row["orientation"] >= TURNED else shown
        frame, reason = _frame(row, shown, stored)
        text = f"{row['len']} annotations; {reason}: EXIF orientation {row['orientation']} displays it as "
        text += f"{shown[0]} x {shown[1]} px, stored are {stored[0]} x {stored[1]} px"
        yield Finding(row["path"], text, severity=None if frame == "stored" else Severity.WARNING)


def _frame(row: dict[str, Any], shown: tuple[int, int], stored: tuple[int, int]) -> tuple[str, str]:
    """Which frame the boxes fit, and by what; '' where nothing tells."""
    reach, said = (row["right"], row["lower"]), (row["declared_width"], row["declared_height"])
    frames = {"displayed": shown, "stored": stored}
    if None not in reach:
        fits = [name for name, (x, y) in frames.items() if reach[0] <= x + 1 and reach[1] <= y + 1]
        if len(fits) == 1:
            return fits[
                0
            ], f"they reach to {reach[0]:.0f}, {reach[1]:.0f} px and fit the {fits[0]} picture only"
    meant = [name for name, size in frames.items() if size == said]
    if len(meant) == 1:
        return meant[0], f"{said[0]} x {said[1]} px are declared, the size of the {meant[0]} picture"
    return "", "nothing tells in which frame they are drawn"
