"""One source in two splits: versions of one picture, or one patient, recording, site.

## What it does
Reports each source that has images in two splits, once. A source is known by
- the column file or the patterns of `[sources]` in `holdfast.toml`: an error whatever the pixels say;
- Roboflow's exports (`<source>.rf.<hash>`), a phone's edits (`IMG_1234`, `IMG_E1234`), copies and edited
  versions (`a (1)`, `a_copy`, `a-edited`) beside their original: here the pictures are looked at. An error
  where a pair is proved to be the same shot (`split_leakage` has such pairs one by one) or looks alike, a
  warning where that is unclear, as strong augmentation makes it. A name that covers pictures unlike each
  other (`i_jpg`, `IMG_0001` of two phones) is no leak: an info. Names of ten letters and digits in a row,
  or of twelve digits, are hardly given twice: a warning even so.

## Options
`distance` (default 8), `orientations` (default true), `features` (default true): by what copies are found,
to be proved, as in `near_duplicate`; a few pairs of each source are compared in any case.

## Why is this bad?
A model knows the picture, the patient or the place from training: the score is too good, and pixels alone
may not show why.

## Fix safety
Unsafe: with `--on-leak=move` its images go to one split, by default that of evaluation; else a person
decides. `resplit` deals whole sources out to the splits.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Severity, SourceVerdict, Unit, check, display, source_leaks

SEVERITY = {SourceVerdict.UNCLEAR: Severity.WARNING, SourceVerdict.UNLIKE: Severity.INFO}


@check(per="split_pair", needs=("sha256",))
def source_leakage(
    relatives: pl.DataFrame, images: pl.DataFrame, unit: Unit, *,
    distance: int = 8, orientations: bool = True, features: bool = True,
) -> Iterator[Finding]:  # fmt: skip
    """One finding for each source; the options have decided which pairs are proved."""
    del distance, orientations, features
    first, second = unit.sides
    for leak in source_leaks(images, relatives, (first, second)):
        ours, theirs = leak.images
        what = f"one source in {first} ({ours}) and {second} ({theirs} images), {leak.how}"
        if leak.verdict is SourceVerdict.UNLIKE:
            what = f"{ours} {first} and {theirs} {second} images share a name that covers unlike ones"
            what += ": no leak, as far as pixels tell"
        yield Finding(
            leak.paths[0], f"`{display(leak.name[:120])}`: {what}; {leak.seen}", related=leak.paths[1:],
            severity=SEVERITY.get(leak.verdict), kind=leak.kind,
        )  # fmt: skip
