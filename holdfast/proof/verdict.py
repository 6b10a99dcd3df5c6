"""The verdict over two pictures: the same shot, the same scene, or neither."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from holdfast.dataset import PairKind
from holdfast.proof.affine import IDENTITY, STILL, Affine, inverse, turned
from holdfast.proof.align import aligned
from holdfast.proof.attempt import NOISY, TINTED, Attempt
from holdfast.proof.colours import of_other_colours
from holdfast.proof.grain import is_another_shot
from holdfast.proof.view import Plane, View, common_side
from holdfast.proof.ways import as_it_is, attempts, glanced, hues_turned

_CHANGED = 5.0
"""Mean difference of colours in levels from which they count as changed: codings stay below 2."""
_SURE = 0.98
"""Correlation of a copy from which no closer look can make more of it."""
_NO_DOUBT = 0.88
"""Share of the parts that agree as they are from which nothing better can come of an alignment."""


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


def judge(first: View, second: View, start: Affine | None = None) -> Verdict:
    """Compare two pictures. `start` is a guess at the map from the first to the second; None: as they are."""
    guess = IDENTITY if start is None else start
    best: Attempt | None = None
    copy: Attempt | None = None
    for attempt in attempts(first, second, guess):
        if attempt.same and (copy is None or attempt.found.correlation > copy.found.correlation):
            copy = attempt
        if copy is not None and copy.found.correlation >= _SURE:
            break
        if best is None or (_agreed(attempt) > _agreed(best) and not best.is_plainly_scene):
            best = attempt
        if best.is_plainly_scene and best.found.agreeing >= _NO_DOUBT and _knows_colours(attempt):
            break
    if copy is not None:
        return _of_copy(copy, first, second)
    if best is None:
        nothing = np.full((1, 1), np.nan, np.float32)
        return Verdict(None, 0.0, 1.0, 0.0, guess, "none", nothing)
    return _verdict(best, PairKind.SCENE if best.is_scene else None)


def _of_copy(copy: Attempt, first: View, second: View) -> Verdict:
    """The verdict over what looks like a copy in grey."""
    kind = _kind(copy, first, second)
    if _is_another_shot(copy, kind, first, second):
        return _verdict(copy, PairKind.SCENE)
    other = None if copy.bright else of_other_colours(first, second, copy.transform)
    if other is None:
        return _verdict(copy, kind)
    found = replace(
        copy.found, differing=other.differing, parts=np.repeat(np.repeat(other.parts, 2, 0), 2, 1)
    )
    return _verdict(replace(copy, found=found), PairKind.SCENE if copy.is_scene else None)


def with_small_parts(first: View, second: View, verdict: Verdict) -> Verdict:
    """The verdict with parts of the finest scale: of a plain scene a glance knows a few large ones."""
    if verdict.kind is not PairKind.SCENE or turned(first.pixels, verdict.transform) is None:
        return verdict
    closer = as_it_is(first, second, verdict.transform, common_side(first, second)).found.parts
    return replace(verdict, parts=closer) if len(closer) > len(verdict.parts) else verdict


def glance(ours: Plane, theirs: Plane) -> tuple[Verdict, bool]:
    """What two soft grey pictures (n, n) are to each other as they are: never a copy, but maybe the same
    scene; and whether it is plain that they are nothing else."""
    attempt = glanced(ours, theirs)
    return _verdict(attempt, PairKind.SCENE if attempt.is_scene else None), attempt.is_plainly_scene


def _knows_colours(attempt: Attempt) -> bool:
    return attempt.toned or attempt.recoloured <= TINTED


def _is_another_shot(copy: Attempt, kind: PairKind, first: View, second: View) -> bool:
    """Whether what looks like a copy was taken a moment later: nothing moved, and the noise is another."""
    relit = kind is PairKind.RECOLOURED
    untouched = (kind is PairKind.REENCODED or relit) and not copy.bright  # that leaves a noise of its own
    if not untouched or copy.parts.turn != "none" or hues_turned(first, second, copy.transform):
        return False
    if not is_another_shot(first, second, copy.transform, relit=relit):
        return False
    if not np.array_equal(copy.transform, IDENTITY):
        return True
    # by less than a pixel of a view a picture of a thousand may have moved by several
    back = aligned(first, second, IDENTITY, common_side(first, second))
    return back is None or is_another_shot(first, second, inverse(back), relit=relit)


def _agreed(attempt: Attempt) -> float:
    return attempt.found.agreeing * attempt.overlap


def _verdict(attempt: Attempt, kind: PairKind | None) -> Verdict:
    found = attempt.found
    correlation, differing, overlap = (
        float(figure) for figure in (found.correlation, found.differing, attempt.overlap)
    )
    return Verdict(kind, correlation, differing, overlap, attempt.transform, attempt.parts.words, found.parts)


def _kind(attempt: Attempt, first: View, second: View) -> PairKind:
    """What was done to the one to get the other; more than one thing, or noise, is an augmentation."""
    parts = attempt.parts
    moved = not parts.still
    if moved and not (parts.upright and attempt.overlap < 1 - STILL):
        return PairKind.AUGMENTED
    done = {
        PairKind.CROPPED: moved,
        PairKind.TURNED: parts.turn != "none",
        PairKind.RECOLOURED: attempt.recoloured > _CHANGED,
        PairKind.AUGMENTED: attempt.found.noise > NOISY,
    }
    happened = [kind for kind, is_so in done.items() if is_so]
    if happened:
        return happened[0] if len(happened) == 1 else PairKind.AUGMENTED
    same_size = (first.width, first.height) == (second.width, second.height)
    return PairKind.REENCODED if same_size else PairKind.RESIZED
