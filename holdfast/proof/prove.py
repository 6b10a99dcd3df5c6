"""The proof of a pair of pictures of which several guesses say how they may lie to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from holdfast.dataset import COPIES, PairKind
from holdfast.proof.affine import IDENTITY, STILL, Affine, is_still
from holdfast.proof.verdict import Verdict, judge
from holdfast.proof.view import View


class Proof(NamedTuple):
    """What two pictures are to each other, as a `Verdict` says it, and the number of the guess behind it.

    `map` has the 2 x 3 numbers of the transform, by rows.
    """

    kind: PairKind
    guess: int
    correlation: float
    words: str
    differing: float
    overlap: float
    map: tuple[float, ...]


def prove(first: View, second: View, guesses: Sequence[Affine | None]) -> Proof | None:
    """The first guess that proves a copy, else the same scene if any does. A guess is a map from the first
    picture to the second; None: as they are."""
    scene = None
    tried: list[Affine] = []
    for number, guess in enumerate(guesses):
        start = IDENTITY if guess is None or is_still(guess) else guess
        if any(np.allclose(start, other, atol=STILL) for other in tried):
            continue
        tried.append(start)
        verdict = judge(first, second, start)
        if verdict.kind in COPIES:
            return proof_of(verdict, verdict.kind, number)
        if verdict.kind is PairKind.SCENE and scene is None:
            scene = proof_of(verdict, verdict.kind, number)
            tried.append(verdict.transform)
    return scene


def proof_of(verdict: Verdict, kind: PairKind, guess: int) -> Proof:
    """A verdict of this kind, in short: figures to four digits."""
    correlation, differing, overlap = (
        round(figure, 4) for figure in (verdict.correlation, verdict.differing, verdict.overlap)
    )
    there = tuple(verdict.transform.ravel().tolist())
    return Proof(kind, guess, correlation, verdict.words, differing, overlap, there)
