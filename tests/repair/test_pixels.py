"""Pictures stored in another way: every pixel stays, and what is hostile is refused."""

from __future__ import annotations

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from holdfast.repair.fix import Pixels
from holdfast.repair.pixels.exif import untagged
from holdfast.repair.pixels.jpeg import turned
from holdfast.repair.pixels.making import made
from holdfast.repair.runs.places import Refused

ORIENTATION = 0x0112


def picture(orientation: int, kind: str = "JPEG", mode: str = "RGB", **more: object) -> bytes:
    """96 x 64 pixels with that tag, a comment and a note."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x010E] = orientation, "a note"
    pixels = np.random.default_rng(orientation).integers(0, 255, (8, 12, 3), dtype=np.uint8)
    stream = io.BytesIO()
    shown = Image.fromarray(pixels).resize((96, 64), Image.Resampling.BICUBIC).convert(mode)
    shown.save(stream, kind, exif=exif, comment=b"by hand", **more)
    return stream.getvalue()


def levels(data: bytes, upright: bool = False) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    opened = Image.open(io.BytesIO(data))
    return np.asarray(ImageOps.exif_transpose(opened) if upright else opened).astype(np.int64)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_turned_jpeg_shows_the_same_upright(orientation: int, subsampling: int, mode: str) -> None:
    pytest.importorskip("jpeglib")
    data = picture(orientation, mode=mode, quality=80, subsampling=subsampling)
    after = turned(data, orientation)
    shown, now = levels(data, upright=True), levels(after)
    assert now.shape == shown.shape
    assert np.abs(now - shown).max() <= 4
    opened = Image.open(io.BytesIO(after))
    assert (opened.getexif()[ORIENTATION], opened.getexif()[0x010E]) == (1, "a note")
    assert opened.info["comment"] == b"by hand"


@pytest.mark.parametrize(("orientation", "back"), [(2, 2), (3, 3), (4, 4), (5, 5), (6, 8), (7, 7), (8, 6)])
def test_turned_back_it_is_what_it_was(orientation: int, back: int) -> None:
    pytest.importorskip("jpeglib")
    data = picture(orientation, quality=80, subsampling=2)
    again = turned(turned(data, orientation), back)
    assert np.array_equal(levels(again), levels(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_tag_alone_changes(kind: str, orientation: int) -> None:
    data = picture(orientation, kind)
    after = untagged(data)
    assert Image.open(io.BytesIO(after)).getexif()[ORIENTATION] == 1
    assert np.array_equal(levels(after), levels(data))
    assert len(after) == len(data)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_bytes_make_the_tag_fail(data: st.DataObject) -> None:
    whole = bytearray(picture(6, data.draw(st.sampled_from(["JPEG", "PNG"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, min(len(whole), 400) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with suppress(Refused):
        assert len(untagged(cut)) == len(cut)


@pytest.mark.parametrize("how", [Pixels.UPRIGHT, Pixels.PLAIN, Pixels.RGB])
@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"x" * 1000])
def test_what_is_no_picture_is_refused(how: Pixels, data: bytes) -> None:
    with pytest.raises(Refused):
        made(data, how, 6)


def test_a_picture_that_asks_for_all_memory_is_refused() -> None:
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    with pytest.raises(Refused):
        made(header + b"\0" * 4 + picture(6, "PNG")[33:], Pixels.UPRIGHT, 6)
