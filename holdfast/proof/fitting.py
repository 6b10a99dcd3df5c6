"""Least squares that a minority of other content does not lead astray."""

from __future__ import annotations

import numpy as np

from holdfast.proof.view import Plane

_RIDGE = 1e-3
_ROUNDS = 3
_FLOOR = 1.5
"""Levels that a rounding and a coding make: residuals below are as good as none."""


def fitted(given: Plane, wanted: Plane, rounds: int = _ROUNDS) -> Plane:
    """Coefficients c with given @ c near wanted; `given` (n, k), `wanted` (n,) or (n, m).

    Iteratively reweighted (Holland and Welsch, 1977) with Cauchy's weights by the median residual.
    """
    weights = np.ones(len(given), np.float32)
    for _ in range(rounds - 1):
        left = np.abs(wanted - given @ _solved(given, wanted, weights))
        size = left if left.ndim == 1 else left.mean(axis=1)
        scale = 2 * (1.4826 * float(np.median(size)) + _FLOOR)
        weights = (1 / (1 + np.square(size / scale))).astype(np.float32)
    return _solved(given, wanted, weights)


def _solved(given: Plane, wanted: Plane, weights: Plane) -> Plane:
    weighted = given * weights[:, None]
    square = (weighted.T @ given).astype(np.float64)
    square[np.diag_indices_from(square)] += _RIDGE
    solution: Plane = np.linalg.solve(square, (weighted.T @ wanted).astype(np.float64)).astype(np.float32)
    return solution
