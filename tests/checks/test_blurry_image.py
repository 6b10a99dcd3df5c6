from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.checking import check
from tests.trees import picture, sound_tree


def sharp(seed: int, width: int = 640, height: int = 480) -> Image.Image:
    """Blocks of all sizes with hard edges, as a photo has."""
    random = np.random.default_rng(seed)
    drawn = picture(seed, width, height)
    for _ in range(200):
        x, y, side = (int(value) for value in random.integers((0, 0, 4), (width, height, 60)))
        drawn.paste(tuple(random.integers(0, 255, 3).tolist()), (x, y, x + side, y + side))
    return drawn


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize("size", [(640, 480), (100, 120), (1600, 1200)])
def test_strong_blur_at_any_size_in_any_format(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    data = sound_tree(tmp_path).draw(f"train/images/sharp_{name}", sharp(1, *size))
    blurred = sharp(2, *size).filter(ImageFilter.GaussianBlur(0.04 * min(size)))
    data.draw(f"train/images/{name}", blurred)
    found = check(data.root, "blurry_image")
    assert (found.code, found.paths, found.severities) == (0, [f"train/images/{name}"], {"warning"})
    assert found.findings[0].message.startswith("sharpness 0.0")


@pytest.mark.parametrize("quality", [75, 92])
@pytest.mark.parametrize("size", [(160, 120), (320, 240)])
@pytest.mark.parametrize("contrast", [1, 2])
def test_more_blur_never_counts_as_sharper(
    tmp_path: Path, size: tuple[int, int], quality: int, contrast: int
) -> None:
    """What JPEG leaves in a small picture is no edge, however little else there is."""
    data = sound_tree(tmp_path).settings("[rules.blurry_image]\nmax_share = 1\n")
    faint = sharp(3, *size).point(lambda value: 120 + (value - 120) // contrast)
    blurs = (0, 4, 8, 14)
    for blur in blurs:
        path = data.root / f"train/images/blur_{blur:02}.jpg"
        faint.filter(ImageFilter.GaussianBlur(blur * size[0] / 160)).save(path, quality=quality)
    assert check(data.root, "blurry_image").paths == [
        f"train/images/blur_{blur:02}.jpg" for blur in blurs[1:]
    ]


def test_neither_contrast_nor_light_counts(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    data.draw("train/images/faint.png", sharp(1).point(lambda value: 120 + value // 12))
    data.draw("train/images/dark.jpg", sharp(2).point(lambda value: value // 8))
    assert check(data.root, "blurry_image").findings == []


def test_what_is_blank_is_not_blurred(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/a.jpg", Image.new("RGB", (640, 480), "navy"))
    assert check(data.root, "blurry_image").findings == []


def test_the_limit_is_an_option(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/a.jpg", sharp(1).filter(ImageFilter.GaussianBlur(20)))
    data.settings("[rules.blurry_image]\nmin_sharpness = 0\n")
    assert check(data.root, "blurry_image").findings == []
