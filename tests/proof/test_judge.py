"""What two pictures are to each other: copies of all kinds, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from holdfast.dataset import COPIES
from holdfast.proof import SIDE, View, judge
from holdfast.proof.affine import ORIENTATIONS, Affine
from tests.proof.views import HEIGHT, WIDTH, drawn, rotated, rotation, saved, view

Change = Callable[[Image.Image], Image.Image]


def hue(image: Image.Image, by: int = 20) -> Image.Image:
    h, s, v = image.convert("HSV").split()
    return Image.merge("HSV", (h.point(lambda value: (value + by) % 256), s, v)).convert("RGB")


def swapped(image: Image.Image) -> Image.Image:
    return Image.merge("RGB", image.split()[::-1])


CHANGES: dict[str, tuple[str, Change]] = {
    "nothing": ("re-encoded", lambda image: image),
    "JPEG 60": ("re-encoded", lambda image: saved(image, 60)),
    "JPEG 30": ("re-encoded", lambda image: saved(image, 30)),
    "blurred": ("re-encoded", lambda image: image.filter(ImageFilter.GaussianBlur(1.5))),
    "half as large": ("resized", lambda image: image.resize((240, 180), Image.Resampling.LANCZOS)),
    "stretched to a square": ("resized", lambda image: image.resize((400, 400), Image.Resampling.BICUBIC)),
    "brighter": ("recoloured", lambda image: ImageEnhance.Brightness(image).enhance(1.2)),
    "darker": ("recoloured", lambda image: ImageEnhance.Brightness(image).enhance(0.7)),
    "contrast": ("recoloured", lambda image: ImageEnhance.Contrast(image).enhance(1.3)),
    "grey": ("recoloured", lambda image: image.convert("L").convert("RGB")),
    "channels swapped": ("recoloured", swapped),
    "another hue": ("recoloured", hue),
    "cropped by a tenth": ("cropped", lambda image: image.crop((24, 18, WIDTH - 24, HEIGHT - 18))),
    "a corner cropped": ("cropped", lambda image: image.crop((0, 0, WIDTH - 24, HEIGHT - 18))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_is_proved_both_ways(change: str) -> None:
    kind, changed = CHANGES[change]
    one, other = view(drawn(1)), view(changed(drawn(1)))
    for verdict in (judge(one, other), judge(other, one)):
        assert verdict.kind == kind
        assert verdict.correlation >= 0.99
        assert verdict.differing == 0
        assert (verdict.words == "none") == (kind != "cropped")


@pytest.mark.parametrize("change", CHANGES)
def test_another_picture_is_none_of_these(change: str) -> None:
    verdict = judge(view(drawn(1)), view(CHANGES[change][1](drawn(2))))
    assert verdict.kind is None


@pytest.mark.parametrize(
    ("seed", "quality", "order"),
    [(1, 75, (0, 2, 1)), (5, 75, (1, 2, 0)), (12, 70, (0, 2, 1)), (4, 80, (0, 2, 1))],
)
def test_a_tiny_copy_with_swapped_channels(seed: int, quality: int, order: tuple[int, ...]) -> None:
    tiny, other = (
        saved(drawn(one).resize((32, 32), Image.Resampling.BOX), quality) for one in (seed, seed + 20)
    )
    channels = tiny.split()
    twin = saved(Image.merge("RGB", [channels[number] for number in order]), quality)
    assert judge(view(tiny), view(twin)).kind == "recoloured"
    assert judge(view(other), view(twin)).kind not in COPIES


def test_a_crop_says_how_much_is_left() -> None:
    cut = drawn(3).crop((24, 18, WIDTH - 24, HEIGHT - 18))
    verdict = judge(view(drawn(3)), view(cut))
    assert verdict.overlap == pytest.approx(0.81, abs=0.02)
    assert verdict.words == "scaled 1.11"
    corner = verdict.transform @ (
        24 / WIDTH,
        18 / HEIGHT,
        1,
    )  # of the first picture: the corner of the second
    assert corner == pytest.approx([0, 0], abs=0.01)


TURNS = {
    "mirrored": Image.Transpose.FLIP_LEFT_RIGHT,
    "mirrored top to bottom": Image.Transpose.FLIP_TOP_BOTTOM,
    "turned 90°": Image.Transpose.ROTATE_270,  # Pillow turns the other way round
    "turned 180°": Image.Transpose.ROTATE_180,
    "turned 270°": Image.Transpose.ROTATE_90,
    "mirrored and turned 90°": Image.Transpose.TRANSPOSE,
    "mirrored and turned 270°": Image.Transpose.TRANSVERSE,
}


@pytest.mark.parametrize("words", TURNS)
def test_of_the_orientations_one_fits(words: str) -> None:
    one, other = view(drawn(4)), view(saved(drawn(4).transpose(TURNS[words]), 70))
    verdicts = [judge(one, other, start) for start in ORIENTATIONS]
    proved = [(verdict.kind, verdict.words) for verdict in verdicts if verdict.kind in COPIES]
    assert proved == [("rotated/flipped", words)]


def test_turned_and_recoloured_is_augmented() -> None:
    turned = swapped(drawn(4).transpose(Image.Transpose.ROTATE_180))
    verdicts = [judge(view(drawn(4)), view(turned), start) for start in ORIENTATIONS]
    assert [verdict.kind for verdict in verdicts if verdict.kind in COPIES] == ["augmented"]


@pytest.mark.parametrize("fill", [(0, 0, 0), (114, 114, 114), (255, 255, 255)])
@pytest.mark.parametrize("degrees", [8, -14])
def test_rotated_with_empty_corners(degrees: float, fill: tuple[int, int, int]) -> None:
    start = rotation(degrees + 1, WIDTH / HEIGHT)  # a degree off, as a guess may be
    verdict = judge(view(drawn(5)), view(rotated(drawn(5), degrees, fill)), start)
    assert verdict.kind == "augmented"
    assert verdict.words == f"rotated {degrees:.1f}°"
    assert verdict.overlap == pytest.approx(0.92 if degrees == 8 else 0.86, abs=0.03)


@pytest.mark.parametrize(("seed", "levels"), [(1, 100), (3, 80), (5, 100)])
def test_rotated_with_other_hues_and_half_of_it_black(seed: int, levels: int) -> None:
    """Where the picture is black as its empty corners, nobody sees where they end."""
    light = hue(drawn(seed), 180).point(lambda value: min(255, value + levels))
    dark = hue(rotated(drawn(seed), 8), 100).point(lambda value: max(0, value - levels))
    other = hue(rotated(drawn(seed + 1), 8), 100).point(lambda value: max(0, value - levels))
    start = rotation(8, WIDTH / HEIGHT)
    assert judge(view(light), view(dark), start).kind == "augmented"
    assert judge(view(light), view(other), start).kind is None


@pytest.mark.parametrize(("seed", "more", "share"), [(1, 140, 0.7), (6, 180, 1.0)])
def test_levels_that_were_evened_out(seed: int, more: int, share: float) -> None:
    red, *others = drawn(seed).split()
    light = Image.merge("RGB", (red, *(one.point(lambda value: min(255, value + more)) for one in others)))
    verdict = judge(view(light), view(Image.blend(light, ImageOps.equalize(light), share)))
    assert verdict.kind == "recoloured"
    assert verdict.correlation >= 0.99


@pytest.mark.parametrize("grey", [0, 114, 255])
def test_a_letterbox_is_no_part_of_the_picture(grey: int) -> None:
    box = Image.new("RGB", (WIDTH, WIDTH), (grey, grey, grey))
    box.paste(drawn(6), (0, (WIDTH - HEIGHT) // 2))
    start = np.array([[1, 0, 0], [0, HEIGHT / WIDTH, (1 - HEIGHT / WIDTH) / 2]])
    verdict = judge(view(drawn(6)), view(box), start)
    assert verdict.kind == "cropped"
    assert verdict.words == "scaled 1.00 x 0.75"
    box.paste(drawn(7), (0, (WIDTH - HEIGHT) // 2))
    assert judge(view(drawn(6)), view(box), start).kind is None  # the frame alone proves nothing


@pytest.mark.parametrize("size", [3, 5, 10, 20])
@pytest.mark.parametrize("change", ["nothing", "JPEG 60", "brighter", "half as large"])
def test_a_moved_object_is_the_same_scene(size: int, change: str) -> None:
    """`size`: of the object, in percent of the width."""
    side = WIDTH * size // 100
    thing = Image.new("RGB", (side, side), (230, 40, 30))
    before, after = drawn(8), drawn(8)
    before.paste(thing, (60, 80))
    after.paste(thing, (300, 210))
    verdict = judge(view(before), view(CHANGES[change][1](after)))
    assert verdict.kind == "same scene"
    assert 0 < verdict.differing < 0.2
    places = np.argwhere(verdict.parts >= 1.2) / len(verdict.parts)
    middles = np.array([[80 / HEIGHT, 60 / WIDTH], [210 / HEIGHT, 300 / WIDTH]]) + side / 2 / WIDTH
    far = np.abs(places[:, None] - middles).max(axis=2).min(axis=1)
    assert np.mean(far <= size / 100 + 0.07) > 0.9  # what differs lies where the thing was or is


def test_one_form_with_other_text() -> None:
    forms = []
    for seed in (1, 2):
        form = Image.new("RGB", (WIDTH, HEIGHT), "white")
        for line in range(20, HEIGHT - 10, 24):
            form.paste((40, 40, 40), (20, line, WIDTH - 20, line + 2))
        random = np.random.default_rng(seed)
        for line in range(26, HEIGHT - 60, 48):
            for x in range(40, 300, 12):
                wide, high = int(random.integers(2, 9)), int(random.integers(4, 14))
                form.paste((20, 20, 60), (x, line, x + wide, line + high))
        forms.append(form)
    assert judge(view(forms[0]), view(saved(forms[0], 60))).kind == "re-encoded"
    assert judge(view(forms[0]), view(saved(forms[1], 60))).kind in ("same scene", None)


BLANK = [Image.new("RGB", (WIDTH, HEIGHT), colour) for colour in ("white", "black", "blue", (255, 255, 254))]


@pytest.mark.parametrize("first", BLANK)
@pytest.mark.parametrize("second", [*BLANK, drawn(9)])
def test_what_has_no_structure_proves_nothing(first: Image.Image, second: Image.Image) -> None:
    for start in (None, *ORIENTATIONS):
        assert judge(view(first), view(second), start).kind is None


def test_two_gradients_across_each_other() -> None:
    down = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    across = Image.linear_gradient("L").rotate(90).resize((WIDTH, HEIGHT))
    assert judge(view(down), view(across)).kind is None
    assert judge(view(down), view(Image.radial_gradient("L").resize((WIDTH, HEIGHT)))).kind is None


SIZES = [(1, 300), (300, 1), (1, 1), (10, 20), (20, 10), (50, 2500), (2500, 50)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("other", SIZES)
def test_black_pictures_of_odd_shapes(size: tuple[int, int], other: tuple[int, int]) -> None:
    assert judge(view(Image.new("RGB", size)), view(Image.new("RGB", other))).kind is None


def test_a_very_wide_picture() -> None:
    wide, another = drawn(10, 2500, 50), drawn(11, 2500, 50)
    assert judge(view(wide), view(saved(wide, 80))).kind == "re-encoded"
    assert judge(view(wide), view(another)).kind is None


NUMBERS = st.floats(-5, 5) | st.sampled_from([0.0, 1.0, -1.0, 1e-300, 1e300, float("inf"), float("nan")])
STARTS = st.none() | st.sampled_from(ORIENTATIONS) | st.lists(NUMBERS, min_size=6, max_size=6).map(
    lambda six: np.array(six).reshape(2, 3)
)  # fmt: skip


@st.composite
def views(draw: st.DrawFn) -> View:
    """Any pixels: noise, one value, two values, stripes, half of one and half of another."""
    random = np.random.default_rng(draw(st.integers(0, 50)))
    values = draw(st.sampled_from([(0, 256), (7, 8), (0, 2), (254, 256), (100, 104)]))
    shape = draw(st.sampled_from([(SIDE, SIDE, 3), (SIDE, 1, 1), (1, SIDE, 1), (1, 1, 3), (SIDE, SIDE, 1)]))
    pixels = np.broadcast_to(random.integers(*values, shape), (SIDE, SIDE, 3)).astype(np.uint8)
    if draw(st.booleans()):
        pixels[: draw(st.integers(0, SIDE)), :] = draw(st.integers(0, 255))
    sides = st.integers(1, 70_000)
    return View(pixels, draw(sides), draw(sides))


@settings(max_examples=60, deadline=None)
@given(views(), views(), STARTS)
def test_any_pixels_and_any_start_have_a_verdict(first: View, second: View, start: Affine | None) -> None:
    verdict = judge(first, second, start)
    for figure in (verdict.correlation, verdict.differing, verdict.overlap):
        assert -1.001 <= figure <= 1.001
    assert "\n" not in verdict.words


@pytest.mark.parametrize(
    "start",
    [np.zeros((2, 3)), np.array([[1.0, 1, 0], [1, 1, 0]]), np.full((2, 3), np.nan), np.eye(2, 3) * 1e300],
    ids=["nothing", "a line", "no numbers", "huge"],
)
def test_a_start_that_leads_nowhere_proves_nothing(start: Affine) -> None:
    verdict = judge(view(drawn(1)), view(drawn(1)), start)
    assert (verdict.kind, verdict.overlap, verdict.words) == (None, 0, "none")
