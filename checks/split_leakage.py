"""The same picture in two splits.

## What it does
Reports each pair of images, exact or near, that lies in two splits, over all collections. Near
pairs are found and proved as `near_duplicate` does it, and whatever their kind they leak. Each message
ends with the share of the evaluation split (val, test) that is leaked. Pictures of the same scene (a fixed
camera) are no copies: an info, one an image.
Pixels are all this rule sees: a leak of the same scene in another shot needs other evidence.

## Options
`distance` (default 8), `orientations` (default true), `features` (default true): as in `near_duplicate`.

## Why is this bad?
A model is tested on what it was trained on: the score is too good, by an amount that nobody knows.

## Fix safety
Unsafe. By default the training copy goes and evaluation stays untouched; `--keep=training` and
`--keep=first` decide otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, PairKind, Severity, Unit, check, found_by, one_scene_an_image, sameness


@check(per="split_pair", needs=("sha256",))
def split_leakage(
    pairs: pl.DataFrame, images: pl.DataFrame, unit: Unit, *,
    distance: int = 8, orientations: bool = True, features: bool = True,
) -> Iterator[Finding]:  # fmt: skip
    """Pairs with one image in each of two splits."""
    found = one_scene_an_image(pairs.filter(found_by(distance, orientations, features)))
    leaks = found.filter(pl.col("kind") != PairKind.SCENE)
    share = "; ".join(_share(leaks, images, name) for name in unit.sides if name != "train")
    for pair in found.iter_rows(named=True):
        if pair["kind"] == PairKind.SCENE:
            yield Finding.pair(pair, sameness(pair), Severity.INFO)
        else:
            yield Finding.pair(pair, sameness(pair), note=f" (leaked: {share})")


def _share(leaks: pl.DataFrame, images: pl.DataFrame, name: str) -> str:
    first, second = leaks.filter(split=name)["path"], leaks.filter(other_split=name)["other"]
    leaked = pl.concat([first, second.alias("path")]).n_unique()
    total = images.filter(split=name).height
    return f"{leaked} of {total} {name} images, {100 * leaked / total if total else 0:.1f} %"
