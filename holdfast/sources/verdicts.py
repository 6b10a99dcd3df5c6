"""Whether images of one source in two splits leak: what pixels say of some of their pairs."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

import numpy as np

from holdfast.sources.likeness import UNLIKE
from holdfast.sources.naming import DECLARED

FEW = 0.25
"""Share of the pairs that have to be the same, or alike, for a name to stand for one source."""
_UNIQUE = re.compile(r"(?=[^\W_]*\d[^\W_]*\d)(?=[^\W_]*[^\W\d_])[^\W_]{10,}|\d{12,}", re.ASCII)


class SourceVerdict(StrEnum):
    """What is held of images of one source, or of neighbours in a sequence, in two splits."""

    PROVED = "proved"
    """Pictures of it are proved to be the same shot."""
    DECLARED = "declared"
    """A person says so, by a pattern or a column."""
    ALIKE = "alike"
    UNCLEAR = "unclear"
    UNLIKE = "unlike"
    """The name covers pictures that have nothing in common: no leak."""


def judge(
    name: str, known_by: str, proved: Collection[bool], likeness: Collection[float], alike: float
) -> SourceVerdict:
    """The verdict on a source from some of its pairs: whether each is proved, and how alike the two are (NaN:
    not known). `alike` is where likeness begins in this set."""
    same, found = np.array([*proved], dtype=bool), np.array([*likeness], dtype=float)
    if known_by in DECLARED:
        return SourceVerdict.DECLARED
    rest = found[~same & np.isfinite(found)]
    typical = float(np.median(rest)) if len(rest) else 1.0 if same.any() else UNLIKE
    much_alike = same.sum() + (rest >= alike).sum() >= FEW * len(same)
    if same.any() and (much_alike or typical >= UNLIKE):
        return SourceVerdict.PROVED
    if much_alike and len(rest):
        return SourceVerdict.ALIKE
    return SourceVerdict.UNCLEAR if typical >= UNLIKE or is_unique(name) else SourceVerdict.UNLIKE


def is_unique(name: str) -> bool:
    """Whether a name is hardly given twice by accident: ten letters and digits in a row, or twelve digits."""
    return _UNIQUE.search(name[:300]) is not None
