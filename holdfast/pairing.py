"""From facts to proved pairs: candidates by digest, fingerprint and hash, then the pictures themselves."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

import polars as pl

from holdfast.dataset import PAIRS, Dataset, PairKind, schema
from holdfast.facts.scan import Scanner
from holdfast.similarity.groups import components
from holdfast.similarity.hamming import pairs_within
from holdfast.similarity.proof import MIN_SPREAD, Proof, compare, grey_of

MIN_CORRELATION = 0.95
"""Correlation from which two pictures are the same: measured on public sets, see docs/detection.md."""
_ALL_PAIRS = 2_000
"""More pairs than this within one set of equal files, or between two, become a star in each split."""


@dataclass(frozen=True, slots=True)
class _Same:
    """How the pictures of two digests are the same."""

    kind: PairKind
    distance: int = 0
    correlation: float = 1.0


@dataclass(frozen=True, slots=True)
class _Files:
    """Images by the digest of their bytes: every file is compared once, however many copies it has.

    `places` are row numbers of `images`, `splits` the split of each row.
    """

    places: dict[str, list[int]]
    splits: list[str]

    def pairs(self, first: str, second: str) -> Iterable[tuple[int, int]]:
        """Row pairs between two digests, or within one. Where there are too many, each image is paired
        with the first image of every split, so that every split and pair of splits keeps its edges."""
        ours, theirs = self.places[first], self.places[second]
        if len(ours) * len(theirs) <= _ALL_PAIRS:
            return combinations(ours, 2) if first == second else product(ours, theirs)
        found = {*product(ours, self._first_of_splits(theirs)), *product(self._first_of_splits(ours), theirs)}
        return sorted({(min(pair), max(pair)) for pair in found if pair[0] != pair[1]})

    def _first_of_splits(self, places: list[int]) -> list[int]:
        return list({self.splits[place]: place for place in reversed(places)}.values())


def find_pairs(dataset: Dataset, distance: int | None, scanner: Scanner) -> Dataset:
    """The dataset with its table of proved pairs.

    Equal bytes and equal pictures always; with a `distance`, also pairs whose perceptual hashes
    differ in at most so many bits and whose pictures correlate at MIN_CORRELATION or more.
    A file of zero bytes is no copy of anything. `images` must hold the facts sha256, size and fingerprint,
    and phash and spread where there is a distance.
    """
    images = dataset.images.filter(pl.col("sha256").is_not_null() & (pl.col("size") > 0))
    places: dict[str, list[int]] = defaultdict(list)
    for place, digest in enumerate(images["sha256"]):
        places[digest].append(place)
    files = _Files(dict(places), images["split"].to_list())
    same = {(digest, digest): _Same(PairKind.BYTES) for digest, found in places.items() if len(found) > 1}
    once = images.unique("sha256", keep="first", maintain_order=True)
    same |= _compare(once, _candidates(once, distance), scanner)
    pairs = {
        (min(pair), max(pair)): how
        for (first, second), how in same.items()
        for pair in files.pairs(first, second)
    }
    return replace(dataset, pairs=_table(images, pairs))


def _compare(
    once: pl.DataFrame, candidates: dict[tuple[str, str], int | None], scanner: Scanner
) -> dict[tuple[str, str], _Same]:
    """Those candidates whose pictures are the same."""
    paths = dict(once.select("sha256", "path").iter_rows())
    wanted = {digest: paths[digest] for pair in candidates for digest in pair}
    looks = scanner.looks(wanted)
    grey = {digest: grey_of(colour) for digest, (_, colour) in looks.items()}
    same: dict[tuple[str, str], _Same] = {}
    for (first, second), bits in candidates.items():
        if first not in looks or second not in looks:
            continue
        if looks[first][0] == looks[second][0]:
            same[first, second] = _Same(PairKind.PICTURE)
        elif bits is not None:
            proof = compare(grey[first], grey[second])
            if _proved(proof):
                same[first, second] = _Same(PairKind.NEAR, bits, proof.correlation)
    return same


def _proved(proof: Proof) -> bool:
    return proof.structured and proof.correlation >= MIN_CORRELATION


def _candidates(once: pl.DataFrame, distance: int | None) -> dict[tuple[str, str], int | None]:
    """Pairs of digests to look at: equal fingerprints (None), and near hashes with their distance."""
    found: dict[tuple[str, str], int | None] = {}
    equal: dict[int, list[str]] = defaultdict(list)
    for digest, fingerprint in once.select("sha256", "fingerprint").drop_nulls().iter_rows():
        equal[fingerprint].append(digest)
    for digests in equal.values():
        found |= dict.fromkeys(_within(digests))
    if distance is not None:
        # a picture without structure is never near another: leave it out before there are pairs of it
        structured = pl.col("spread").is_null() | (pl.col("spread") >= MIN_SPREAD)
        hashed = once.filter(pl.col("phash").is_not_null() & structured)
        digests = hashed["sha256"].to_list()
        first, second, bits = pairs_within(hashed["phash"].to_numpy(), distance)
        for a, b, bit in zip(first.tolist(), second.tolist(), bits.tolist(), strict=True):
            found[digests[a], digests[b]] = bit
    return found


def _within(digests: list[str]) -> Iterator[tuple[str, str]]:
    """All pairs of a class of equal fingerprints; of a large one those with its first."""
    if len(digests) ** 2 <= _ALL_PAIRS:
        yield from combinations(digests, 2)
    else:
        yield from ((digests[0], other) for other in digests[1:])


def _table(images: pl.DataFrame, pairs: dict[tuple[int, int], _Same]) -> pl.DataFrame:
    rows = images.select("path", "unit", "split", "source").rows()
    group = components((rows[a][0], rows[b][0]) for a, b in pairs)
    records = []
    for (a, b), how in sorted(pairs.items(), key=lambda pair: pair[0]):
        path, unit, split, source = rows[a]
        other, other_unit, other_split, other_source = rows[b]
        same_source = source == other_source and _exported(path) and _exported(other)
        name = hashlib.sha256(group[path].encode()).hexdigest()[:12]
        place = (path, other, unit, other_unit, split, other_split)
        records.append((*place, str(how.kind), how.distance, how.correlation, same_source, name))
    return pl.DataFrame(records, schema=schema(PAIRS), orient="row")


def _exported(path: str) -> bool:
    return ".rf." in path.rpartition("/")[2]
