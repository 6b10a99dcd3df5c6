"""From facts to the table of proved pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from holdfast.dataset import COPIES, Dataset, PairKind, Problem, ProblemRow, Signal, problem_table
from holdfast.facts.scan import Look, Scanner
from holdfast.pairing.candidates import LIMIT, Candidates, find_candidates
from holdfast.pairing.contents import Contents, Pair, contents_of
from holdfast.pairing.guesses import Guess, by_pair
from holdfast.pairing.joined import joined
from holdfast.pairing.proof import Same, bits_between, equal_pictures, look_at
from holdfast.pairing.proving import Case, Glance, chosen, glanced, proved
from holdfast.pairing.remembered import remember, remembered
from holdfast.pairing.signalled import signalled
from holdfast.pairing.table import pair_table, with_faults
from holdfast.pairing.views import Views
from holdfast.pairs import Signals
from holdfast.progress import Progress

Said = Mapping[Pair, tuple[Guess, ...]]
"""What the signals say of each pair."""
_AT_ONCE = 4_000
"""Candidates that are looked at together."""


def find_pairs(dataset: Dataset, signals: Signals, scanner: Scanner, asked: int | None = None) -> Dataset:
    """The dataset with its table of proved pairs; with `asked`, of those of one of the first so many images.

    Equal bytes and equal pictures always; also pairs that the signals find and the proof confirms.
    A file of zero bytes is no copy of anything. `scanner` must have measured the images to SKETCH or
    deeper. A picture that turns out not to decode in full gets its fault; where there are more candidates
    than are compared, `problems` says so.
    """
    compared = pl.col("sha256").is_not_null() & (pl.col("size") > 0)
    images = dataset.images.filter(compared)
    asked = None if asked is None else dataset.images.head(asked).filter(compared).height
    contents = contents_of(images, scanner.sketches, asked)
    candidates = find_candidates(contents, signals.distance, scanner)
    said = by_pair(signalled(images, contents, candidates, signals, scanner))
    same, seen = _compared(contents, _united(candidates, said), said, signals, scanner)
    pairs = {(min(pair), max(pair)): how for key, how in same.items() for pair in contents.image_pairs(*key)}
    faults = {content: look for content, look in seen.items() if look.fault is not None}
    problems = [] if candidates.complete else [_not_compared()]
    return replace(
        dataset,
        images=with_faults(dataset.images, images["path"], contents, faults),
        pairs=pair_table(images, pairs),
        problems=pl.concat([dataset.problems, problem_table(problems)]),
    )


def _compared(
    contents: Contents, candidates: Candidates, said: Said, signals: Signals, scanner: Scanner
) -> tuple[dict[Pair, Same], dict[int, Look]]:
    """What the candidates are to each other, and the full pictures that were looked at."""
    seen: dict[int, Look] = {}
    pictures: list[tuple[int, str]] = []
    several = [content for content, rows in enumerate(contents.rows) if len(rows) > 1]
    same = {(content, content): Same(PairKind.BYTES) for content in several}
    glances: list[Glance] = []
    with Views() as views:
        for part in candidates.parts(_AT_ONCE):
            looks = views.keep(look_at(contents, part, scanner))
            seen = looks | seen
            decoded = _decoded(looks)
            pictures += [
                (content, look.picture) for content, look in decoded.items() if look.picture is not None
            ]
            glances += glanced(list(_cases(part, said, decoded, signals)), decoded)
        cases, scenes = chosen(glances, contents.split_numbers)
        same |= scenes | _proofs(cases, views, contents, scanner) | equal_pictures(contents, pictures)
        more = [
            Case(pair, (guess,), bits_between(seen, *pair), True) for pair, guess in joined(same, contents)
        ]
        found = _proofs(more, views, contents, scanner)
        same |= {pair: how for pair, how in found.items() if how.kind in COPIES}
    return same, seen


def _proofs(cases: list[Case], views: Views, contents: Contents, scanner: Scanner) -> dict[Pair, Same]:
    """The cases that are the same, by the cache or by a proof."""
    digests = contents.table["sha256"]
    known = remembered(cases, digests, scanner.cache)
    same = {pair: how for pair, how in known.items() if how is not None}
    cases = [case for case in cases if case.pair not in known]
    for start in range(0, len(cases), _AT_ONCE):
        some = cases[start : start + _AT_ONCE]
        views.complete({end for case in some for end in case.pair}, contents, scanner)
        some = [case for case in some if all(map(views.has, case.pair))]  # the others have changed
        found = proved(some, views, scanner.pool, _further(scanner.progress, start, len(cases)))
        remember(some, found, digests, scanner.cache)
        same |= found
    return same


def _further(progress: Progress, start: int, total: int) -> Progress:
    """The progress of a part of the whole."""
    return lambda what, done, _: progress(what, start + done, total)


def _decoded(looks: Mapping[int, Look]) -> dict[int, Look]:
    return {content: look for content, look in looks.items() if look.fault is None}


def _united(candidates: Candidates, said: Said) -> Candidates:
    """The candidates with what other signals found, in order."""
    hashed = zip(candidates.first.tolist(), candidates.second.tolist(), strict=True)
    ends = np.array(sorted({*hashed, *said}), np.int64).reshape(-1, 2)
    return replace(candidates, first=ends[:, 0], second=ends[:, 1])


def _cases(part: Candidates, said: Said, looks: Mapping[int, Look], signals: Signals) -> Iterator[Case]:
    """What of a part is to be proved: both decode, and are not equal in every pixel."""
    for pair in zip(part.first.tolist(), part.second.tolist(), strict=True):
        bits = bits_between(looks, *pair)
        reach = -1 if signals.distance is None else signals.distance
        guesses = [guess for guess in said.get(pair, ()) if guess[0] != Signal.PHASH or bits <= reach]
        if bits <= 64 and guesses:
            yield Case(pair, tuple(guesses), bits)


def _not_compared() -> ProblemRow:
    message = (
        f"more than {LIMIT:,} pairs of pictures are near enough to be compared; the rest was not: "
        "lower `distance`, or remove exact copies first"
    )
    return ProblemRow(Problem.NOT_COMPARED, ".", message)
