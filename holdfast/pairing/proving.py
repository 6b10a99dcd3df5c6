"""Proof of what the signals found: the full pictures are aligned and compared."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from holdfast.facts.messages import Job, Request, Task
from holdfast.facts.pool import Answers, Pool
from holdfast.facts.proofs import proof_in, question
from holdfast.facts.scan import Look
from holdfast.pairing.contents import Numbers, Pair
from holdfast.pairing.guesses import FEW, Guess, Most, closest
from holdfast.pairing.proof import Same
from holdfast.pairing.views import Views
from holdfast.progress import Progress, quiet
from holdfast.proof import Proof, View, glance, proof_of, prove
from holdfast.proof.affine import is_still
from holdfast.proof.view import Plane, softened

_ALIKE = 5_000
"""Millionths that the correlation of the small grey pictures lacks at most where two are alike."""
_MANY = Most(24, 4)
"""Pairs of one picture that get a proof, of those that are alike as they are; of the others FEW."""
_HELD = 24
"""Views that are held, some 2 MB each with what is made of them."""
_MANY_CASES = 100
"""Pairs from which proofs are shared out: a worker first loads its libraries, for half a second."""


@dataclass(frozen=True, slots=True)
class Case:
    """A pair to be proved: what the signals say of it, and the bits between its perceptual hashes. `joined`:
    the guess is composed of the maps to a third picture."""

    pair: Pair
    guesses: tuple[Guess, ...]
    distance: int
    joined: bool = False

    @property
    def is_moved(self) -> bool:
        """Whether any signal says that the two do not lie to each other as they are."""
        return any(guess is not None and not is_still(guess) for _, guess in self.guesses)


@dataclass(frozen=True, slots=True)
class Glance:
    """What the small grey pictures of a case tell: the millionths that their correlation lacks, the scene
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
            scene = _same(case, proof_of(verdict, verdict.kind, 0)) if verdict.kind else None
            found.append(Glance(case, round(1e6 * (1 - verdict.correlation)), scene, plain))
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


def proved(cases: Sequence[Case], views: Views, pool: Pool, progress: Progress = quiet) -> dict[Pair, Same]:
    """The cases that show the same shot or the same scene; what has no view is left out."""
    cases = [case for case in cases if all(views.has(content) for content in case.pair)]
    held = functools.lru_cache(_HELD)(views.view)
    path = views.path()
    if path is None or len(cases) < _MANY_CASES:
        proofs = [_proof(case, held) for case in cases]
    else:
        answers = pool.submit(Job(Task.PROVE, cache=path), _questions(cases, views), len(cases))
        proofs = _answered(cases, answers, held, progress)
    found = zip(cases, proofs, strict=True)
    return {case.pair: _same(case, proof) for case, proof in found if proof is not None}


def _proof(case: Case, view: Callable[[int], View]) -> Proof | None:
    with threadpool_limits(1, user_api="blas"):  # shared out, sums of this size take longer
        return prove(view(case.pair[0]), view(case.pair[1]), [guess for _, guess in case.guesses])


def _questions(cases: Sequence[Case], views: Views) -> Iterator[Request]:
    for number, case in enumerate(cases):
        first, second = (views.place(end) for end in case.pair)
        yield Request(
            str(number), question(views.number, first, second, [guess for _, guess in case.guesses])
        )


def _answered(
    cases: Sequence[Case], answers: Iterable[Answers], view: Callable[[int], View], progress: Progress
) -> list[Proof | None]:
    """The proofs by the workers; what one did not answer, or not sanely, is proved here: none is left out."""
    proofs: list[Proof | None] = [None] * len(cases)
    done = 0
    for batch in answers:
        for request, reply in batch:
            case = cases[int(request.key)]
            try:
                proofs[int(request.key)] = proof_in(reply.data or "", len(case.guesses))
            except (ValueError, TypeError, RecursionError):
                proofs[int(request.key)] = _proof(case, view)
        done += len(batch)
        progress("comparing pairs", done, len(cases))
    return proofs


def _ends(cases: Iterable[Case]) -> set[int]:
    return {end for case in cases for end in case.pair}


def _same(case: Case, proof: Proof) -> Same:
    figures = proof.correlation, proof.words, proof.differing, proof.overlap
    return Same(proof.kind, case.distance, *figures, case.guesses[proof.guess][0], proof.map)


def _softs(grey: bytes) -> tuple[Plane, Plane]:
    """The brightest channel of a look, and its luma."""
    side = math.isqrt(len(grey) // 2)
    bright, luma = np.frombuffer(grey, np.uint8).reshape(2, side, side).astype(np.float32)
    return softened(bright), softened(luma)
