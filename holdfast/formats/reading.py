"""What a reader says of a tree that it recognises."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.dataset import Dataset

PLAUSIBLE = 0.5
"""Confidence from which on a reading that is not chosen is reported."""
CLOSE = 0.1
"""Two readings whose confidence differs by less are equally plausible."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a tree: the dataset with its splits and no rows yet.

    `confidence` is 0.95 where annotation files of the format name what is there, 0.8 where part of what
    belongs to it is missing, 0.6 where only the layout of folders speaks for it, 0.3 for a guess. `evidence`
    is one line of what was seen, with its numbers.
    """

    dataset: Dataset
    confidence: float
    evidence: str
