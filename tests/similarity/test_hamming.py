from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.similarity.hamming import pairs_within


def brute_force(hashes: list[int], radius: int) -> list[tuple[int, int, int]]:
    pairs = ((i, j, (hashes[i] ^ hashes[j]).bit_count()) for i, j in combinations(range(len(hashes)), 2))
    return [pair for pair in pairs if pair[2] <= radius]


def found(hashes: list[int], radius: int) -> list[tuple[int, int, int]]:
    first, second, distance = pairs_within(np.array(hashes, dtype=np.uint64), radius)
    return list(zip(first.tolist(), second.tolist(), distance.tolist(), strict=True))


BASES = st.sampled_from([0, (1 << 64) - 1, 0x0123456789ABCDEF, 1 << 63])
FLIPS = st.lists(st.integers(0, 63), max_size=10)
HASHES = st.one_of(
    st.integers(0, (1 << 64) - 1),
    st.builds(lambda base, flips: base ^ sum(1 << bit for bit in set(flips)), BASES, FLIPS),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(HASHES, max_size=24), st.integers(0, 16))
def test_same_as_brute_force(hashes: list[int], radius: int) -> None:
    assert found(hashes, radius) == brute_force(hashes, radius)


@pytest.mark.parametrize("radius", [0, 1, 8, 16, 64])
def test_every_distance_and_many_equal(radius: int) -> None:
    hashes = [(1 << bits) - 1 for bits in range(65)] + [0] * 5 + [7] * 3
    assert found(hashes, radius) == brute_force(hashes, radius)


def test_more_than_one_block() -> None:
    random = np.random.default_rng(1)
    hashes = random.integers(0, 1 << 64, 2500, dtype=np.uint64).tolist()
    hashes += [hashes[3] ^ 1, hashes[2400] ^ 6, hashes[0]]
    assert found(hashes, 3) == [(0, 2502, 0), (3, 2500, 1), (2400, 2501, 2)]
