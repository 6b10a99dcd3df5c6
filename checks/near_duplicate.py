"""The same shot twice in one split: re-encoded, resized, recoloured, turned, cropped, or otherwise changed.

## What it does
Takes pairs of images of one split name, over all collections, that a cheap signal calls alike, and proves
each: the two pictures are aligned at 256 x 256, and compared for what differs locally. The kind says
what was done: `re-encoded`, `resized`, `recoloured`, `rotated/flipped`, `cropped`, `augmented` (several of
these, or more). Where things in the picture differ it is the `same scene` (a fixed camera): no copy, an
info, one an image. Pictures without structure (one flat colour) are never called near. Exact pairs belong
to `exact_duplicate`. Turned, cropped and augmented versions are warnings, as they may be made on purpose,
and so is any version of one source (`<source>.rf.<hash>`, as Roboflow exports them) an info.

## Options
`distance` (default 8): differing bits of the perceptual hashes up to which a pair is looked at.
`orientations` (default true): look at the eight orientations, too. `features` (default true): at pictures
whose local features agree: rotated, cropped, sheared, framed ones.

## Why is this bad?
The same picture saved twice is the same picture: it weighs double, and MD5 does not see it.

## Fix safety
Unsafe: the better copy stays, the other goes to the quarantine with its label. Warnings are left to a person.

## References
https://pypi.org/project/ImageHash/
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import EXACT, Finding, PairKind, Severity, check, found_by, one_scene_an_image, sameness

MADE = (PairKind.TURNED, PairKind.CROPPED, PairKind.AUGMENTED)


@check(per="split_name", needs=("sha256",))
def near_duplicate(
    pairs: pl.DataFrame, *, distance: int = 8, orientations: bool = True, features: bool = True
) -> Iterator[Finding]:
    """Proved pairs that these signals find."""
    near = pairs.filter(~pl.col("kind").is_in(EXACT), found_by(distance, orientations, features))
    for pair in one_scene_an_image(near).iter_rows(named=True):
        versions = pair["same_source"] and pair["kind"] != PairKind.SCENE
        note = " (versions of one source, by their names)" if versions else ""
        yield Finding.pair(pair, sameness(pair), _severity(pair), note)


def _severity(pair: dict[str, object]) -> Severity | None:
    if pair["kind"] == PairKind.SCENE or (pair["same_source"] and pair["distance"]):
        return Severity.INFO
    return Severity.WARNING if pair["kind"] in MADE else None
