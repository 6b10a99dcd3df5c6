"""Proof that two pictures are the same: they are compared, not only their hashes.

Normalised cross-correlation (J. P. Lewis, "Fast Normalized Cross-Correlation", 1995) of the grey
pictures at 64 x 64. A picture without structure correlates with anything, or with nothing: there the
colours decide, and there is no verdict beyond "the same flat colour".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MIN_SPREAD = 4.0
"""Standard deviation of grey (0 to 255) below which a picture has no structure to compare."""

_ROWS = 16
"""Pairs compared in one step: what a core's own cache holds."""

Grey = NDArray[np.uint8] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a comparison gave: the correlation (-1 to 1), and whether there was structure to compare."""

    correlation: float
    structured: bool


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the comparison of many pairs gave: as `Proof`, an element a pair."""

    correlation: NDArray[np.float64]
    structured: NDArray[np.bool_]


def compare(first: Grey, second: Grey) -> Proof:
    """Compare two grey pictures of one size."""
    proofs = correlations(first.reshape(1, -1), second.reshape(1, -1))
    return Proof(float(proofs.correlation[0]), bool(proofs.structured[0]))


def correlations(first: Grey, second: Grey) -> Proofs:
    """Compare row by row: a row is the grey pixels (0 to 255) of a picture. The same in whatever batches."""
    parts = [
        _correlated(first[at : at + _ROWS], second[at : at + _ROWS]) for at in range(0, len(first), _ROWS)
    ]
    correlation = np.concatenate([np.empty(0), *(part.correlation for part in parts)])
    return Proofs(correlation, np.concatenate([np.empty(0, np.bool_), *(part.structured for part in parts)]))


def _correlated(first: Grey, second: Grey) -> Proofs:
    """By sums of whole numbers, which doubles hold exactly for bytes: no order of adding changes a digit."""
    size = first.shape[1]
    a, b = first.astype(np.float64), second.astype(np.float64)
    sum_a, sum_b = a.sum(1), b.sum(1)
    squares = size * np.vecdot(a, a) - sum_a**2, size * np.vecdot(b, b) - sum_b**2
    structured = np.minimum(*squares) >= (MIN_SPREAD * size) ** 2
    products = np.where(structured, np.sqrt(squares[0]) * np.sqrt(squares[1]), 1.0)
    correlation = np.where(structured, (size * np.vecdot(a, b) - sum_a * sum_b) / products, 0.0)
    return Proofs(np.round(correlation, 4).astype(np.float64), structured)
