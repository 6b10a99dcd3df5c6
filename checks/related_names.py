"""Names that tell which images belong together.

## What it does
Says what was recognised, and how many images it covers: sources of several images (exports, edits, copies,
patterns and the column of `[sources]`), and clips whose frames the names count, `#` for numbers.
`source_leakage` and `sequence_leakage` report those of them that lie in two splits, and `resplit` keeps
them together.

## Why is this bad?
It is not: an info. But what is missing here is not looked for, and what is here by mistake is. `[sources]`
in `holdfast.toml` says what names do not.

## Fix safety
Nothing to fix.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, check, clip_coverage, display, source_coverage


@check(per="dataset", needs=("sha256",), severity="info")
def related_names(relatives: pl.DataFrame, images: pl.DataFrame) -> Iterator[Finding]:
    """One finding for each kind of names; the clips are known where the relatives are."""
    del relatives
    of = f"of {images.height} images"
    for kind in source_coverage(images):
        sources = "1 source" if kind.groups == 1 else f"{kind.groups} sources"
        yield Finding(kind.path, f"{kind.images} {of} are of {sources}, known by {kind.what}")
    for kind in clip_coverage(images):
        clips = "1 clip" if kind.groups == 1 else f"{kind.groups} clips"
        form = display(kind.what[:120])
        yield Finding(kind.path, f"{kind.images} {of} are frames of {clips}, named `{form}`")
