"""Proof of what the signals found: the full pictures are aligned and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from holdfast.dataset import COPIES, PairKind
from holdfast.facts.pool import processors
from holdfast.facts.scan import Look, Scanner
from holdfast.pairing.contents import Contents, Pair
from holdfast.pairing.guesses import Guess
from holdfast.pairing.proof import Same
from holdfast.proof import SIDE, Verdict, View, judge

_AT_ONCE = 16
"""Pairs that a thread proves together: of one picture mostly."""


@dataclass(frozen=True, slots=True)
class Case:
    """A pair to be proved: what the signals say of it, and the bits between its perceptual hashes."""

    pair: Pair
    guesses: tuple[Guess, ...]
    distance: int


def proved(cases: Sequence[Case], looks: Mapping[int, Look]) -> dict[Pair, Same]:
    """The cases that show the same shot or the same scene; `looks` have the views of all."""
    batches = [cases[start : start + _AT_ONCE] for start in range(0, len(cases), _AT_ONCE)]
    # a thread a processor proves: that the sums of each were shared out as well would slow all down
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(processors()) as pool:
        found = [same for some in pool.map(lambda batch: _judged(batch, looks), batches) for same in some]
    return {case.pair: same for case, same in zip(cases, found, strict=True) if same is not None}


def with_views(
    contents: Contents, looks: Mapping[int, Look], pairs: Iterable[Pair], scanner: Scanner
) -> dict[int, Look]:
    """The looks with the views of all pictures in these pairs, decoded now where they came from the cache."""
    numbers = sorted({content for pair in pairs for content in pair if not looks[content].view})
    paths = dict(contents.table[numbers].select("sha256", "path").iter_rows())
    seen = scanner.views(paths) if paths else {}
    digests = contents.table["sha256"]
    return {**looks, **{number: seen[digests[number]] for number in numbers if digests[number] in seen}}


def _judged(batch: Sequence[Case], looks: Mapping[int, Look]) -> Iterator[Same | None]:
    views: dict[int, View] = {}
    made = []
    for case in batch:
        for content in case.pair:
            if content not in views:
                views[content] = _view(looks[content])
        made.append(_same(case, views[case.pair[0]], views[case.pair[1]]))
    return iter(made)


def _same(case: Case, first: View, second: View) -> Same | None:
    """The first guess that proves a copy, else the same scene if any does."""
    scene = None
    for signal, start in case.guesses:
        verdict = judge(first, second, start)
        if verdict.kind in COPIES:
            return _found(verdict, verdict.kind, case, signal)
        if verdict.kind is PairKind.SCENE and scene is None:
            scene = _found(verdict, verdict.kind, case, signal)
    return scene


def _found(verdict: Verdict, kind: PairKind, case: Case, signal: str) -> Same:
    return Same(
        kind, case.distance, verdict.correlation, verdict.words, verdict.differing, verdict.overlap, signal
    )


def _view(look: Look) -> View:
    pixels = np.frombuffer(look.view, np.uint8).reshape(SIDE, SIDE, 3)
    return View(pixels, look.width, look.height)
