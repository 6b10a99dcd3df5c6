"""Property of an image, such as its size or brightness, that gives its class away.

## What it does
For sets with one class an image (class folders; images of which one class has at least four of five
annotations) it asks for each class and property one question, such as `is the width at most 640?` or `is it
a PNG?`, and takes the one with the best balanced accuracy: the mean of the share of the class and the share
of all other images that are told right. 0.5 is chance. The properties are file format, width, height, their
ratio, bytes, bytes a pixel, mode, brightness and sharpness. Of two classes only one is
reported. Where annotations have places, as boxes do, it is an info: a detector looks at the object.

## Options
`accuracy` (default 0.9): the least balanced accuracy that is reported. deepchecks' property-label correlation
reports from a predictive power of 0.2, which classes that really differ in looks reach.
`min_images` (default 30): images that the class, and all others together, must have.

## Why is this bad?
The model learns the camera, the download or the export instead of the object, and fails where that differs:
Geirhos et al., Shortcut learning in deep neural networks (2020, arXiv:2004.07780).

## Fix safety
No fixer: pictures of the class from other sources, or one way of exporting all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Severity, check, clues, display


@check(
    per="collection",
    needs=("size", "width", "height", "format", "mode", "brightness", "sharpness"),
    severity="warning",
)
def label_shortcut(
    images: pl.DataFrame, annotations: pl.DataFrame, *, accuracy: float = 0.9, min_images: int = 30
) -> Iterator[Finding]:
    """For each class the property that tells most."""
    found = clues(images, annotations, min_images).filter(pl.col("accuracy") >= accuracy)
    placed = annotations["x_min"].count() > 0
    for clue in found.unique("class", keep="first", maintain_order=True).iter_rows(named=True):
        yield Finding(
            clue["image"].rpartition("/")[0] or ".",
            f"{clue['property']} gives {display(clue['class'])} away: {clue['question']} holds for "
            f"{100 * clue['inside']:.0f} % of its {clue['images']} images and "
            f"{100 * clue['outside']:.0f} % of the others, balanced accuracy {clue['accuracy']:.2f}",
            Severity.INFO if placed else None,
        )
