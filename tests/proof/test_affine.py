"""Maps between pictures: their ways back, the eight orientations, what is said of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from holdfast.proof.affine import (
    IDENTITY,
    ORIENTATIONS,
    Affine,
    after,
    inside,
    inverse,
    parts_of,
    turned,
    warped,
)
from tests.proof.views import drawn, rotation

TRANSPOSED = (None, *Image.Transpose)
MAPS = st.tuples(*[st.floats(-2, 2)] * 6).map(lambda six: np.array(six).reshape(2, 3)).filter(
    lambda affine: abs(np.linalg.det(affine[:, :2])) > 0.05
)  # fmt: skip
POINTS = np.random.default_rng(0).uniform(-1, 2, (20, 2))


def moved(affine: Affine, points: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = POINTS) -> object:
    return pytest.approx(points @ affine[:, :2].T + affine[:, 2], abs=1e-6)


@given(MAPS, MAPS)
def test_one_after_the_other(first: Affine, second: Affine) -> None:
    once = POINTS @ first[:, :2].T + first[:, 2]
    assert once @ second[:, :2].T + second[:, 2] == moved(after(second, first))


@given(MAPS)
def test_there_and_back(affine: Affine) -> None:
    assert moved(after(inverse(affine), affine)) == POINTS
    assert moved(after(affine, inverse(affine))) == POINTS


def test_the_eight_orientations_are_those_of_pillow() -> None:
    image = drawn(1, 64, 64)
    plane = np.asarray(image, np.float32)
    made = [turned(plane, orientation) for orientation in ORIENTATIONS]
    wanted = [np.asarray(image if turn is None else image.transpose(turn), np.float32) for turn in TRANSPOSED]
    assert len({one.tobytes() for one in made if one is not None}) == 8
    for one in made:
        assert one is not None
        assert any(np.array_equal(one, other) for other in wanted)
    for one, orientation in zip(made, ORIENTATIONS, strict=True):
        assert one is not None
        assert np.abs(warped(plane, inverse(orientation)) - one).max() < 0.01  # both say the same


@given(MAPS)
@settings(max_examples=30)
def test_no_other_map_is_an_orientation(affine: Affine) -> None:
    exact = any(np.array_equal(affine, orientation) for orientation in ORIENTATIONS)
    assert (turned(np.zeros((8, 8), np.float32), affine) is not None) == exact


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ORIENTATIONS), st.floats(-20, 20), st.floats(0.7, 1.4), st.floats(-0.2, 0.2),
    st.floats(0.3, 3),
)  # fmt: skip
def test_a_map_is_taken_apart(
    orientation: Affine, degrees: float, scale: float, shift: float, aspect: float
) -> None:
    half = np.array([0.5, 0.5])
    scaled = np.column_stack([np.eye(2) * scale, half - half * scale + (shift, 0)])
    affine = after(scaled, after(rotation(degrees, aspect), orientation))
    parts = parts_of(affine, aspect)
    if not 0.6 < aspect < 1.6:
        return  # far from a square a rotation may look like another orientation: any words will do
    assert parts.turn == parts_of(orientation, aspect).turn
    assert parts.angle == pytest.approx(degrees, abs=1e-6)
    assert parts.scale == pytest.approx((scale, scale))
    assert parts.skew == pytest.approx(0, abs=1e-9)
    assert parts.shift == pytest.approx((shift, 0), abs=1e-9)


def test_words() -> None:
    assert parts_of(IDENTITY, 1.5).words == "none"
    assert parts_of(rotation(7.3, 1.5), 1.5).words == "rotated 7.3°"
    sheared = np.array([[1, 0.2, -0.1], [0, 1, 0]])
    assert "skewed" in parts_of(sheared, 1.0).words
    moved_on = np.array([[1, 0, 0.03], [0, 1, -0.01]])
    assert parts_of(moved_on, 1.0).words == "shifted 3 %, -1 %"


@settings(max_examples=40, deadline=None)
@given(MAPS)
def test_what_is_inside_is_where_the_other_picture_is(affine: Affine) -> None:
    covered = warped(np.full((64, 64), 255, np.float32), affine)
    assert (covered[inside(affine, 64, 1)] > 254).all()
    assert (covered[~inside(affine, 64, -1)] < 1).all()
