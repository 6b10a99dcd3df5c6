"""Image that the dataset named by --against has already.

## What it does
Runs with `--against=DIR` only: reports each image that shows the same shot as one of the dataset in DIR.
Pairs are found and proved as `near_duplicate` does it, between the two datasets only: the other one is not
checked itself. `related` is its file as seen from this dataset (`../old/test/images/a.jpg`), and the message
says in which split it lies there. Pictures of the same scene (a fixed camera) are no copies: an info, one an
image.

## Options
`distance` (default 8), `orientations` (default true), `features` (default true): as in `near_duplicate`.

## Why is this bad?
A batch that is added to a dataset brings copies with it, and leaks where the copy lies in another split.

## Fix safety
None: leave the image out of the batch.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, PairKind, Severity, check, display, found_by, one_scene_an_image, sameness


@check(per="split", needs=("sha256",))
def known_image(
    known_pairs: pl.DataFrame, *, distance: int = 8, orientations: bool = True, features: bool = True
) -> Iterator[Finding]:
    """Proved pairs with the other dataset that these signals find."""
    found = known_pairs.filter(found_by(distance, orientations, features))
    for pair in one_scene_an_image(found).iter_rows(named=True):
        severity = Severity.INFO if pair["kind"] == PairKind.SCENE else None
        split = display(pair["other_split"].rpartition("/")[2])
        yield Finding.pair(pair, sameness(pair), severity, note=f" (in {split} there)")
