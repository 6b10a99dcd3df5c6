"""A picture becomes plain where that changes no pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.repair.tools import TRAIN, Data, refused, repaired


def picture(mode: str) -> Image.Image:
    pixels = np.random.default_rng(3).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    return Image.fromarray(pixels).quantize(40) if mode == "P" else Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize("mode", ["P", "RGBA"])
def test_it_becomes_rgb_and_shows_the_same(data: Data, mode: str) -> None:
    before = picture(mode)
    before.save(data.path(TRAIN))
    data.found("unusual_mode", TRAIN)
    assert repaired(data, "--unsafe-fixes") == set()
    after = Image.open(data.path(TRAIN))
    assert after.mode == "RGB"
    assert np.array_equal(np.asarray(after), np.asarray(before.convert("RGB")))


def test_what_is_transparent_is_refused(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    clear = picture("RGBA")
    clear.putpixel((3, 3), (0, 0, 0, 0))
    clear.save(data.path(TRAIN))
    data.found("unusual_mode", TRAIN)
    refused(data, capsys, "is transparent in places", "--unsafe-fixes")


def test_other_modes_are_for_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(np.arange(256, dtype=np.uint16).reshape(16, 16) * 200).save(data.path(TRAIN))
    data.found("unusual_mode", TRAIN)
    refused(data, capsys, "converting it changes pixels", "--unsafe-fixes")
