"""One way to bring two pictures together, what came of it, and what that proves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from holdfast.proof.affine import IDENTITY, Affine, Parts, inverse, is_cut, parts_of, turned, warped
from holdfast.proof.align import MIN_COMMON, aligned, in_common
from holdfast.proof.cells import DIFFERS, Differences
from holdfast.proof.matching import compared, compared_as_is
from holdfast.proof.view import COARSEST, SIDE, Plane, View, common_side

MIN_SPREAD = 4.0
"""Standard deviation of grey below which a picture has no structure that could prove anything."""
NOISY = 2.5
"""Levels of noise beyond what codings make."""
_STRUCTURED = 0.01
"""Share of parts with structure below which only pictures that are equal almost to the level are the same."""
_PLAIN_CORRELATION, _PLAIN_WORST = 0.998, 0.4
_CORRELATION, _AGREEING = 0.9, 0.8
_ALIGNED, _DRIFTED = 0.98, 0.9975
"""Correlation that copies reach once aligned; the second where the map is one that a camera makes from one
frame to the next. Measured: copies 0.9985 and more but for noise, a drone's frames 0.9965 and less."""
_NOISY_ALIGNED, _NOISY_OVERLAP, _COARSE = 0.94, 0.7, 16
"""The same with noise, where most is in common, and so many parts a side are too few for that."""
_DRIFT_ANGLE, _DRIFT_SCALE = 3.0, 0.1
_CUT = 0.99
"""The same where the one is a cut of the other, which a camera that comes nearer hardly makes so exactly."""
_REPLACED = 8.0
"""Mean difference of colours in levels from which they were replaced."""
_RELIT = 20.0
"""Mean difference of colours that no camera makes from one frame to the next."""
_COLOURED = 3.0
"""Mean distance from grey in levels from which a picture has colours."""
TINTED = 3.0
"""Mean difference of colours in levels from which all of them may have been turned."""
_DETAILED, _STRICTEST = 640, 0.45
"""Shorter side in pixels from which codings hardly err at SIDE: the more pixels, the less they do."""
_SOFTER, _SOFT_STRICTNESS = 3.0, 0.65
"""How much sharper the one is where the other was enlarged or blurred: then half the scale has all there is
to compare, and copies differ little at it."""
_UNSURE, _DIFFERS_UNSURE = 0.98, 1.0
"""Correlation below which copies as they are stay below a closer limit, for another focus comes that near;
and by the brightest channel alone."""
_ALIGNED_LIMITS = 1.3, 1.15
"""Of the worst and the fourth worst part, once aligned: copies stay below 1.1, an object that moved makes 1.4
and more."""
_DISTORTED_LIMITS, _CLOSE = (2.3, 1.9), 0.996
"""The same once rotated or sheared, as no fixed camera does it, and recoloured, which clips and stretches
levels, if the rest correlates so well."""
_WASHED, _WASHED_LIMITS, _WASHED_CLOSE = 60.0, (3.0, 2.4), 0.99
"""The same where the colours differ by so many levels that much of the picture is black or white in one."""
_OVERLAP, _UNSCALED = 0.35, 0.2
"""Share in common of a copy, but for one of another scale: a tile of a mosaic."""
_TINY, _TINY_TONED, _TINY_TURNED = 0.6, 0.3, 0.4
"""Of the worst part of tiny pictures, which have few: as they are, in other tones, turned. Measured on 60,000
of 32 pixels: with these no false copy, and 9 of 10 true ones."""
_TINY_CORRELATION, _TINY_STRUCTURED = 0.99, 0.02
_MARGIN = 1 / 64
"""Share of the side by which pictures that were moved are compared inside of what they have in common."""
_FARTHEST = 100.0
"""Sides of a picture by which a guess shifts or stretches at most."""
_SCENE_AGREES, _SCENE_CORRELATION, _SCENE_OVERLAP = 0.6, 0.6, 0.5
_PLAINLY_AGREES, _PLAINLY_DIFFERS = 0.7, 2.5


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the differences, the map from the first picture to the second, what it is, the share in
    common, and how much the colours differ, in levels. `least` is the correlation of a copy, `strictness`
    makes the limits of differences less, `toned` says that other colours were allowed for, `bright` that only
    the brightest channel was compared, `tiny` that one has hardly more than COARSEST pixels a side."""

    found: Differences
    transform: Affine
    parts: Parts
    overlap: float
    recoloured: float
    least: float
    strictness: float = 1.0
    toned: bool = False
    bright: bool = False
    tiny: bool = False

    @property
    def same(self) -> bool:
        """Whether nothing in common shows another thing, and enough is in common to say so."""
        found = self.found
        if self.tiny:
            limit = min(_TINY_TONED if self.toned else _TINY, self._tiny_turned)
            plain = found.structured < _TINY_STRUCTURED or found.spread < MIN_SPREAD
            return not plain and found.worst < limit and found.correlation >= _TINY_CORRELATION
        worst, few = self._limits
        if found.worst >= worst or found.few >= few:
            return False
        if found.spread < MIN_SPREAD or (self.overlap < _OVERLAP and not self._is_scaled):
            return False
        if found.structured < _STRUCTURED:  # a gradient is any other, once moved or recoloured: is it more?
            untouched = self.parts.still and self.recoloured <= TINTED
            proof = found.correlation if untouched else found.bent
            return proof >= _PLAIN_CORRELATION and found.worst < _PLAIN_WORST
        fine = len(found.parts) > _COARSE
        noisy = fine and found.noise > NOISY and self.overlap > _NOISY_OVERLAP and self.least == _ALIGNED
        return found.correlation >= (_NOISY_ALIGNED if noisy else self.least) and found.agreeing >= _AGREEING

    @property
    def _tiny_turned(self) -> float:
        return _TINY if self.parts.turn == "none" else _TINY_TURNED

    @property
    def _is_scaled(self) -> bool:
        return max(abs(scale - 1) for scale in self.parts.scale) > _UNSCALED

    @property
    def is_scene(self) -> bool:
        """Whether most of what has structure is the same, seen by a camera that hardly moved."""
        found = self.found
        if not _may_be_drift(self.parts):
            return False
        alike = found.agreeing >= _SCENE_AGREES and found.correlation >= _SCENE_CORRELATION
        enough = found.structured >= _STRUCTURED and found.spread >= MIN_SPREAD
        return alike and enough and self.overlap >= _SCENE_OVERLAP

    @property
    def is_plainly_scene(self) -> bool:
        """Whether it is clear without a closer look: most agrees as it is, some shows other things."""
        found = self.found
        plain = found.agreeing >= _PLAINLY_AGREES and found.few >= _PLAINLY_DIFFERS
        return plain and (self.toned or self.recoloured <= _REPLACED) and self.is_scene

    @property
    def _limits(self) -> tuple[float, float]:
        """What the worst and the fourth worst part of a copy stay below."""
        if self.least == _CORRELATION:
            sure = self.found.correlation >= _UNSURE and not self.bright
            limit = DIFFERS if sure else _DIFFERS_UNSURE
            return limit * self.strictness, limit * self.strictness
        distorted = not self.parts.upright and self.recoloured > _REPLACED and self.least == _ALIGNED
        if distorted and self.recoloured > _WASHED and self.found.correlation >= _WASHED_CLOSE:
            return _WASHED_LIMITS
        if distorted and self.found.correlation >= _CLOSE:
            return _DISTORTED_LIMITS
        worst, few = _ALIGNED_LIMITS
        return worst * self.strictness, few * self.strictness


def attempts(first: View, second: View, start: Affine) -> Iterator[Attempt]:
    """Ways to bring the two together, the cheapest first: as they are, in other tones, aligned."""
    side = common_side(first, second)
    if turned(first.pixels, start) is not None:
        plain = as_it_is(first, second, start, side)
        yield plain
        if plain.recoloured > TINTED and min(first.chroma, second.chroma) > _COLOURED:
            value = turned(first.soft_value(side), start)
            assert value is not None  # as above
            yield replace(plain, found=compared_as_is(value, second.soft_value(side)), bright=True)
        colours = turned(first.colours(side), start)
        assert colours is not None  # as above
        found = compared(colours, second.colours(side), np.ones((side, side), np.bool_))
        yield replace(plain, found=found, toned=True)
        if side == SIDE and _softer(first, second) > _SOFTER:
            half = side // 2
            colours = turned(first.colours(half), start)
            assert colours is not None  # as above
            found = compared(colours, second.colours(half), np.ones((half, half), np.bool_))
            yield replace(plain, found=found, toned=True, strictness=_SOFT_STRICTNESS)
    if side > COARSEST and (last := _aligned(first, second, start, side)) is not None:
        yield last


def glanced(ours: Plane, theirs: Plane) -> Attempt:
    """Two soft grey pictures (n, n) as they are; how much the colours differ is told from these."""
    changed = float(np.abs(ours - theirs).mean())
    parts = parts_of(IDENTITY, 1.0)
    return Attempt(compared_as_is(ours, theirs), IDENTITY, parts, 1.0, changed, _CORRELATION)


def as_it_is(first: View, second: View, start: Affine, side: int) -> Attempt:
    """The two as they are, in one of the eight orientations: what most pairs need, and quick."""
    pixels, soft = turned(first.pixels, start), turned(first.soft(side), start)
    assert pixels is not None  # the start is one of the eight
    assert soft is not None
    few = slice(None, None, 4)
    changed = float(np.abs(pixels[few, few].astype(np.int16) - second.pixels[few, few]).mean())
    found = compared_as_is(soft, second.soft(side))
    parts = parts_of(start, second.width / second.height)
    strictness = _strictness(first, second)
    return Attempt(found, start, parts, 1.0, changed, _CORRELATION, strictness, tiny=side == COARSEST)


def _softer(first: View, second: View) -> float:
    """By how much the one is sharper than the other."""
    least, most = sorted((first.sharpness, second.sharpness))
    return most / max(least, 1.0)


def _strictness(first: View, second: View) -> float:
    """What codings, scalings and noise of single pixels err at SIDE, beside pictures of few pixels."""
    least = min(first.width, first.height, second.width, second.height)
    return max(_STRICTEST, min(1.0, _DETAILED / least))


def _aligned(first: View, second: View, start: Affine, side: int) -> Attempt | None:
    """The two once aligned, whatever was done to all pixels alike."""
    if not _is_sane(start):
        return None
    back = aligned(first, second, inverse(start), side)
    if back is None:
        return None
    shared = in_common(first, second, back, side, 1.5)
    if shared.mean() < MIN_COMMON:
        return None
    common = _well_inside(shared)
    overlap = float(shared.mean()) * min(1.0, abs(float(np.linalg.det(back[:, :2]))))
    ours, theirs = warped(first.colours(side), back), second.colours(side)
    changed = float(np.abs(ours - theirs)[shared].mean())
    parts = parts_of(inverse(back), second.width / second.height)
    drift = changed <= _RELIT and _may_be_drift(parts)
    least = (_CUT if parts.upright and is_cut(back) else _DRIFTED) if drift else _ALIGNED
    strictness = _strictness(first, second) if drift else 1.0
    return Attempt(compared(ours, theirs, common), inverse(back), parts, overlap, changed, least, strictness)


def _well_inside(common: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without a margin: what a rotation fills along an edge may be too thin to be seen as a filling."""
    width = 2 * round(_MARGIN * len(common)) + 1
    whole: NDArray[np.bool_] = ndimage.minimum_filter(common, width, mode="constant", cval=0)
    return whole


def _is_sane(start: Affine) -> bool:
    """Whether a guess is a map with a way back, that does not lead far beyond both pictures."""
    return bool(np.abs(start).max() < _FARTHEST and abs(np.linalg.det(start[:, :2])) > 1 / _FARTHEST)


def _may_be_drift(parts: Parts) -> bool:
    """Whether a camera may have moved so from one frame to the next."""
    scaled = max(abs(scale - 1) for scale in parts.scale)
    return parts.turn == "none" and abs(parts.angle) < _DRIFT_ANGLE and scaled < _DRIFT_SCALE
