"""Pairs that no signal found, or not well enough, of which both are copies of a third picture: how they lie
to each other follows from how each lies to that one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from holdfast.dataset import COPIES, Signal
from holdfast.pairing.contents import Contents, Pair
from holdfast.pairing.guesses import Guess
from holdfast.pairing.proof import Same
from holdfast.proof.affine import Affine, after, inverse

_MOST = 8
"""Copies of one picture that are compared with each other: of more, those that come first."""
_WAYS = (Signal.ORIENTATIONS, Signal.FEATURES)
"""Signals that find what the perceptual hash does not; the later costs more."""

Copies = Mapping[int, tuple[Affine, str]]
"""Copies of a picture: the map from it to each, and the signal that found it."""


def joined(same: Mapping[Pair, Same], contents: Contents) -> Iterator[tuple[Pair, Guess]]:
    """The pairs, each once, with the map from the first to the second."""
    done = set(same)
    for around in _copies(same).values():
        for one, other in combinations(sorted(around)[:_MOST], 2):
            dearest = max((around[end][1] for end in (one, other)), key=_dearness)
            if (one, other) in done or dearest not in _WAYS or not _is_asked((one, other), contents):
                continue
            done.add((one, other))
            yield (one, other), (Signal(dearest), after(around[other][0], inverse(around[one][0])))


def _copies(same: Mapping[Pair, Same]) -> dict[int, Copies]:
    found: defaultdict[int, dict[int, tuple[Affine, str]]] = defaultdict(dict)
    for (first, second), how in sorted(same.items(), key=lambda pair: pair[0]):
        if how.kind in COPIES and first != second:
            there = np.array(how.map).reshape(2, 3)
            found[first][second] = there, how.signal
            found[second][first] = inverse(there), how.signal
    return dict(found)


def _dearness(signal: str) -> int:
    return _WAYS.index(Signal(signal)) if signal in _WAYS else -1


def _is_asked(pair: Pair, contents: Contents) -> bool:
    return contents.asked is None or bool(contents.asked[list(pair)].any())
