from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.similarity.bands import choose, crowding, cut, dealt
from holdfast.similarity.hamming import Pairs, pairs_within
from holdfast.similarity.search import Effort, Search

Triples = list[tuple[int, int, int]]


def brute_force(hashes: list[int], radius: int) -> Triples:
    pairs = ((i, j, (hashes[i] ^ hashes[j]).bit_count()) for i, j in combinations(range(len(hashes)), 2))
    return [pair for pair in pairs if pair[2] <= radius]


def triples(pairs: Pairs) -> Triples:
    return list(zip(pairs.first.tolist(), pairs.second.tolist(), pairs.distance.tolist(), strict=True))


def array(hashes: list[int]) -> np.ndarray:
    return np.array(hashes, dtype=np.uint64)


def clustered(count: int, seed: int, flips: int) -> np.ndarray:
    """Distinct hashes, most of them within some flips of another."""
    random = np.random.default_rng(seed)
    hashes = random.integers(0, 1 << 64, count // 8 + 1, dtype=np.uint64)[
        random.integers(0, count // 8 + 1, count)
    ]
    for _ in range(flips):
        hashes = hashes ^ (np.uint64(1) << random.integers(0, 64, count).astype(np.uint64))
    return np.unique(hashes)


def matrix_pairs(hashes: np.ndarray, radius: int) -> set[tuple[int, int]]:
    distances = np.bitwise_count(hashes[:, None] ^ hashes)
    return {(int(a), int(b)) for a, b in np.argwhere(distances <= radius) if a < b}


BASES = st.sampled_from([0, (1 << 64) - 1, 0x0123456789ABCDEF, 1 << 63])
FLIPS = st.lists(st.integers(0, 63), max_size=10)
HASHES = st.one_of(
    st.integers(0, (1 << 64) - 1),
    st.builds(lambda base, flips: base ^ sum(1 << bit for bit in set(flips)), BASES, FLIPS),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(HASHES, max_size=24), st.integers(0, 16))
def test_same_as_brute_force(hashes: list[int], radius: int) -> None:
    pairs = pairs_within(array(hashes), radius)
    assert triples(pairs) == brute_force(hashes, radius)
    assert pairs.complete


@settings(max_examples=200, deadline=None)
@given(st.lists(HASHES, max_size=24), st.integers(0, 16), st.integers(0, 24))
def test_known_hashes_are_not_compared_among_themselves(hashes: list[int], radius: int, known: int) -> None:
    known = min(known, len(hashes))
    expected = [pair for pair in brute_force(hashes, radius) if pair[1] >= known]
    assert triples(pairs_within(array(hashes), radius, known=known)) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 1000),
    st.integers(0, 10),
    st.integers(1, 10),
    st.integers(1, 14),
    st.integers(0, 6),
    st.booleans(),
)
def test_every_layout_finds_the_same(
    seed: int, radius: int, count: int, width: int, flips: int, some: bool
) -> None:
    """Bands of any number and width: crowded buckets, sparse ones, places and lookups."""
    hashes = clustered(150, seed, flips)
    asked = np.random.default_rng(seed).random(len(hashes)) < 0.2 if some else None
    expected = matrix_pairs(hashes, radius)
    if asked is not None:
        expected = {(a, b) for a, b in expected if asked[a] or asked[b]}
    width = min(width, 9) if radius > 5 else width
    found = Search(hashes, radius, asked, 1_000_000).found(
        cut(radius, min(count, radius + 1), width), Effort(2)
    )
    pairs = [(min(pair), max(pair)) for pair in zip(found.first.tolist(), found.second.tolist(), strict=True)]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected


@pytest.mark.parametrize("radius", [1, 4, 8, 10])
def test_as_many_as_are_searched_by_bands(radius: int) -> None:
    hashes = np.random.default_rng(radius).permutation(clustered(8000, radius, 3))
    pairs = pairs_within(hashes, radius)
    assert choose(len(hashes), radius, len(hashes)).bands
    assert set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == matrix_pairs(hashes, radius)
    assert np.array_equal(np.lexsort((pairs.second, pairs.first)), np.arange(len(pairs.first)))
    assert radius < 8 or pairs.compared < 8000 * 8000


@pytest.mark.parametrize("radius", [0, 4, 8])
def test_a_few_new_beside_many_known(radius: int) -> None:
    hashes = np.random.default_rng(2).permutation(clustered(9000, 2, 3))
    known = len(hashes) - 50
    every = pairs_within(hashes, radius)
    pairs = pairs_within(hashes, radius, known=known)
    assert triples(pairs) == [pair for pair in triples(every) if pair[1] >= known]
    assert pairs.compared < every.compared / 2 or radius == 0


@pytest.mark.parametrize("radius", [0, 1, 8, 16, 64])
def test_every_distance_and_many_equal(radius: int) -> None:
    hashes = [(1 << bits) - 1 for bits in range(65)] + [0] * 5 + [7] * 3
    assert triples(pairs_within(array(hashes), radius)) == brute_force(hashes, radius)


def test_equal_hashes_are_compared_once() -> None:
    hashes = clustered(3000, 5, 2)
    random = np.random.default_rng(5)
    twice = random.permutation(np.concatenate((hashes, hashes[:900])))
    assert pairs_within(twice, 4).compared == pairs_within(hashes, 4).compared


def test_none_and_one() -> None:
    assert triples(pairs_within(array([]), 8)) == []
    assert triples(pairs_within(array([5]), 8)) == []
    assert triples(pairs_within(array([5, 5]), 8, known=2)) == []


@pytest.mark.parametrize(
    "hashes",
    [
        np.full(5000, 7, np.uint64),
        np.repeat(np.array([1, 2, 4], np.uint64), 1500),
        np.arange(8192, dtype=np.uint64),
    ],
    ids=["equal", "groups", "near"],
)
def test_stops_at_the_limit_and_says_so(hashes: np.ndarray) -> None:
    pairs = pairs_within(hashes, 8, limit=1000)
    assert not pairs.complete
    assert len(pairs.first) == 1000
    assert len(set(triples(pairs))) == 1000
    assert np.array_equal(np.bitwise_count(hashes[pairs.first] ^ hashes[pairs.second]), pairs.distance)
    assert (pairs.distance <= 8).all()
    assert (pairs.first < pairs.second).all()


def test_just_the_limit_is_complete() -> None:
    hashes = np.full(20, 7, np.uint64)
    assert pairs_within(hashes, 8, limit=190).complete
    assert not pairs_within(hashes, 8, limit=189).complete


def test_threads_change_nothing() -> None:
    hashes = clustered(8000, 9, 4)
    one, three = (pairs_within(hashes, 8, effort=Effort(threads)) for threads in (1, 3))
    assert triples(one) == triples(three)
    assert one.compared == three.compared


def test_without_bands_where_they_do_not_pay() -> None:
    assert choose(1000, 8, 1000).bands == ()
    assert choose(1_000_000, 8, 1_000_000).bands
    for size in (10_000, 1_000_000, 10_000_000):
        seconds = [choose(size, radius, size).seconds for radius in (0, 2, 4, 8, 12, 16)]
        assert seconds == sorted(seconds)


@pytest.mark.parametrize("radius", range(17))
def test_bands_leave_no_pair_out_by_counting(radius: int) -> None:
    for count in range(1, min(radius + 1, 12) + 1):
        bands = cut(radius, count, 24)
        assert sum(band.flips + 1 for band in bands) == radius + 1
        edges = [(band.shift, band.shift + band.width) for band in bands]
        assert all(stop <= start for (_, stop), (start, _) in pairwise(edges))
        assert edges[-1][1] <= 64


@pytest.mark.parametrize("count", range(1, 18))
def test_dealing_keeps_distances_and_deals_neighbours_apart(count: int) -> None:
    hashes = clustered(300, count, 3)
    moved = dealt(hashes, count)
    assert np.array_equal(
        np.bitwise_count(moved[:, None] ^ moved), np.bitwise_count(hashes[:, None] ^ hashes)
    )
    places = np.log2(dealt(np.uint64(1) << np.arange(64, dtype=np.uint64), count).astype(float)).astype(int)
    assert sorted(places) == list(range(64))
    assert count == 1 or min(abs(np.diff(places))) >= 64 // count - 1


def test_bands_in_which_most_hashes_agree_are_not_used() -> None:
    random = np.random.default_rng(4)
    alike = random.integers(0, 1 << 20, 20_000, dtype=np.uint64) << np.uint64(44)
    assert crowding(cut(8, 4, 14), alike) > 20
    assert crowding(cut(8, 4, 14), random.integers(0, 1 << 64, 20_000, dtype=np.uint64)) < 2
    few = np.unique(alike)[:5000]
    pairs = pairs_within(few, 1)
    assert set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == matrix_pairs(few, 1)
