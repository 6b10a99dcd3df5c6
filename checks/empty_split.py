"""Split without a single image.

## What it does
Reports each split that exists and holds no image; one whose folder of images is gone and whose labels
are there is such a split too. A split that is declared and does not exist at all, or is not read, is
reported by `broken_config`.

## Why is this bad?
Training starts, evaluation has nothing to evaluate, and the score that comes out means nothing.

## Fix safety
No fixer: images have to come from somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Dataset, Finding, Unit, check


@check(per="split")
def empty_split(images: pl.DataFrame, dataset: Dataset, unit: Unit) -> Iterator[Finding]:
    """Splits with no rows."""
    if images.is_empty():
        split = next(split for split in dataset.splits if split.unit == unit.name)
        places = tuple(place or "." for place in (*split.folders, *split.lists))  # '' is the root
        yield Finding(places[0], f"{unit.name} holds 0 images", related=places[1:])
