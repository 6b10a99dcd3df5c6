"""The parts of the picture that `holdfast explain A B` draws."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from holdfast.explain.canvas import SIDE, Panel, aligned, fitted, heat, sheet
from holdfast.explain.differences import differences
from holdfast.explain.orientations import nearest
from holdfast.explain.regions import MOST, Box, boxes_of
from tests.trees import picture

IDENTITY = np.array([[1.0, 0, 0], [0, 1.0, 0]])


def grey(image: Image.Image) -> bytes:
    return image.convert("L").resize((32, 32), Image.Resampling.LANCZOS).tobytes()


@pytest.mark.parametrize(
    ("turn", "name"),
    [
        (None, "as displayed"),
        (Image.Transpose.ROTATE_270, "turned 270°"),
        (Image.Transpose.ROTATE_180, "turned 180°"),
        (Image.Transpose.ROTATE_90, "turned 90°"),
        (Image.Transpose.FLIP_LEFT_RIGHT, "mirrored"),
    ],
)
def test_the_nearest_orientation_says_how_the_second_is_turned_to_lie_on_the_first(
    turn: Image.Transpose | None, name: str
) -> None:
    """Pillow turns anticlockwise: what it turned by 90° lies on the first once it is turned clockwise."""
    first = picture(11, 96, 96)
    second = first if turn is None else first.transpose(turn)
    found = nearest(grey(first), grey(second))
    assert (found.distance, found.orientation) == (0, name)
    laid = np.asarray(aligned(second, first.size, found.affine)).astype(int)
    assert np.abs(laid - np.asarray(first)).max() == 0


def test_boxes_are_around_regions_largest_first() -> None:
    differing = np.zeros((100, 200), np.bool_)
    differing[10:20, 20:30] = True
    differing[60:90, 100:160] = True
    assert boxes_of(differing) == [Box(0.5, 0.6, 0.8, 0.9), Box(0.1, 0.1, 0.15, 0.2)]
    assert boxes_of(differing)[0].pixels(400, 300) == (200, 180, 320, 270)
    assert boxes_of(np.zeros((4, 4), np.bool_)) == []
    rows, columns = np.indices((40, 40))
    assert len(boxes_of((rows % 4 == 0) & (columns % 4 == 0))) == MOST


def test_the_second_is_laid_onto_the_first() -> None:
    first = picture(5, 300, 200)
    second = first.crop((60, 50, 240, 150))
    affine = np.array([[300 / 180, 0, -60 / 180], [0, 2.0, -0.5]])
    laid = np.asarray(aligned(second, first.size, affine)).astype(int)
    shown = np.asarray(first).astype(int)
    assert np.abs(laid[52:148, 62:238] - shown[52:148, 62:238]).max() <= 2
    assert (laid[:48] == 128).all()
    assert (laid[:, :58] == 128).all()


def test_differences_are_found_where_they_are_and_brightness_is_none() -> None:
    first = np.asarray(picture(6, 256, 256))
    changed = (first * 0.6 + 40).astype(np.uint8)
    changed[100:140, 30:60] = changed[100:140, 30:60, ::-1] ^ 255
    amount, common = differences(first, changed, IDENTITY)
    assert common.all()
    assert amount[105:135, 35:55].mean() > 0.2
    outside = amount.copy()
    outside[95:145, 25:65] = 0
    assert outside.max() < 0.2


def test_what_lies_outside_is_no_difference() -> None:
    first = np.asarray(picture(6, 64, 64))
    amount, common = differences(first, first, np.array([[1.0, 0, 0.5], [0, 1.0, 0]]))
    assert common[:, :32].all()
    assert not common[:, 33:].any()
    assert not amount[~common].any()
    nothing = differences(first, first, np.array([[1.0, 0, 5.0], [0, 1.0, 0]]))
    assert not nothing.common.any()


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (2000, 10), (32, 32), (5000, 4000)])
def test_panels_of_any_shape_fit(size: tuple[int, int]) -> None:
    shown = fitted(Image.new("RGB", size))
    assert max(shown.size) <= SIDE
    assert min(shown.size) >= 1


def test_a_sheet_holds_four_panels_and_their_captions_whatever_they_say() -> None:
    panels = [
        Panel(fitted(picture(n, 90, 60)), ["\u202ename", "日本語 " * 90, ""], [Box(0, 0, 1e-9, 1)])
        for n in range(4)
    ]
    drawn = sheet(panels, ["verdict"])
    assert drawn.width == 2 * SIDE + 36
    assert drawn.height < 1100


def test_heat_is_dark_where_nothing_differs_and_grey_where_nothing_is_common() -> None:
    amount = np.array([[0.0, 1.0], [0.0, 0.0]])
    common = np.array([[True, True], [False, True]])
    drawn = np.asarray(heat(amount, common, (2, 2)))
    assert drawn[0, 0].tolist() == [0, 0, 0]
    assert drawn[0, 1].tolist() == [255, 255, 255]
    assert drawn[1, 0].tolist() == [128, 128, 128]
