"""Figures of how a picture looks: what they say, and that they never depend on who else asked for what."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from holdfast.facts.decode import Measured, measure_image
from holdfast.facts.levels import Level
from tests.facts.measuring import facts, modes
from tests.trees import picture, tree

FIGURES = ("brightness", "brightness_5", "brightness_99", "span", "chroma", "sharpness", "flat_rows")
HEADER = ("mode", "orientation", "width", "height", "format")


def encoded(drawn: Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    drawn.save(file, format, **options)
    return file.getvalue()


def test_brightness_is_that_of_grey(tmp_path: Path) -> None:
    ramp = Image.fromarray(np.tile(np.arange(256, dtype=np.uint8), (256, 1)))
    data = tree(tmp_path).draw("train/images/ramp.png", ramp).draw("train/images/ramp.jpg", ramp, quality=95)
    for row in facts(data).values():
        assert row["brightness"] == pytest.approx(0.5, abs=0.01)
        assert row["brightness_5"] == pytest.approx(0.05, abs=0.02)
        assert row["brightness_99"] == pytest.approx(0.99, abs=0.02)
        assert row["span"] == pytest.approx(1.0, abs=0.03)
        assert (row["chroma"], row["flat_rows"]) == (0.0, 0)


def test_a_jpeg_and_a_png_of_one_picture_have_nearly_the_same_figures(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for seed, size in enumerate([(640, 640), (400, 300), (1500, 1100), (97, 230)]):
        drawn = picture(seed, *size)
        data.draw(f"train/images/{seed}.png", drawn).draw(f"train/images/{seed}.jpg", drawn, quality=95)
    measured = facts(data)
    for seed in range(4):
        one, other = (
            np.array([measured[f"{seed}.{kind}"][key] for key in FIGURES]) for kind in ("png", "jpg")
        )
        assert np.abs(one - other)[:4] == pytest.approx(0, abs=0.03)
        assert abs(one[4] - other[4]) <= 10
        assert one[5] == pytest.approx(other[5], abs=0.05)


def test_sharpness_falls_with_blur_and_noise_is_sharp(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for blur in (0, 4, 8, 16, 32):
        drawn = picture(1, 640, 640).filter(ImageFilter.GaussianBlur(blur))
        data.draw(f"train/images/{blur:02}.jpg", drawn)
    noise = np.random.default_rng(0).integers(0, 255, (100, 100), dtype=np.uint8)
    data.draw("train/images/noise.png", Image.fromarray(noise))
    measured = {name: row["sharpness"] for name, row in facts(data).items()}
    assert measured.pop("noise.png") == pytest.approx(1.0, abs=0.1)
    assert list(measured.values()) == sorted(measured.values(), reverse=True)


def test_figures_of_every_mode(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name, drawn in modes(picture(1)):
        data.draw(f"train/images/{name}", drawn)
    measured = facts(data)
    assert {name: row["mode"] for name, row in measured.items()} == {
        "rgb.png": "RGB", "l.png": "L", "rgba.png": "RGBA", "p.png": "P", "one.png": "1", "la.png": "LA",
        "cmyk.jpg": "CMYK", "deep.png": "I;16", "deep.tif": "I;16", "float.tif": "F", "rgb.jpg": "RGB",
        "p.gif": "P", "odd.webp": "RGB",
    }  # fmt: skip
    deep = {"deep.png", "deep.tif", "float.tif"}
    assert {name for name, row in measured.items() if row["brightness"] is None} == deep
    assert {name for name, row in measured.items() if row["chroma"] == 0} == {"l.png", "one.png", "la.png"}
    assert {row["frames"] for row in measured.values()} == {1}


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "tif"])
def test_the_orientation_that_a_file_asks_for(tmp_path: Path, format: str) -> None:
    data = tree(tmp_path)
    for turn in range(10):
        exif = Image.Exif()
        exif[0x0112] = turn
        data.draw(f"train/images/{turn}.{format}", picture(2, 320, 240), exif=exif)
    expected = {f"{turn}.{format}": turn if 1 < turn < 9 else 1 for turn in range(10)}
    for needs in ((), ("orientation",)):
        assert {name: row["orientation"] for name, row in facts(data, *needs).items()} == expected


SAMPLES = {
    "jpeg": encoded(picture(1, 640, 480), "JPEG"),
    "progressive": encoded(picture(2, 640, 480), "JPEG", progressive=True),
    "grey": encoded(picture(3, 640, 480).convert("L"), "JPEG"),
    "cmyk": encoded(picture(4, 640, 480).convert("CMYK"), "JPEG"),
    "rgb": encoded(picture(5, 640, 480), "JPEG", keep_rgb=True),
    "smooth": encoded(Image.new("RGB", (640, 480), (90, 100, 110)), "JPEG"),
    "small": encoded(picture(6, 100, 90), "JPEG"),
    "png": encoded(picture(7, 640, 480), "PNG"),
    "gif": encoded(picture(8), "GIF", save_all=True, append_images=[picture(9)]),
    "tiff": encoded(picture(10), "TIFF", save_all=True, append_images=[picture(11)]),
}


def of(found: Measured) -> tuple[Any, ...]:
    return (
        found.fault,
        found.detail,
        found.format,
        found.width,
        found.height,
        found.mode,
        repr(found.figures),
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_they_are_the_same_whatever_else_is_measured(name: str) -> None:
    cheap, exact = (measure_image(SAMPLES[name], level) for level in (Level.SKETCH, Level.EXACT))
    assert of(cheap) == of(exact)
    assert exact.figures.brightness >= 0
    header = measure_image(SAMPLES[name], Level.HEADER)
    assert of(header)[:6] == of(cheap)[:6]
    assert header.figures.orientation == cheap.figures.orientation


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_damage_anywhere_gives_the_same_at_every_level(name: str, draw: st.DataObject) -> None:
    data = bytearray(SAMPLES[name])
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    data = data[: draw.draw(st.sampled_from([len(data), len(data) * 2 // 3, 200]))]
    cheap, exact = (measure_image(bytes(data), level) for level in (Level.SKETCH, Level.EXACT))
    if cheap.fault is None and exact.fault is None:
        assert of(cheap) == of(exact)
    header = measure_image(bytes(data), Level.HEADER)
    if header.fault is None and cheap.fault is not None:  # what the header says is known of broken files, too
        assert (header.mode, header.width, header.height) == (cheap.mode, cheap.width, cheap.height)


def test_what_does_not_decode_has_a_header_and_no_figures(tmp_path: Path) -> None:
    data = (
        tree(tmp_path).file("train/images/a.jpg", SAMPLES["jpeg"][:-3000]).file("train/images/b.jpg", "junk")
    )
    for needs in ((), ("fault",)):
        measured = facts(data, *needs)
        half, junk = measured["a.jpg"], measured["b.jpg"]
        assert (half["mode"], half["width"], half["height"], half["orientation"]) == ("RGB", 640, 480, 1)
        assert {half[key] for key in (*FIGURES, "frames")} == {None}
        assert {junk[key] for key in (*FIGURES, *HEADER, "frames")} == {None}


def test_figures_survive_in_the_cache(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name, content in SAMPLES.items():
        data.file(f"train/images/{name}.jpg", content)
    data.file("train/images/half.jpg", SAMPLES["jpeg"][:-3000])
    assert repr(facts(data)) == repr(facts(data))
