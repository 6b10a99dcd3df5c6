"""The same picture in two splits.

## What it does
Reports each pair of images, exact or near, that lies in two splits, over all collections. Near
pairs are found and proved as `near_duplicate` does it. Each message ends with the share of the
evaluation split (val, test) that is leaked.
Pixels are all this rule sees: a leak of the same scene in another shot needs other evidence.

## Options
`distance` (default 8): the largest number of differing bits of the perceptual hashes.

## Why is this bad?
A model is tested on what it was trained on: the score is too good, by an amount that nobody knows.

## Fix safety
Unsafe. By default the training copy goes and evaluation stays untouched; `--keep=training` and
`--keep=first` decide otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, PairKind, Unit, check, display

SAME = {
    PairKind.BYTES: "same bytes as",
    PairKind.PICTURE: "same picture in other bytes as",
    PairKind.NEAR: "nearly the same picture as",
}


@check(per="split_pair", needs=("sha256",))
def split_leakage(
    pairs: pl.DataFrame, images: pl.DataFrame, unit: Unit, *, distance: int = 8
) -> Iterator[Finding]:
    """Pairs with one image in each of two splits."""
    leaks = pairs.filter(pl.col("distance") <= distance)
    share = "; ".join(_share(leaks, images, name) for name in unit.sides if name != "train")
    for pair in leaks.iter_rows(named=True):
        proof = (
            f": distance {pair['distance']}, correlation {pair['correlation']:.3f}"
            if pair["kind"] == "near"
            else ""
        )
        yield Finding(
            pair["path"], f"{SAME[pair['kind']]} {display(pair['other'])}{proof} (leaked: {share})",
            related=(pair["other"],), kind=pair["kind"], distance=pair["distance"],
            correlation=pair["correlation"], transform="none", group=pair["group"],
        )  # fmt: skip


def _share(leaks: pl.DataFrame, images: pl.DataFrame, name: str) -> str:
    first, second = leaks.filter(split=name)["path"], leaks.filter(other_split=name)["other"]
    leaked = pl.concat([first, second.alias("path")]).n_unique()
    total = images.filter(split=name).height
    return f"{leaked} of {total} {name} images, {100 * leaked / total if total else 0:.1f} %"
