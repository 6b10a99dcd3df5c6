"""When a picture was taken: the same at every level, and no EXIF block makes anything raise."""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from holdfast.facts.capture import Capture, capture_of
from holdfast.facts.decode import measure_image
from holdfast.facts.levels import Level
from tests.trees import picture

FOLDER, ORIGINAL, DIGITISED, CHANGED = 0x8769, 0x9003, 0x9004, 0x0132
FRACTION, FRACTION_DIGITISED = 0x9291, 0x9292


def file(format: str = "JPEG", exif: Image.Exif | bytes | None = None) -> bytes:
    buffer = io.BytesIO()
    options: dict[str, Any] = {} if exif is None else {"exif": exif}
    if format == "TIFF" and isinstance(exif, Image.Exif):  # Pillow does not take an Exif there
        options = {"tiffinfo": ImageFileDirectory_v2()}
        options["tiffinfo"][FOLDER] = exif[FOLDER]
    picture(1, 160, 140).save(buffer, format, **options)
    return buffer.getvalue()


def tags(**inner: str) -> Image.Exif:
    exif = Image.Exif()
    names = {"original": ORIGINAL, "digitised": DIGITISED, "fraction": FRACTION, "other": FRACTION_DIGITISED}
    exif[FOLDER] = {names[name]: value for name, value in inner.items()}
    return exif


def taken(data: bytes, level: Level = Level.SKETCH) -> float:
    """Seconds since 1970, from what a worker says."""
    figures = measure_image(data, level).figures
    return figures.taken_day * 86_400 + figures.taken_hundredths / 100


@pytest.mark.parametrize("level", [Level.HEADER, Level.SKETCH, Level.EXACT])
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_moment_is_the_same_at_every_level(format: str, level: Level) -> None:
    data = file(format, tags(original="2024:05:01 12:00:03", fraction="25"))
    assert taken(data, level) == datetime(2024, 5, 1, 12, 0, 3, 250_000, UTC).timestamp()


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ({"original": "1969:12:31 23:59:59"}, -1.0),
        ({"original": "2100:12:31 23:59:59", "fraction": "999"}, 4133980799.99),
        ({"original": "2024-05-01T12:00:03"}, 1714564803.0),
        ({"digitised": "2024:05:01 12:00:03", "other": "5", "fraction": "9"}, 1714564803.5),
        ({"original": "2024:05:01 12:00:03", "fraction": "x"}, 1714564803.0),
    ],
)
def test_moments(inner: dict[str, str], expected: float) -> None:
    assert taken(file(exif=tags(**inner))) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "text", ["", "    :  :     :  :  ", "2024:13:01 12:00:03", "2023:02:29 00:00:00", "٢٠٢٤", "x"]
)
def test_what_is_no_moment(text: str) -> None:
    assert math.isnan(taken(file(exif=tags(original=text))))
    assert measure_image(file(exif=tags(original=text)), Level.SKETCH).fault is None


def test_when_the_file_was_changed_does_not_count() -> None:
    exif = Image.Exif()
    exif[CHANGED] = "2024:05:01 12:00:03"
    assert math.isnan(taken(file(exif=exif)))


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of what it skips
@settings(max_examples=200, deadline=None)
@given(block=st.binary(max_size=200), keep=st.integers(0, 120))
def test_no_exif_block_makes_it_raise(block: bytes, keep: int) -> None:
    sound = tags(original="2024:05:01 12:00:03", fraction="25").tobytes()
    with Image.open(io.BytesIO(file(exif=b"Exif\0\0" + sound[6:keep] + block))) as image:
        assert isinstance(capture_of(image), Capture)
