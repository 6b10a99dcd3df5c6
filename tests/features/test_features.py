"""Local features: turned, cropped and cut pictures are found, with the map from one to the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from holdfast.features import SIDE, extract, similar
from holdfast.features.packed import MOST, RECORD

LARGE = 400


def drawn(seed: int) -> Image.Image:
    """A picture of its own: discs, boxes and lines of all greys."""
    random = np.random.default_rng(seed)
    image = Image.new("L", (LARGE, LARGE), int(random.integers(60, 200)))
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, size = random.integers(0, LARGE), random.integers(0, LARGE), random.integers(10, 70)
        box = (int(x), int(y), int(x + size), int(y + size * random.uniform(0.4, 1.6)))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape(box, fill=int(random.integers(0, 256)))
    return image


def moved(image: Image.Image, forward: NDArray[np.float64]) -> Image.Image:
    """The picture with each place moved by a 2 x 3 matrix over fractions of the sides; black beyond."""
    whole = np.vstack([forward, [0, 0, 1]])
    scale = np.diag([image.width, image.height, 1.0])
    back = scale @ np.linalg.inv(whole) @ np.linalg.inv(scale)
    return image.transform(
        image.size, Image.Transform.AFFINE, tuple(back[:2].ravel()), Image.Resampling.BICUBIC
    )


def around_centre(matrix: list[list[float]], shift: tuple[float, float] = (0, 0)) -> NDArray[np.float64]:
    linear = np.array(matrix)
    half = np.array([0.5, 0.5])
    return np.column_stack([linear, half - linear @ half + shift])


def turn(degrees: float) -> list[list[float]]:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return [[cos, -sin], [sin, cos]]


def small(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))


MOVES = {
    "none": around_centre([[1, 0], [0, 1]]),
    "turned 12 degrees": around_centre(turn(12)),
    "turned 90 degrees": around_centre(turn(90)),
    "turned 180 degrees": around_centre(turn(180)),
    "mirrored": around_centre([[-1, 0], [0, 1]]),
    "mirrored and turned": around_centre((np.array(turn(-8)) @ [[-1, 0], [0, 1]]).tolist()),
    "cropped": around_centre([[1.22, 0], [0, 1.22]], (0.06, -0.05)),
    "in a border": around_centre([[0.78, 0], [0, 0.78]], (0.05, 0.02)),
    "sheared": around_centre([[1, 0.15], [0.05, 1]]),
    "stretched": around_centre([[1.15, 0], [0, 0.95]]),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_copy_is_found_among_others_with_its_map(move: str) -> None:
    others = [small(drawn(seed)) for seed in range(1, 21)]
    found = similar(extract([small(drawn(0)), *others, small(moved(drawn(0), MOVES[move]))]))
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 21)]
    corners = np.array([[0.2, 0.2, 1], [0.8, 0.2, 1], [0.2, 0.8, 1], [0.8, 0.8, 1]])
    assert np.abs(corners @ (found.transforms[0] - MOVES[move]).T).max() < 0.04
    assert found.score[0] >= 5
    assert found.complete


def test_the_map_leads_from_the_first_to_the_second_in_either_order() -> None:
    pictures = [small(drawn(0)), small(moved(drawn(0), MOVES["cropped"]))]
    there, back = similar(extract(pictures)), similar(extract(pictures[::-1]))
    product = np.vstack([there.transforms[0], [0, 0, 1]]) @ np.vstack([back.transforms[0], [0, 0, 1]])
    assert np.abs(product - np.eye(3)).max() < 0.08


def test_changed_light_noise_and_missing_parts_are_survived() -> None:
    random = np.random.default_rng(5)
    plain = np.asarray(drawn(0)).astype(np.float64)
    dark = plain * 0.6 + 20
    noisy = plain + random.normal(0, 12, plain.shape)
    cut = plain.copy()
    for x, y in ((40, 60), (200, 250), (300, 100)):
        cut[y : y + 60, x : x + 60] = 0
    changed = [Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)) for values in (dark, noisy, cut)]
    found = similar(extract([small(image) for image in (drawn(0), *changed)]))
    assert {(0, 1), (0, 2), (0, 3)} <= set(zip(found.first.tolist(), found.second.tolist(), strict=True))


def test_few_unlike_pictures_are_found() -> None:
    found = similar(extract([small(drawn(seed)) for seed in range(60)]))
    assert len(found.first) < 60 * 59 / 2 / 200


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_blank_picture_has_no_features(grey: int) -> None:
    blank = np.full((SIDE, SIDE), grey, np.uint8)
    assert extract([blank, blank]) == [b"", b""]
    assert len(similar([b"", b""]).first) == 0


def test_features_are_few_bytes_and_do_not_depend_on_the_company() -> None:
    pictures = [small(drawn(seed)) for seed in range(11)]
    together = extract(pictures)
    assert together == [extract([picture])[0] for picture in pictures]
    assert all(0 < len(blob) <= 5 + MOST * RECORD.itemsize for blob in together)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=2_000), max_size=6))
def test_bytes_of_any_kind_raise_nothing(blobs: list[bytes]) -> None:
    found = similar(blobs)
    assert (found.first < found.second).all()
    assert np.isfinite(found.transforms).all()


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=12, max_size=1_000))
def test_the_same_bytes_many_times_raise_nothing(blob: bytes) -> None:
    found = similar([blob] * 5)
    assert np.isfinite(found.transforms).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_noise_raises_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    pictures = [random.integers(0, 256, (SIDE, SIDE)).astype(np.uint8) for _ in range(3)]
    assert len(similar(extract(pictures)).first) == 0


def test_no_pictures() -> None:
    assert extract([]) == []
    assert len(similar([]).first) == 0


def test_a_fixed_camera_is_compared_completely() -> None:
    random = np.random.default_rng(3)
    scene = np.asarray(drawn(0)).astype(np.float64)
    frames = [scene + random.normal(0, 3, scene.shape) for _ in range(60)]
    pictures = [small(Image.fromarray(np.clip(frame, 0, 255).astype(np.uint8))) for frame in frames]
    found = similar(extract(pictures))
    assert found.complete
    assert len(found.first) > 0.95 * 60 * 59 / 2
