"""How the second of two pictures lies on the first, and what the proof says of that."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holdfast.dataset import COPIES, PairKind, Signal
from holdfast.explain.differences import Differences, differences
from holdfast.explain.evidence import SIGNALS, Evidence
from holdfast.proof import Affine, Verdict, judge, with_small_parts
from holdfast.proof.cells import DIFFERS

_CELLS = 32
"""Parts a side in which it is said where the pictures differ."""


class Alignment(NamedTuple):
    """What the proof says of the pair, and where the two differ once aligned: `amount` pixel by pixel,
    `places` (rows, columns) by parts of the first picture that show another thing."""

    verdict: Verdict
    amount: Differences
    places: NDArray[np.bool_]


def align(found: Evidence, turned: Affine) -> Alignment:
    """Judge the pair as the signals of a check lay it, as a check does: the first copy counts, then the first
    same scene. Where there is neither, also as they are and `turned`: what correlates best is shown."""
    views = found.first.view, found.second.view
    near = found.distance <= (SIGNALS.distance or 0)
    starts = [start for signal, start in found.guesses if signal != Signal.PHASH or near]
    verdicts = [judge(*views, start) for start in starts]
    copies = [verdict for verdict in verdicts if verdict.kind in COPIES]
    scenes = [verdict for verdict in verdicts if verdict.kind == PairKind.SCENE]
    others = [] if copies or scenes else [*verdicts, judge(*views), judge(*views, turned)]
    others.sort(key=lambda verdict: -verdict.correlation)
    best = with_small_parts(*views, [*copies, *scenes, *others][0])
    apart = differences(views[0].pixels, views[1].pixels, best.transform)
    return Alignment(best, apart, _places(best))


def _places(verdict: Verdict) -> NDArray[np.bool_]:
    """The parts that differ, brought from the second picture's frame to the first's."""
    side = len(verdict.parts)
    centres = (np.arange(_CELLS) + 0.5) / _CELLS
    x, y = np.meshgrid(centres, centres)
    points = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    column, row = np.floor(np.clip(verdict.transform @ points, -1, 2) * side).astype(np.int64)
    common = (column >= 0) & (column < side) & (row >= 0) & (row < side)
    shown = np.zeros(x.size, np.bool_)
    shown[common] = verdict.parts[row[common], column[common]] >= DIFFERS  # NaN is not
    return shown.reshape(x.shape)
