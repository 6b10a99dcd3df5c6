"""Candidates of a dataset by signal and distance, a sample of each proved, and what that takes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from holdfast.calibrate.proposal import propose
from holdfast.calibrate.tally import Found, row_of
from holdfast.calibrate.text import FARTHEST, Calibration
from holdfast.dataset import Dataset, PairKind, Signal
from holdfast.facts.levels import Level
from holdfast.facts.messages import Job, Task
from holdfast.facts.scan import Scanner
from holdfast.pairing.candidates import DRIFT, Candidates, find_candidates
from holdfast.pairing.contents import Contents, Pair, contents_of
from holdfast.pairing.guesses import Guess, by_pair
from holdfast.pairing.proof import bits_between, equal_pictures, look_at
from holdfast.pairing.proving import Case, proved
from holdfast.pairing.signalled import signalled
from holdfast.pairing.views import Views
from holdfast.pairs import Signals

USUAL = Signals(8, orientations=True, features=True)
_FARTHEST = (FARTHEST, 12, 8)
"""The largest distance that is looked at, in bits: the first of these with no more than MANY candidates."""
MANY = 100_000
MOST = 100
"""Candidates of one row that are proved."""
SEED = 0
_TIMED = 100
"""Files that a scan and a full decode are timed on."""
_AT_ONCE = 500
"""Candidates whose pictures are held in memory together: 0.4 MB each."""

Said = Mapping[Pair, tuple[Guess, ...]]
Place = tuple[Signal, int | None]
"""Which row a candidate is in: the cheapest signal that finds it, and the distance of that."""


def calibrated(dataset: Dataset, scanner: Scanner, seed: int = SEED) -> Calibration:
    """What came of the candidates of a dataset that was measured to SKETCH."""
    images = dataset.images.filter(pl.col("sha256").is_not_null() & (pl.col("size") > 0))
    contents = contents_of(images, scanner.sketches)
    farthest, candidates = _candidates(contents, scanner)
    said = by_pair(signalled(images, contents, candidates, USUAL, scanner))
    rows, decoded = _rows(contents, said, farthest)
    random = np.random.default_rng(seed)
    samples = {place: _sample(pairs, random) for place, pairs in rows.items()}
    chosen = sorted(pair for pairs in samples.values() for pair in pairs)
    found, proof = _proved(contents, candidates, {pair: said[pair] for pair in chosen}, scanner)
    _timed(contents, Job(Task.MEASURE, Level.BYTES), scanner, random)  # workers start once, not in every scan
    scan = _timed(contents, Job(Task.MEASURE, Level.SKETCH, features=True), scanner, random)
    decode = _timed(contents, Job(Task.LOOK), scanner, random)
    made = []
    for place, pairs in rows.items():
        seconds = decode * decoded.get(place, 0) + proof * len(pairs)
        made.append(row_of(*place, len(pairs), [found[pair] for pair in samples[place]], seconds))
    scan = round(scan * contents.table.height, 1)
    kinds = tuple(one.kind for one in found.values())
    best, complete = propose(made, scan), candidates.complete
    return Calibration(images.height, scan, seed, MOST, farthest, tuple(made), kinds, best, complete)


def _candidates(contents: Contents, scanner: Scanner) -> tuple[int, Candidates]:
    """The largest distance that is looked at, and what the perceptual hash finds up to it."""
    for farthest in _FARTHEST:
        found = find_candidates(contents, farthest, scanner)
        if found.complete and len(found.first) <= MANY:
            break
    return farthest, found


def _rows(
    contents: Contents, said: Said, farthest: int
) -> tuple[dict[Place, list[Pair]], Mapping[Place, int]]:
    """The pairs of each row, and how many pictures are decoded in full for it that no row before needs.

    A pair of cheap hashes is decoded from DRIFT bits below its distance on: the full ones may be nearer.
    """
    rows: dict[Place, list[Pair]] = {(Signal.PHASH, distance): [] for distance in range(farthest + 1)}
    rows |= {(signal, None): [] for signal in (Signal.ORIENTATIONS, Signal.FEATURES, Signal.SOURCE)}
    order = {place: number for number, place in enumerate(rows)}
    least: dict[int, Place] = {}
    hashes, exact = contents.table["hash"].to_list(), contents.table["exact"].to_list()
    for pair, guesses in said.items():
        bits = (hashes[pair[0]] ^ hashes[pair[1]]).bit_count()
        others = [signal for signal, _ in guesses if signal != Signal.PHASH]
        if len(others) < len(guesses):
            drift = 0 if exact[pair[0]] and exact[pair[1]] else DRIFT
            first: Place = (Signal.PHASH, min(max(bits - drift, 0), farthest))
        else:
            first = (others[0], None)
        for content in pair:
            least[content] = min(least.get(content, first), first, key=order.__getitem__)
        near = len(others) < len(guesses) and bits <= farthest
        if near or others:
            rows[(Signal.PHASH, bits) if near else (others[0], None)].append(pair)
    return rows, Counter(least.values())


def _sample(pairs: Sequence[Pair], random: np.random.Generator) -> list[Pair]:
    if len(pairs) <= MOST:
        return list(pairs)
    return [pairs[place] for place in sorted(random.choice(len(pairs), MOST, replace=False).tolist())]


def _proved(
    contents: Contents, candidates: Candidates, said: Said, scanner: Scanner
) -> tuple[dict[Pair, Found], float]:
    """What is proved of each pair, as a check does it; and the seconds that one takes, pictures at hand."""
    found: dict[Pair, Found] = {}
    spent, cases = 0.0, 0
    pairs = list(said)
    for start in range(0, len(pairs), _AT_ONCE):
        some = pairs[start : start + _AT_ONCE]
        ends = np.array(some, np.int64)
        part = replace(
            candidates, first=ends[:, 0], second=ends[:, 1], equal=frozenset(), shapeless=frozenset()
        )
        looks = {end: look for end, look in look_at(contents, part, scanner).items() if look.fault is None}
        whole = [pair for pair in some if bits_between(looks, *pair) <= 64]
        with Views() as views:
            views.keep(looks)
            views.complete({end for pair in whole for end in pair}, contents, scanner)
            started = time.perf_counter()
            same = proved(
                [Case(pair, said[pair], bits_between(looks, *pair)) for pair in whole], views, scanner.pool
            )
            spent, cases = spent + time.perf_counter() - started, cases + len(whole)
        pictures = [(end, look.picture) for end, look in looks.items() if look.picture is not None]
        equal = dict.fromkeys(equal_pictures(contents, pictures), PairKind.PICTURE)
        for pair in some:
            kind = same[pair].kind if pair in same else equal.get(pair)
            found[pair] = Found(kind, len(said[pair]) == 1)
        scanner.progress("proving candidates", start + len(some), len(pairs))
    return found, spent / max(cases, 1)


def _timed(contents: Contents, job: Job, scanner: Scanner, random: np.random.Generator) -> float:
    """Seconds that a worker's answer to this takes, on average over some contents; nothing is kept."""
    some = random.permutation(contents.table.height)[:_TIMED]
    paths = dict(contents.table[some].select("sha256", "path").iter_rows())
    started = time.perf_counter()
    for _ in scanner.ask(job, paths, "timing"):
        pass
    return (time.perf_counter() - started) / max(len(paths), 1)
