"""The verdict over two pictures: the same shot, the same scene, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from holdfast.dataset import PairKind
from holdfast.proof.affine import (
    IDENTITY,
    STILL,
    Affine,
    Parts,
    inside,
    inverse,
    parts_of,
    turned,
    warped,
)
from holdfast.proof.align import MIN_COMMON, aligned
from holdfast.proof.cells import DIFFERS, Differences
from holdfast.proof.matching import compared, compared_as_is
from holdfast.proof.view import SIDE, Plane, View, common_side
from holdfast.proof.void import void

MIN_SPREAD = 4.0
"""Standard deviation of grey below which a picture has no structure that could prove anything."""
_STRUCTURED = 0.01
"""Share of parts with structure below which only pictures that are equal almost to the level are the same."""
_PLAIN_CORRELATION, _PLAIN_WORST = 0.998, 0.4
_CORRELATION, _AGREEING = 0.8, 0.8
_ALIGNED, _DRIFTED = 0.9, 0.9975
"""Correlation that copies reach once aligned; the second where the map is one that a camera makes from one
frame to the next. Measured: copies 0.9985 and more but for noise, a drone's frames 0.9965 and less."""
_DRIFT_ANGLE, _DRIFT_SCALE = 3.0, 0.1
_RECOLOURED_WORST, _RECOLOURED_FEW = 1.75, 1.0
"""As DIFFERS, where colours were replaced: each is known to a twelfth of the range."""
_SCENE_AGREES, _SCENE_CORRELATION, _SCENE_OVERLAP = 0.6, 0.5, 0.5
_CHANGED = 5.0
"""Mean difference of colours in levels from which they count as changed: codings stay below 2."""
_REPLACED = 8.0
_NOISY = 2.5
"""Levels of noise beyond what codings make."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two pictures are to each other.

    `kind` is None where neither the same shot nor the same scene is proved. `correlation`, `differing`,
    `overlap` and `words` (the transform) are as in PAIRS; `transform` leads from the first picture to the
    second. `parts` (n, n) is where they differ, in the frame of the second, by what is expected there: from
    1.2 it is another thing; NaN where there is nothing to compare.
    """

    kind: PairKind | None
    correlation: float
    differing: float
    overlap: float
    transform: Affine
    words: str
    parts: Plane


@dataclass(frozen=True, slots=True)
class _Compared:
    """One attempt: the differences, the map from the first picture to the second, what it is, the share in
    common, and how much the colours differ, in levels. `least` is the correlation of a copy."""

    found: Differences
    transform: Affine
    parts: Parts
    overlap: float
    recoloured: float
    least: float

    @property
    def same(self) -> bool:
        """Whether nothing in common shows another thing, and enough is in common to say so."""
        found = self.found
        replaced = self.recoloured > _REPLACED and found.few < _RECOLOURED_FEW
        if found.worst >= (_RECOLOURED_WORST if replaced else DIFFERS) or found.spread < MIN_SPREAD:
            return False
        if found.structured < _STRUCTURED:
            return found.correlation >= _PLAIN_CORRELATION and found.worst < _PLAIN_WORST
        return found.correlation >= self.least and found.agreeing >= _AGREEING

    @property
    def is_scene(self) -> bool:
        """Whether most of what has structure is the same."""
        found = self.found
        alike = found.agreeing >= _SCENE_AGREES and found.correlation >= _SCENE_CORRELATION
        enough = found.structured >= _STRUCTURED and found.spread >= MIN_SPREAD
        return alike and enough and self.overlap >= _SCENE_OVERLAP


def judge(first: View, second: View, start: Affine | None = None) -> Verdict:
    """Compare two pictures. `start` is a guess at the map from the first to the second; None: as they are."""
    guess = IDENTITY if start is None else start
    best = None
    for attempt in _attempts(first, second, guess):
        if attempt.same:
            return _verdict(attempt, _kind(attempt, first, second))
        if best is None or attempt.found.agreeing * attempt.overlap > best.found.agreeing * best.overlap:
            best = attempt
    if best is None:
        nothing = np.full((1, 1), np.nan, np.float32)
        return Verdict(None, 0.0, 1.0, 0.0, guess, "none", nothing)
    return _verdict(best, PairKind.SCENE if best.is_scene else None)


def _verdict(attempt: _Compared, kind: PairKind | None) -> Verdict:
    found = attempt.found
    figures = (round(float(figure), 4) for figure in (found.correlation, found.differing, attempt.overlap))
    return Verdict(kind, *figures, attempt.transform, attempt.parts.words, found.parts)


def _attempts(first: View, second: View, start: Affine) -> Iterator[_Compared]:
    """Ways to bring the two together, the cheapest first: as they are, in other tones, aligned."""
    side = common_side(first, second)
    aspect = second.width / second.height
    seen, soft = turned(first.colours[side], start), turned(first.softs[side], start)
    if seen is not None and soft is not None:
        parts = parts_of(start, aspect)
        changed = float(np.abs(seen - second.colours[side])[::4, ::4].mean())
        attempt = _Compared(
            compared_as_is(soft, second.softs[side]), start, parts, 1.0, changed, _CORRELATION
        )
        yield attempt
        everywhere = np.ones((side, side), np.bool_)
        found = compared(seen, second.colours[side], everywhere)
        yield _Compared(found, start, parts, 1.0, changed, _CORRELATION)
    if (attempt := _aligned(first, second, start, side, aspect)) is not None:
        yield attempt


def _aligned(first: View, second: View, start: Affine, side: int, aspect: float) -> _Compared | None:
    """The two once aligned, whatever was done to all pixels alike."""
    hidden = void(second)
    back = aligned(first, second, inverse(start), side, hidden)
    if back is None:
        return None
    step = SIDE // side
    common = inside(back, side, 1.5) & ~hidden[::step, ::step]
    beyond = void(first)
    if beyond.any():
        common &= warped(beyond[::step, ::step].astype(np.float32), back) < 0.05
    if common.mean() < MIN_COMMON:
        return None
    overlap = float(common.mean()) * min(1.0, abs(float(np.linalg.det(back[:, :2]))))
    ours, theirs = warped(first.colours[side], back), second.colours[side]
    changed = float(np.abs(ours - theirs)[common].mean())
    parts = parts_of(inverse(back), aspect)
    least = _DRIFTED if _may_be_drift(parts) else _ALIGNED
    return _Compared(compared(ours, theirs, common), inverse(back), parts, overlap, changed, least)


def _may_be_drift(parts: Parts) -> bool:
    """Whether a camera may have moved so from one frame to the next."""
    scaled = max(abs(scale - 1) for scale in parts.scale)
    return parts.turn == "none" and abs(parts.angle) < _DRIFT_ANGLE and scaled < _DRIFT_SCALE


def _kind(attempt: _Compared, first: View, second: View) -> PairKind:
    parts = attempt.parts
    cropped = not parts.still
    if cropped and not (parts.upright and attempt.overlap < 1 - STILL):
        return PairKind.AUGMENTED
    recoloured = attempt.recoloured > _CHANGED
    done = (cropped, parts.turn != "none", recoloured, attempt.found.noise > _NOISY)
    if sum(done) > 1 or done[3]:
        return PairKind.AUGMENTED
    for happened, kind in zip(done, (PairKind.CROPPED, PairKind.TURNED, PairKind.RECOLOURED), strict=False):
        if happened:
            return kind
    same_size = (first.width, first.height) == (second.width, second.height)
    return PairKind.REENCODED if same_size else PairKind.RESIZED
