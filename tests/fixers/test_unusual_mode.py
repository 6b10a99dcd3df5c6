"""A picture becomes plain where that changes no pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from tests.repair.tools import BOX, TRAIN, Data, refused, repaired


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


def in_inks(data: Data, **more: object) -> Image.Image:
    """A JPEG stored as CMYK in the first split, as it is decoded."""
    path = "train/images/inks.jpg"
    pixels = np.random.default_rng(4).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    drawn = Image.fromarray(pixels).resize((64, 48), Image.Resampling.BICUBIC).convert("CMYK")
    drawn.save(data.path(path), quality=90, comment=b"by hand", **more)
    data.label("train/labels/inks.txt", BOX)
    data.found("unusual_mode", path)
    return Image.open(data.path(path))


def test_cmyk_is_encoded_anew_under_its_name(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    before = in_inks(data).convert("RGB")
    refused(data, capsys, "quality 95, 4:4:4")
    assert repaired(data, "--unsafe-fixes") == set()
    after = Image.open(data.path("train/images/inks.jpg"))
    assert (after.format, after.mode, after.info["comment"]) == ("JPEG", "RGB", b"by hand")
    assert JpegImagePlugin.get_sampling(after) == 0
    assert np.abs(np.asarray(after).astype(int) - np.asarray(before)).max() <= 12


def test_inks_with_a_profile_are_for_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    in_inks(data, icc_profile=b"of some press")
    refused(data, capsys, "has a colour profile", "--unsafe-fixes")


def test_a_gif_is_for_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    picture("P").save(data.path("train/images/still.gif"))
    data.found("unusual_mode", "train/images/still.gif")
    refused(data, capsys, "under its name", "--unsafe-fixes")


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
