"""What most images of a set have in common is no fault of any of them."""

from __future__ import annotations

import polars as pl

from holdfast.finding import Finding, Severity


def usual(found: pl.DataFrame, images: pl.DataFrame, max_share: float, what: str) -> Finding | None:
    """The one finding (info) that speaks for all of `found`, rows of `images`, where they are more than this
    share of them, and more than one: pictures taken at night are dark. None where they are few.

    After Datalab's `max_prevalence` (https://github.com/cleanlab/cleanlab), whose default was 0.1.
    """
    if found.height <= max(1.0, max_share * images.height):
        return None
    text = f"{found.height} of {images.height} images are {what}: taken for the nature of this data"
    return Finding(found["path"][0], text, severity=Severity.INFO)
