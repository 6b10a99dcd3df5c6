"""From facts to proved pairs: candidates by digest, fingerprint and hash, then the pictures themselves."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import polars as pl

from holdfast.dataset import PAIRS, Dataset, PairKind, schema
from holdfast.facts.scan import Scanner
from holdfast.similarity.groups import components
from holdfast.similarity.hamming import pairs_within
from holdfast.similarity.proof import Proof, compare, grey_of

MIN_CORRELATION = 0.95
"""Correlation from which two pictures are the same: measured on public sets, see docs/detection.md."""
_ALL_PAIRS = 64
"""Larger sets of equal images give a star of pairs with their first, not every pair."""


@dataclass(frozen=True, slots=True)
class _Pair:
    first: int
    second: int
    kind: PairKind
    distance: int
    correlation: float


def find_pairs(dataset: Dataset, distance: int | None, scanner: Scanner) -> Dataset:
    """The dataset with its table of proved pairs.

    Equal bytes and equal pictures always; with a `distance`, also pairs whose perceptual hashes
    differ in at most so many bits and whose pictures correlate at MIN_CORRELATION or more.
    `images` must hold the facts sha256 and fingerprint, and phash where there is a distance.
    """
    images = dataset.images.filter(pl.col("sha256").is_not_null())
    pairs = {(pair.first, pair.second): pair for pair in _equal_bytes(images)}
    candidates = [place for place in _candidates(images, distance) if place[:2] not in pairs]
    rows = images.select("path", "sha256").rows()
    wanted = {rows[place][1]: rows[place][0] for a, b, _ in candidates for place in (a, b)}
    looks = scanner.looks(wanted)
    grey = {digest: grey_of(colour) for digest, (_, colour) in looks.items()}
    for a, b, bits in candidates:
        first, second = rows[a][1], rows[b][1]
        if first not in looks or second not in looks:
            continue
        if looks[first][0] == looks[second][0]:
            pairs[a, b] = _Pair(a, b, PairKind.PICTURE, 0, 1.0)
        elif bits is not None:
            proof = compare(grey[first], grey[second])
            if _proved(proof):
                pairs[a, b] = _Pair(a, b, PairKind.NEAR, bits, proof.correlation)
    return replace(dataset, pairs=_table(images, [pairs[place] for place in sorted(pairs)]))


def _proved(proof: Proof) -> bool:
    return proof.structured and proof.correlation >= MIN_CORRELATION


def _equal_bytes(images: pl.DataFrame) -> Iterator[_Pair]:
    for members in _classes(images["sha256"].to_list()):
        for a, b in _within(members):
            yield _Pair(a, b, PairKind.BYTES, 0, 1.0)


def _candidates(images: pl.DataFrame, distance: int | None) -> list[tuple[int, int, int | None]]:
    """Pairs to look at: equal fingerprints (no distance known), and near hashes with their distance."""
    found: dict[tuple[int, int], int | None] = {}
    fingerprints = images["fingerprint"].to_list()
    for members in _classes(fingerprints):
        found |= dict.fromkeys(_within(members))
    if distance is not None:
        hashed = images.with_row_index("place").filter(pl.col("phash").is_not_null())
        places = hashed["place"].to_list()
        first, second, bits = pairs_within(hashed["phash"].to_numpy(), distance)
        for a, b, bit in zip(first.tolist(), second.tolist(), bits.tolist(), strict=True):
            found[places[a], places[b]] = bit
    return [(a, b, bits) for (a, b), bits in sorted(found.items())]


def _classes(values: list[str] | list[int | None]) -> Iterator[list[int]]:
    """Places with equal values, two or more; None equals nothing."""
    places: dict[object, list[int]] = defaultdict(list)
    for place, value in enumerate(values):
        if value is not None:
            places[value].append(place)
    yield from (members for members in places.values() if len(members) > 1)


def _within(members: list[int]) -> Iterator[tuple[int, int]]:
    if len(members) <= _ALL_PAIRS:
        yield from combinations(members, 2)
    else:
        yield from ((members[0], other) for other in members[1:])


def _table(images: pl.DataFrame, pairs: list[_Pair]) -> pl.DataFrame:
    rows = images.select("path", "unit", "split", "source").rows()
    group = components((rows[pair.first][0], rows[pair.second][0]) for pair in pairs)
    records = []
    for pair in pairs:
        (path, unit, split, source), (other, other_unit, other_split, other_source) = (
            rows[pair.first], rows[pair.second]
        )  # fmt: skip
        same = source == other_source and _exported(path) and _exported(other)
        place = (path, other, unit, other_unit, split, other_split)
        name = hashlib.sha256(group[path].encode()).hexdigest()[:12]
        records.append((*place, str(pair.kind), pair.distance, pair.correlation, same, name))
    return pl.DataFrame(records, schema=schema(PAIRS), orient="row")


def _exported(path: str) -> bool:
    return ".rf." in path.rpartition("/")[2]
