"""Nearly the same picture twice in one split: re-encoded, resized, or slightly changed.

## What it does
Takes pairs of images of one split name, over all collections, whose perceptual hashes
(`imagehash.phash` of the picture as displayed) differ in at most `distance` of 64 bits, and proves
each by comparing the pictures: a normalised cross-correlation of at least 0.95 at 64 x 64 grey.
Pictures without structure (one flat colour) are never called near. Exact pairs belong to
`exact_duplicate` and are not repeated.
At distance 0 a pair is an error whatever the files are called. From 1 up, versions of one source
(`<source>.rf.<hash>`, as Roboflow exports them) are info: augmented on purpose.

## Options
`distance` (default 8): the largest number of differing bits. 0 asks for equal hashes.

## Why is this bad?
The same picture saved twice is the same picture: it weighs double, and MD5 does not see it.

## Fix safety
Unsafe: the better copy stays, the other goes to the quarantine with its label.

## References
https://pypi.org/project/ImageHash/
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, PairKind, Severity, check, display


@check(per="split_name", needs=("sha256",))
def near_duplicate(pairs: pl.DataFrame, *, distance: int = 8) -> Iterator[Finding]:
    """Proved pairs within the distance."""
    near = pairs.filter(pl.col("kind") == PairKind.NEAR, pl.col("distance") <= distance)
    for pair in near.iter_rows(named=True):
        augmented = pair["same_source"] and pair["distance"] > 0
        proof = f"distance {pair['distance']}, correlation {pair['correlation']:.3f}"
        what = "a version of the same source as" if augmented else "nearly the same picture as"
        yield Finding(
            pair["path"],
            f"{what} {display(pair['other'])}: {proof}",
            severity=Severity.INFO if augmented else None, related=(pair["other"],), kind=pair["kind"],
            distance=pair["distance"], correlation=pair["correlation"], transform="none", group=pair["group"],
        )  # fmt: skip
