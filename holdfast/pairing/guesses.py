"""What signals say of pairs of contents: which to prove, and how the two may lie to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.dataset import Signal
from holdfast.pairing.contents import Numbers, Pair
from holdfast.proof import Affine

Guess = tuple[Signal, Affine | None]
"""By what a pair was found, and the map from the first picture to the second; None: as they are."""


class Most(NamedTuple):
    """Pairs of one content at most: in all, and with contents of one split."""

    of_all: int
    of_split: int


FEW = Most(8, 2)
"""Candidates of one content that are proved, of those that turned or by features look like it."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """Pairs of contents (first < second) that one signal found, with the map of each (n, 2, 3)."""

    signal: Signal
    first: Numbers
    second: Numbers
    starts: NDArray[np.float64]


def closest(
    first: Numbers, second: Numbers, gap: NDArray[np.int64], split_of: NDArray[np.int64], most: Most = FEW
) -> NDArray[np.bool_]:
    """Which pairs are among the closest of one of their two contents, in all or with a split: a fixed camera
    makes a candidate of any two of its pictures, and a copy is closer than most of them."""
    kept = np.zeros(len(first), np.bool_)
    for ends, others in ((first, second), (second, first)):
        kept |= _nearest(ends, gap, most.of_all)
        # many copies in one split must not hide the one in another
        kept |= _nearest(ends * (split_of.max(initial=0) + 1) + split_of[others], gap, most.of_split)
    return kept


def _nearest(groups: Numbers, gap: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
    """Which are among the nearest of their group."""
    order = np.lexsort((gap, groups))
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    near = np.zeros(len(groups), np.bool_)
    near[order[rank < most]] = True
    return near


def by_pair(found: Sequence[Guesses]) -> dict[Pair, tuple[Guess, ...]]:
    """What all signals say of each pair, the cheapest signal first; pairs in order."""
    said: dict[Pair, list[Guess]] = {}
    for guesses in found:
        for a, b, start in zip(guesses.first.tolist(), guesses.second.tolist(), guesses.starts, strict=True):
            said.setdefault((a, b), []).append((guesses.signal, start))
    return {pair: tuple(said[pair]) for pair in sorted(said)}
