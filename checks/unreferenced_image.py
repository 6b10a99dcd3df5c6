"""Image in the dataset's folder that no split refers to.

## What it does
Reports each image below the root that belongs to no split, with how many images and labels lie
unused in its folder. Hidden files and folders are left out.

## Why is this bad?
Work that is not used, or a split whose folder is spelt in another way than data.yaml says.

## Fix safety
No fixer: whether it belongs to a split, and to which, is a decision.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, check


@check(per="dataset", severity="warning")
def unreferenced_image(problems: pl.DataFrame) -> Iterator[Finding]:
    """Images outside every split."""
    for path, message in problems.filter(kind=Problem.UNREFERENCED).select("path", "message").rows():
        yield Finding(path, message)
