"""Proof of what the signals found: the full pictures are aligned and compared."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from holdfast.dataset import COPIES, PairKind
from holdfast.facts.pool import processors
from holdfast.facts.scan import Look
from holdfast.pairing.contents import Numbers, Pair
from holdfast.pairing.guesses import FEW, Guess, Most, closest
from holdfast.pairing.proof import Same
from holdfast.pairing.views import Views
from holdfast.proof import Verdict, View, glance, judge
from holdfast.proof.affine import IDENTITY, STILL, Affine, is_still
from holdfast.proof.view import Plane, softened

_ALIKE = 5
"""Thousandths that the correlation of the small grey pictures lacks at most where two are alike."""
_MANY = Most(24, 4)
"""Pairs of one picture that get a proof, of those that are alike as they are; of the others FEW."""
_AT_ONCE = 16
"""Pairs that a thread proves together: of one picture mostly."""


@dataclass(frozen=True, slots=True)
class Case:
    """A pair to be proved: what the signals say of it, and the bits between its perceptual hashes."""

    pair: Pair
    guesses: tuple[Guess, ...]
    distance: int

    @property
    def is_moved(self) -> bool:
        """Whether any signal says that the two do not lie to each other as they are."""
        return any(guess is not None and not is_still(guess) for _, guess in self.guesses)


Lot = tuple[Sequence[Case], Mapping[int, View]]


@dataclass(frozen=True, slots=True)
class Glance:
    """What the small grey pictures of a case tell: the thousandths that their correlation lacks, the scene
    if they are of one, and whether that is plain: no proof could make more of it."""

    case: Case
    gap: int
    scene: Same | None
    plain: bool


def glanced(cases: Sequence[Case], looks: Mapping[int, Look]) -> list[Glance]:
    """A glance at each case; `looks` have the small pictures."""
    softs = {end: _softs(looks[end].grey) for end in _ends(cases)}
    found = []
    with threadpool_limits(1, user_api="blas"):
        for case in cases:
            ours, theirs = (softs[end] for end in case.pair)
            verdict, plain = glance(ours[0], theirs[0])
            if plain:  # unless it is plain by the luma as well, only the colours may differ
                plain = glance(ours[1], theirs[1])[1]
            scene = _found(verdict, verdict.kind, case, case.guesses[0][0]) if verdict.kind else None
            found.append(Glance(case, round(1000 * (1 - verdict.correlation)), scene, plain))
    return found


def chosen(glances: Sequence[Glance], split_of: Numbers) -> tuple[list[Case], dict[Pair, Same]]:
    """The cases that get a proof, and the scenes among the others; `split_of` numbers the contents' splits.

    A fixed camera makes pairs by the thousand: of those as they are only the closest of each picture get one,
    more of those that are alike. Of the others, few of each picture are found at all.
    """
    ends = np.array([one.case.pair for one in glances], np.int64).reshape(-1, 2)
    gap = np.array([one.gap for one in glances], np.int64)
    plain = np.array([one.plain for one in glances], np.bool_)
    moved = np.array([one.case.is_moved for one in glances], np.bool_)
    wanted = moved & ~plain
    for most, near in ((_MANY, gap <= _ALIKE), (FEW, gap >= 0)):
        still = np.flatnonzero(~plain & ~moved & near)
        wanted[still[closest(ends[still, 0], ends[still, 1], gap[still], split_of, most)]] = True
    pairs = list(zip(glances, wanted.tolist(), strict=True))
    scenes = {one.case.pair: one.scene for one, is_wanted in pairs if one.scene and not is_wanted}
    return [one.case for one, is_wanted in pairs if is_wanted], scenes


def proved(cases: Sequence[Case], views: Views) -> dict[Pair, Same]:
    """The cases that show the same shot or the same scene; what has no view is left out."""
    cases = [case for case in cases if all(views.has(content) for content in case.pair)]
    batches = (cases[start : start + _AT_ONCE] for start in range(0, len(cases), _AT_ONCE))
    lots = ((batch, {end: views.view(end) for end in _ends(batch)}) for batch in batches)
    # a thread a processor proves: that the sums of each were shared out as well would slow all down
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(processors()) as pool:
        found = [same for some in _in_order(pool, lots) for same in some]
    return {case.pair: same for case, same in zip(cases, found, strict=True) if same is not None}


def _ends(cases: Iterable[Case]) -> set[int]:
    return {end for case in cases for end in case.pair}


def _in_order(pool: ThreadPoolExecutor, lots: Iterator[Lot]) -> Iterator[list[Same | None]]:
    """Results in the order of the lots, few of which are held at a time."""
    waiting: deque[Future[list[Same | None]]] = deque()
    for lot in lots:
        waiting.append(pool.submit(_judged, *lot))
        if len(waiting) > 2 * processors():
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _judged(batch: Sequence[Case], views: Mapping[int, View]) -> list[Same | None]:
    return [_same(case, views[case.pair[0]], views[case.pair[1]]) for case in batch]


def _same(case: Case, first: View, second: View) -> Same | None:
    """The first guess that proves a copy, else the same scene if any does."""
    scene = None
    tried: list[Affine] = []
    for signal, guess in case.guesses:
        start = IDENTITY if guess is None or is_still(guess) else guess
        if any(np.allclose(start, other, atol=STILL) for other in tried):
            continue
        tried.append(start)
        verdict = judge(first, second, start)
        if verdict.kind in COPIES:
            return _found(verdict, verdict.kind, case, signal)
        if verdict.kind is PairKind.SCENE and scene is None:
            scene = _found(verdict, verdict.kind, case, signal)
            tried.append(verdict.transform)
    return scene


def _found(verdict: Verdict, kind: PairKind, case: Case, signal: str) -> Same:
    there = tuple(verdict.transform.ravel().tolist())
    return Same(
        kind, case.distance, verdict.correlation, verdict.words, verdict.differing, verdict.overlap, signal,
        there,
    )  # fmt: skip


def _softs(grey: bytes) -> tuple[Plane, Plane]:
    """The brightest channel of a look, and its luma."""
    side = math.isqrt(len(grey) // 2)
    bright, luma = np.frombuffer(grey, np.uint8).reshape(2, side, side).astype(np.float32)
    return softened(bright), softened(luma)
