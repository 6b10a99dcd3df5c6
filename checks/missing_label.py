"""Image that nothing is said about.

## What it does
Reports each image whose label file does not exist, or that nothing else describes (error). An empty label
file is not missing: it says that the image is background. Where one file describes many images (COCO, CSV),
an image that it names without any annotation is a warning: background, or forgotten. Where more than
`background` of a split are so, they are background on purpose: one info with their number. A split of two or
more images that has no label at all is one finding: a warning in test (images to predict), else an error.

## Options
`background` (default 0.1): share of a split's images, 0 to 1. Ultralytics advises at most 10 % of them.

## Why is this bad?
A trainer takes such an image for background, and learns that what is on it is nothing.

## Fix safety
Unsafe: the image goes to the quarantine. If it is background, write an empty label file instead. A split
without any label is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import WHOLE_SPLIT, Finding, Problem, Severity, check, display


@check(per="split")
def missing_label(
    images: pl.DataFrame,
    labels: pl.DataFrame,
    annotations: pl.DataFrame,
    problems: pl.DataFrame,
    *,
    background: float = 0.1,
) -> Iterator[Finding]:
    """Images whose label file is not there, and images with nothing on them."""
    unlisted = problems.filter(kind=Problem.UNLISTED)["path"]  # unlisted_image reports those
    silent = images.filter(~pl.col("has_label") & ~pl.col("path").is_in(unlisted.implode()))
    if silent.height == images.height > 1 and labels.is_empty():
        first, split = silent.select("path", "split").row(0)
        use, severity = ("to predict on", Severity.WARNING) if split == "test" else ("of no use so", None)
        message = f"none of the {images.height:,} images has a label, this one first: {use}"
        yield Finding(first, message, severity, kind=WHOLE_SPLIT)
        return
    for path, label in silent.select("path", "label").rows():
        yield Finding(path, f"no label file {display(label)}" if label else "nothing says what is on it")
    listed = images.filter(pl.col("has_label") & pl.col("label").is_null())
    empty = listed.join(annotations.select(path="image"), on="path", how="anti", maintain_order="left")
    if empty.height > background * listed.height:
        share = f"{empty.height:,} of {listed.height:,} images are listed without an annotation"
        yield Finding(empty["path"][0], f"{share}, this one first: taken for background", Severity.INFO)
        return
    for path in empty["path"]:
        yield Finding(path, "listed with 0 annotations: background, or not annotated", Severity.WARNING)
