"""The ways to bring two pictures together: as they are, in other tones, aligned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from holdfast.proof.affine import IDENTITY, Affine, inside, inverse, is_cut, parts_of, turned, warped
from holdfast.proof.align import MIN_COMMON, aligned, in_common, well_inside
from holdfast.proof.attempt import ALIGNED, CORRELATION, CUT, DRIFTED, Attempt, may_be_drift
from holdfast.proof.cells import DIFFERS
from holdfast.proof.matching import compared, compared_as_is, compared_by_curves, compared_by_value
from holdfast.proof.tones import LIKE_HUES, TURNED_HUES, hue_likeness, swapped_channels
from holdfast.proof.view import COARSEST, LUMA, SIDE, Plane, View, common_side, softened

_RELIT = 20.0
"""Mean difference of colours that no camera makes from one frame to the next."""
_DETAILED, _STRICTEST = 640, 0.45
"""Shorter side in pixels from which codings hardly err at SIDE: the more pixels, the less they do."""
_SOFTER, _SOFT_STRICTNESS = 3.0, 0.65
"""How much sharper the one is where the other was enlarged or blurred: then half the scale has all there is
to compare, and copies differ little at it."""
_MOSTLY = 0.8
"""Share of parts that agree from which the levels of the channels may explain the others."""
_FARTHEST = 100.0
"""Sides of a picture by which a guess shifts or stretches at most."""


def attempts(first: View, second: View, start: Affine) -> Iterator[Attempt]:
    """Ways to bring the two together, the cheapest first: as they are, in other tones, aligned."""
    side = common_side(first, second)
    if turned(first.pixels, start) is not None:
        plain = as_it_is(first, second, start, side)
        yield plain
        if _have_other_hues(first, second, start):
            value = turned(first.soft_value(side), start)
            assert value is not None  # as above
            yield replace(plain, found=compared_as_is(value, second.soft_value(side)), bright=True)
        colours = turned(first.colours(side), start)
        assert colours is not None  # as above
        if (order := swapped_channels(colours, second.colours(side))) is not None:
            grey = softened(colours[..., order] @ LUMA)
            yield replace(plain, found=compared_as_is(grey, second.soft(side)))
        found = compared(colours, second.colours(side), np.ones((side, side), np.bool_))
        yield replace(plain, found=found, toned=True)
        if found.agreeing >= _MOSTLY and found.worst >= DIFFERS:
            by_curves = compared_by_curves(colours, second.colours(side))
            if by_curves.noise < found.noise:  # else they only hide what differs
                yield replace(plain, found=by_curves, toned=True, strictness=_SOFT_STRICTNESS)
        if side == SIDE and _softer(first, second) > _SOFTER:
            half = side // 2
            colours = turned(first.colours(half), start)
            assert colours is not None  # as above
            found = compared(colours, second.colours(half), np.ones((half, half), np.bool_))
            yield replace(plain, found=found, toned=True, strictness=_SOFT_STRICTNESS)
    if side > COARSEST and (last := _aligned(first, second, start, side)) is not None:
        yield last
        if not last.same and (last.recoloured > _RELIT or _have_other_hues(first, second, last.transform)):
            yield _by_value(last, first, second, side)


def glanced(ours: Plane, theirs: Plane) -> Attempt:
    """Two soft grey pictures (n, n) as they are; how much the colours differ is told from these."""
    changed = float(np.abs(ours - theirs).mean())
    parts = parts_of(IDENTITY, 1.0)
    return Attempt(compared_as_is(ours, theirs), IDENTITY, parts, 1.0, changed, CORRELATION)


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
    return Attempt(found, start, parts, 1.0, changed, CORRELATION, strictness, tiny=side == COARSEST)


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
    common = well_inside(shared)
    overlap = float(shared.mean()) * min(1.0, abs(float(np.linalg.det(back[:, :2]))))
    ours, theirs = warped(first.colours(side), back), second.colours(side)
    changed = float(np.abs(ours - theirs)[shared].mean())
    parts = parts_of(inverse(back), second.width / second.height)
    drift = changed <= _RELIT and may_be_drift(parts) and not hues_turned(first, second, inverse(back))
    least = (CUT if parts.upright and is_cut(back) else DRIFTED) if drift else ALIGNED
    strictness = _strictness(first, second) if drift else 1.0
    return Attempt(compared(ours, theirs, common), inverse(back), parts, overlap, changed, least, strictness)


def _by_value(attempt: Attempt, first: View, second: View, side: int) -> Attempt:
    """The same alignment, by the brightest channels."""
    back = inverse(attempt.transform)
    shared = in_common(first, second, back, side, 1.5)
    if not may_be_drift(attempt.parts):
        shared &= ~_hidden_void(first, second, back, side)
    common = well_inside(shared)
    value = warped(first.colours(side), back).max(axis=2)
    return replace(attempt, found=compared_by_value(value, second.value(side), common), bright=True)


def _hidden_void(first: View, second: View, back: Affine, side: int) -> NDArray[np.bool_]:
    """What of the second (side, side) may be no picture in one of the two."""
    step = SIDE // side
    ours = warped(first.hidden_void[::step, ::step].astype(np.float32), back)
    hidden: NDArray[np.bool_] = (ours > 0) | second.hidden_void[::step, ::step]
    return hidden


def hues_turned(first: View, second: View, transform: Affine) -> bool:
    """Whether the colours became others than light or a camera's white balance makes of them."""
    return _hue_likeness(first, second, transform) < TURNED_HUES


def _have_other_hues(first: View, second: View, transform: Affine) -> bool:
    """Whether the brightest channel may tell more than the colours do."""
    return _hue_likeness(first, second, transform) < LIKE_HUES


def _hue_likeness(first: View, second: View, transform: Affine) -> float:
    back = inverse(transform)
    common = inside(back, COARSEST, 1.5)
    return hue_likeness(warped(first.colours(COARSEST), back)[common], second.colours(COARSEST)[common])


def _is_sane(start: Affine) -> bool:
    """Whether a guess is a map with a way back, that does not lead far beyond both pictures."""
    return bool(np.abs(start).max() < _FARTHEST and abs(np.linalg.det(start[:, :2])) > 1 / _FARTHEST)
