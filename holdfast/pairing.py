"""From facts to proved pairs: candidates by digest, fingerprint and hash, then the pictures themselves."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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

Looks = Mapping[str, tuple[str, bytes]]
"""Digest of all pixels, and 64 x 64 RGB, by the digest of the file."""


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
    near = {} if distance is None else _near(once, distance)
    classes = _fingerprint_classes(once)
    paths = dict(once.select("sha256", "path").iter_rows())
    wanted = {digest for digests in (*classes, *near) for digest in digests}
    looks = scanner.looks({digest: path for digest, path in paths.items() if digest in wanted})
    for digests in classes:
        same |= dict.fromkeys(_equal_pictures(digests, looks, files), _Same(PairKind.PICTURE))
    same |= _prove(near, looks)
    pairs = {
        (min(pair), max(pair)): how
        for (first, second), how in same.items()
        for pair in files.pairs(first, second)
    }
    return replace(dataset, pairs=_table(images, pairs))


def _equal_pictures(digests: list[str], looks: Looks, files: _Files) -> Iterator[tuple[str, str]]:
    """Pairs of a class whose pictures are equal in every pixel; of very many, as `_Files.pairs` has them."""
    pictures: dict[str, list[str]] = defaultdict(list)
    for digest in digests:
        if digest in looks:
            pictures[looks[digest][0]].append(digest)
    for equal in pictures.values():
        if len(equal) ** 2 <= _ALL_PAIRS:
            yield from combinations(equal, 2)
            continue
        first = {files.splits[place]: digest for digest in reversed(equal) for place in files.places[digest]}
        pairs = product(equal, dict.fromkeys(first.values()))
        yield from sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})


def _prove(near: dict[tuple[str, str], int], looks: Looks) -> dict[tuple[str, str], _Same]:
    """Those pairs within the distance whose pictures correlate, and are not equal altogether."""
    grey = {digest: grey_of(looks[digest][1]) for pair in near for digest in pair if digest in looks}
    same: dict[tuple[str, str], _Same] = {}
    for (first, second), bits in near.items():
        if first in looks and second in looks and looks[first][0] != looks[second][0]:
            proof = compare(grey[first], grey[second])
            if _proved(proof):
                same[first, second] = _Same(PairKind.NEAR, bits, proof.correlation)
    return same


def _proved(proof: Proof) -> bool:
    return proof.structured and proof.correlation >= MIN_CORRELATION


def _fingerprint_classes(once: pl.DataFrame) -> list[list[str]]:
    """Digests of pictures that may be equal in every pixel."""
    classes: dict[int, list[str]] = defaultdict(list)
    for digest, fingerprint in once.select("sha256", "fingerprint").drop_nulls().iter_rows():
        classes[fingerprint].append(digest)
    return [digests for digests in classes.values() if len(digests) > 1]


def _near(once: pl.DataFrame, distance: int) -> dict[tuple[str, str], int]:
    """Pairs of digests whose perceptual hashes are within the distance, with it."""
    # a picture without structure is never near another: leave it out before there are pairs of it
    structured = pl.col("spread").is_null() | (pl.col("spread") >= MIN_SPREAD)
    hashed = once.filter(pl.col("phash").is_not_null() & structured)
    digests = hashed["sha256"].to_list()
    first, second, bits = pairs_within(hashed["phash"].to_numpy(), distance)
    pairs = zip(first.tolist(), second.tolist(), bits.tolist(), strict=True)
    return {(digests[a], digests[b]): bit for a, b, bit in pairs}


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
