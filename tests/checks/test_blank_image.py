from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.checking import check
from tests.trees import picture, sound_tree


def noisy(level: int, seed: int = 0) -> Image.Image:
    values = np.random.default_rng(seed).normal(level, 4, (480, 640, 3))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.gif"])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_one_single_grey_with_noise_in_any_format(tmp_path: Path, name: str, level: int) -> None:
    data = sound_tree(tmp_path).draw(f"train/images/{name}", noisy(level))
    found = check(data.root, "blank_image")
    assert (found.code, found.paths, found.severities) == (0, [f"train/images/{name}"], {"warning"})
    assert "255 levels around" in found.findings[0].message


def test_deep_pictures_of_one_value(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    data.draw("train/images/flat.png", Image.fromarray(np.full((90, 120), 700, np.uint16)))
    ramp = np.arange(90 * 120, dtype=np.uint16).reshape(90, 120)
    data.draw("train/images/ramp.png", Image.fromarray(ramp))
    assert check(data.root, "blank_image").paths == ["train/images/flat.png"]


def test_a_page_with_a_line_of_text_is_not_blank(tmp_path: Path) -> None:
    page = Image.new("RGB", (640, 640), "white")
    page.paste((0, 0, 0), (100, 300, 400, 312))
    dots = Image.new("L", (640, 640), 0)
    dots.paste(255, (320, 320, 332, 332))
    data = sound_tree(tmp_path).draw("train/images/page.jpg", page).draw("train/images/dots.png", dots)
    assert check(data.root, "blank_image").findings == []


def test_the_span_is_an_option(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/a.png", picture(1).point(lambda value: 100 + value // 12))
    assert check(data.root, "blank_image").findings == []
    data.settings("[rules.blank_image]\nmin_span = 0.1\n")
    assert check(data.root, "blank_image").paths == ["train/images/a.png"]
