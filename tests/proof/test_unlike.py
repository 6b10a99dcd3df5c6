"""What only looks like a copy: one thing is another, where it is hard to see."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from holdfast.dataset import COPIES
from holdfast.proof import judge
from tests.proof.test_judge import CHANGES, hue
from tests.proof.views import HEIGHT, WIDTH, drawn, rotated, rotation, view


def form(entries: int) -> Image.Image:
    """A printed form, the same for all, filled in."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (250, 250, 245))
    draw = ImageDraw.Draw(image)
    random = np.random.default_rng(entries)
    draw.rectangle((60, 30, 250, 60), fill=(40, 60, 120))
    draw.ellipse((330, 20, 410, 64), fill=(200, 60, 40))
    for row in range(80, HEIGHT - 60, 60):
        draw.rectangle((30, row, WIDTH - 30, row + 56), outline=(60, 60, 70), width=4)
        draw.rectangle((44, row + 16, 44 + row // 2, row + 28), fill=(30, 30, 40))
        for x in random.integers(230, WIDTH - 60, 6).tolist():
            draw.rectangle((x, row + 18, x + 10, row + 34), fill=(20, 40, 150))
    return image


@pytest.mark.parametrize("degrees", [0, 5, -9])
def test_a_form_filled_in_otherwise_is_no_copy(degrees: float) -> None:
    """Neither in another light nor rotated, where much of its white is as the corners are."""
    page = rotated(form(2), degrees, (250, 250, 245)).point(lambda value: int(value * 0.7))
    start = rotation(degrees, WIDTH / HEIGHT)
    assert judge(view(form(1)), view(page), start).kind not in COPIES
    assert judge(view(form(2)), view(page), start).kind in COPIES


@pytest.mark.parametrize("change", ["nothing", "JPEG 60", "brighter", "grey"])
@pytest.mark.parametrize("seed", range(3))
def test_a_moved_object_as_light_as_its_ground_is_seen_by_its_colour(seed: int, change: str) -> None:
    """In grey there is nothing; where the colours are gone, nobody can tell."""
    before, after = drawn(seed), drawn(seed)
    for image, x in ((before, 120), (after, 300)):
        draw = ImageDraw.Draw(image)
        draw.rectangle((90, 90, 390, 250), fill=(88, 72, 88))
        draw.ellipse((x, 150, x + 30, 180), fill=(104, 32, 255))
    verdict = judge(view(before), view(CHANGES[change][1](after)))
    assert (verdict.kind == "same scene") == (change != "grey")
    assert (verdict.differing > 0) == (change != "grey")
    same = judge(view(before), view(CHANGES[change][1](before)))
    assert same.kind == ("recoloured" if change in ("brighter", "grey") else "re-encoded")


def product(things: int, ground: int) -> Image.Image:
    """Round things on an even ground: the first ones are always the same."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (ground, ground, ground))
    for place, size in [((130, 90), 190), ((60, 60), 40), ((370, 70), 40), ((360, 280), 40)][: things + 1]:
        mask = Image.new("L", (size, size))
        ImageDraw.Draw(mask).ellipse((0, 0, size, size * 4 // 5), fill=255)
        image.paste(drawn(3, size, size), place, mask)
    return image


@pytest.mark.parametrize("ground", [0, 250])
@pytest.mark.parametrize("degrees", [6, -11])
@pytest.mark.parametrize("changed", ["darker", "another hue"])
def test_a_thing_more_on_an_even_ground_is_no_copy(ground: int, degrees: float, changed: str) -> None:
    """The ground is as the corners are, and yet no filling."""
    fill, start = (ground, ground, ground), rotation(degrees, WIDTH / HEIGHT)
    for things in range(3):
        more = rotated(product(things + 1, ground), degrees, fill)
        more = CHANGES["darker"][1](more) if changed == "darker" else hue(more, 90)
        assert judge(view(product(things, ground)), view(more), start).kind not in COPIES
