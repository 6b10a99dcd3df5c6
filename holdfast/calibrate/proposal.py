"""The threshold to use: the largest distance at which copies are still found, at a bearable cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.calibrate.tally import Row
from holdfast.dataset import Signal

BEARABLE = 0.3
"""Share of the seconds of a first scan that the proof of near pairs may take."""
AT_LEAST = 10.0
"""Seconds that nobody minds, however short the scan is."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A distance, what it finds and costs: copies (estimated where only some candidates were proved) and
    seconds of proof, both of all distances up to it; `allowed` are the seconds that are held bearable, `dear`
    the distance from which on it is more (None: none of those that were looked at)."""

    distance: int
    copies: float
    seconds: float
    allowed: float
    dear: int | None


def propose(rows: Sequence[Row], scan: float) -> Proposal:
    """The proposal for rows of pHash distances, ascending from 0, where a scan takes so many seconds.

    A distance is worth its cost where a copy is found at it, and the proof of all up to it takes no longer
    than BEARABLE of the scan, or AT_LEAST.
    """
    allowed = max(AT_LEAST, BEARABLE * scan)
    best, copies, seconds = Proposal(0, 0.0, 0.0, allowed, None), 0.0, 0.0
    for row in rows:
        if row.signal is not Signal.PHASH or row.distance is None:
            continue
        copies, seconds = copies + row.expected, seconds + row.seconds
        if seconds > allowed and row.distance > 0:
            return Proposal(best.distance, best.copies, best.seconds, allowed, row.distance)
        if row.copies or row.distance == 0:
            best = Proposal(row.distance, copies, seconds, allowed, None)
    return best
