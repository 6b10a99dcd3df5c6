"""Split with an unusual share of the images.

## What it does
Compares the sizes of the splits of a collection that has more than one: reports a train split with too small
a share of all images, and an evaluation split (val, test) that is small in share and in number.

## Options
`min_train` (default 0.5): the least share of the train split.
`min_evaluation` (default 0.05): the least share of val and of test.
`enough` (default 1000): a val or test split of so many images is never too small, whatever its share.
`min_images` (default 20): of fewer images in all a share says nothing.

## Why is this bad?
Images in val and test teach nothing, and a score over few of them is noise: of 50 images one is two per cent.
Tools and courses split 70/20/10 (Roboflow's default) or 80/10/10; large sets hold back less: COCO 2017 has
5,000 of 123,287 images in val, ImageNet 50,000 of 1.3 million.

## Fix safety
No fixer, but `holdfast resplit` deals the images out anew, relatives together.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check


@check(per="collection", severity="warning")
def split_ratio(
    images: pl.DataFrame,
    *,
    min_train: float = 0.5,
    min_evaluation: float = 0.05,
    enough: int = 1000,
    min_images: int = 20,
) -> Iterator[Finding]:
    """Splits outside the bounds; one without an image is reported by `empty_split`."""
    splits = images.group_by("split", maintain_order=True).agg(pl.len(), pl.col("path").first())
    for split, count, path in splits.rows() if splits.height > 1 and images.height >= min_images else ():
        share = count / images.height
        least = min_train if split == "train" else min_evaluation
        if share < least and (split == "train" or count < enough):
            told = f"{count} of {images.height} images, {100 * share:.1f} %"
            folder = path.rpartition("/")[0] or "."
            yield Finding(folder, f"{split} has {told}, below {100 * least:g} %")
