"""Verdicts that the cache remembers: a pair is proved once, as long as the signals say the same of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, replace

import numpy as np
import polars as pl

from holdfast.dataset import PairKind
from holdfast.facts.cache import Cache
from holdfast.pairing.contents import Pair
from holdfast.pairing.proof import Same
from holdfast.pairing.proving import Case

Verdicts = dict[Pair, Same | None]
"""What came of each pair; None: neither the same shot nor the same scene."""


def remembered(cases: Sequence[Case], digests: pl.Series, cache: Cache) -> Verdicts:
    """The verdicts that are known; `digests` are those of the contents."""
    keys = {_key(case, digests): case.pair for case in cases}
    known = cache.verdicts(keys)
    return {keys[key]: _same(text) for key, text in known.items()}


def remember(cases: Iterable[Case], same: Mapping[Pair, Same], digests: pl.Series, cache: Cache) -> None:
    """Keep the verdicts of these cases, which were proved; those that are not in `same` were not the same."""
    cache.keep_verdicts((_key(case, digests), _text(same.get(case.pair))) for case in cases)


def _key(case: Case, digests: pl.Series) -> str:
    """Of both contents, in order, and of the signals that found them. Not of the maps that these guess: they
    change a little with the other pictures, and a verdict does not hang on that; but of the one that leads
    over a third picture, roughly."""
    said = hashlib.sha256("".join(digests[end] for end in case.pair).encode())
    said.update(f" {case.distance}".encode())
    said.update(" ".join(sorted({signal for signal, _ in case.guesses})).encode())
    if case.joined:
        said.update(
            f" {[np.round(guess, 1).tolist() for _, guess in case.guesses if guess is not None]}".encode()
        )
    return said.hexdigest()


def _text(same: Same | None) -> str:
    return "" if same is None else json.dumps(astuple(same))


def _same(text: str) -> Same | None:
    if not text:
        return None
    kind, *figures, there = json.loads(text)
    return replace(Same(PairKind(kind), *figures), map=tuple(there))
