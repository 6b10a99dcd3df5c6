from __future__ import annotations

import numpy as np
import pytest

from holdfast.similarity.proof import compare, correlations

SIDE = 64
NOISE = np.random.default_rng(1).integers(0, 255, (SIDE, SIDE), dtype=np.uint8)
FLAT = np.full((SIDE, SIDE), 200, dtype=np.uint8)


@pytest.mark.parametrize(
    ("other", "correlation"), [(NOISE, 1.0), (255 - NOISE, -1.0), (NOISE // 2 + 40, 1.0)]
)
def test_correlation(other: np.ndarray, correlation: float) -> None:
    proof = compare(NOISE, other)
    assert proof.structured
    assert proof.correlation == pytest.approx(correlation, abs=0.001)


@pytest.mark.parametrize("other", [FLAT, NOISE])
def test_a_flat_picture_proves_nothing(other: np.ndarray) -> None:
    assert not compare(FLAT, other).structured
    assert not compare(other, FLAT).structured


def test_many_pairs_are_compared_as_one_is() -> None:
    random = np.random.default_rng(2)
    first = random.integers(0, 256, (100, 400), dtype=np.uint8)
    second = np.where(random.random((100, 400)) < 0.3, first, random.integers(0, 256, (100, 400))).astype(
        np.uint8
    )
    second[::9] = 7
    proofs = correlations(first, second)
    for a, b, correlation, structured in zip(
        first, second, *(proofs.correlation, proofs.structured), strict=True
    ):
        proof = compare(a, b)
        assert (proof.correlation, proof.structured) == (correlation, structured)
    assert not proofs.structured[::9].any()
    assert np.array_equal(correlations(first[50:], second[50:]).correlation, proofs.correlation[50:])


def test_the_correlation_is_that_of_statistics() -> None:
    random = np.random.default_rng(3)
    first, second = random.integers(0, 256, (2, 20, 400), dtype=np.uint8)
    expected = [np.corrcoef(a, b)[0, 1] for a, b in zip(first, second, strict=True)]
    assert correlations(first, second).correlation == pytest.approx(expected, abs=0.0001)


def test_no_pairs_no_proofs() -> None:
    none = np.empty((0, SIDE * SIDE), np.uint8)
    assert len(correlations(none, none).correlation) == 0
