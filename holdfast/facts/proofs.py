"""Proofs in worker processes: the question and the answer as text, the pictures in a file.

A thread a processor would mostly wait for the others: a proof is thousands of short sums.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Sequence
from typing import IO, NamedTuple

import numpy as np

from holdfast.dataset import PairKind
from holdfast.facts.grain import PIECE, corners_of
from holdfast.proof import SIDE, Affine, Proof, View, prove

VIEW_SIZE = SIDE * SIDE * 3
"""Bytes of a view; its grain follows."""
_HELD = 24
"""Views that a worker keeps, some 2 MB each with what is made of them: a picture is in many pairs."""
_LEAST_AREA = 1e-3
"""Of what a map makes of a picture, as a share: a proof's map makes far more."""


class Place(NamedTuple):
    """Where a view is in its file: its first byte, bytes with its grain, and the picture's sides."""

    start: int
    size: int
    width: int
    height: int


def read_view(file: IO[bytes], place: Place) -> View:
    """A view, read anew."""
    file.seek(place.start)
    data = file.read(place.size)
    pixels = np.frombuffer(data, np.uint8, VIEW_SIZE).reshape(SIDE, SIDE, 3)
    grain = np.frombuffer(data, np.uint8, offset=VIEW_SIZE).reshape(-1, PIECE, PIECE)
    corners = corners_of(place.width, place.height) if len(grain) else ()
    return View(pixels, place.width, place.height, grain, corners)


def question(lot: int, first: Place, second: Place, guesses: Sequence[Affine | None]) -> str:
    """What a worker is asked of a pair. Another file has another `lot`: its path may be the same."""
    maps = [None if guess is None else guess.ravel().tolist() for guess in guesses]
    return json.dumps([lot, first, second, maps])


def proof_in(answer: str, guesses: int) -> Proof | None:
    """What a worker said of a pair with so many guesses. Raises ValueError, TypeError or RecursionError for
    what is no answer."""
    said = json.loads(answer)
    if said is None:
        return None
    kind, guess, correlation, words, differing, overlap, there = said
    sane = type(guess) is int and 0 <= guess < guesses and isinstance(words, str) and words.isprintable()
    if not sane or len(there) != 6 or not all(map(math.isfinite, (correlation, differing, overlap, *there))):
        raise ValueError("no proof")
    if abs(there[0] * there[4] - there[1] * there[3]) < _LEAST_AREA:
        raise ValueError("a map without a way back")
    return Proof(PairKind(kind), guess, correlation, words, differing, overlap, tuple(there))


def proof_text(asked: str, views: str) -> str:
    """The answer to a question; `views` is the path of the file. Runs in a worker process."""
    lot, first, second, maps = json.loads(asked)
    guesses = [None if there is None else np.array(there).reshape(2, 3) for there in maps]
    ours, theirs = (_held_view(views, lot, *place) for place in (first, second))
    return json.dumps(prove(ours, theirs, guesses))


@functools.lru_cache(maxsize=_HELD)
def _held_view(path: str, _lot: int, *place: int) -> View:
    with open(path, "rb", buffering=0) as file:
        return read_view(file, Place(*place))
