from __future__ import annotations

import numpy as np
import pytest

from holdfast.similarity.proof import SIDE, compare, grey_of

NOISE = np.random.default_rng(1).integers(0, 255, (SIDE, SIDE, 3), dtype=np.uint8)
FLAT = np.full((SIDE, SIDE, 3), 200, dtype=np.uint8)


def grey(pixels: np.ndarray) -> np.ndarray:
    return grey_of(pixels.tobytes())


def test_grey_is_the_luma_of_the_standard() -> None:
    assert grey(np.full((SIDE, SIDE, 3), (255, 0, 0), dtype=np.uint8))[0, 0] == pytest.approx(76.245)


@pytest.mark.parametrize(
    ("other", "correlation"), [(NOISE, 1.0), (255 - NOISE, -1.0), (NOISE // 2 + 40, 1.0)]
)
def test_correlation(other: np.ndarray, correlation: float) -> None:
    proof = compare(grey(NOISE), grey(other))
    assert proof.structured
    assert proof.correlation == pytest.approx(correlation, abs=0.001)


@pytest.mark.parametrize("other", [FLAT, NOISE])
def test_a_flat_picture_proves_nothing(other: np.ndarray) -> None:
    assert not compare(grey(FLAT), grey(other)).structured
    assert not compare(grey(other), grey(FLAT)).structured
