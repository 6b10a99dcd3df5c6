"""Hardly any image without an object in a large train split.

## What it does
Reports a train split of a dataset with boxes, polygons, keypoints in which the share of images without a
single annotation, backgrounds, is below a minimum. Sets of classes and of masks are not judged.

## Options
`min_share` (default 0.005): the least share of backgrounds. COCO 2017 has 1,021 of 118,287 (0.9 %);
Ultralytics recommends up to 10 % in its tips for best training results.
`min_images` (default 1000): train splits with fewer images are not judged: they lack more than backgrounds.

## Why is this bad?
A detector that never saw an empty picture finds something in every one: backgrounds are what false alarms
are unlearnt on. Where each picture of the real task holds an object, there is nothing to mend.

## Fix safety
No fixer: backgrounds have to come from somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Unit, check


@check(per="split", severity="info")
def too_few_backgrounds(
    images: pl.DataFrame, annotations: pl.DataFrame, unit: Unit, *,
    min_share: float = 0.005, min_images: int = 1000,
) -> Iterator[Finding]:  # fmt: skip
    """Train splits with objects nearly everywhere."""
    train = images.filter(split="train")
    if train.height < min_images or annotations.filter(pl.col("x_min").is_not_null()).is_empty():
        return
    empty = train.join(annotations.select(path="image"), on="path", how="anti").height
    if empty < min_share * train.height:
        told = f"{empty} of {train.height} images hold no object, {100 * empty / train.height:.2f} %"
        yield Finding(train["path"][0].rpartition("/")[0] or ".", f"{told}, below {100 * min_share:g} %")
