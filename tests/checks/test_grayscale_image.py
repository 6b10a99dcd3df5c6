from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import Tree, picture, sound_tree


def coloured(folder: Path, count: int = 12) -> Tree:
    data = sound_tree(folder)
    for number in range(count):
        data.image("train", f"colour{number:02}")
    return data


@pytest.mark.parametrize("name", ["grey.jpg", "grey.png", "grey.webp", "grey.bmp"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("side", [100, 400])
def test_a_grey_one_among_colours(tmp_path: Path, name: str, mode: str, side: int) -> None:
    grey = picture(1, side, side).convert("L").convert(mode)
    found = check(coloured(tmp_path).draw(f"train/images/{name}", grey).root, "grayscale_image")
    assert (found.code, found.paths, found.severities) == (0, [f"train/images/{name}"], {"warning"})
    assert found.findings[0].message == "no colour in it, as in 1 of 16 images"


def test_a_grey_picture_with_something_red_in_it(tmp_path: Path) -> None:
    drawn = picture(1, 640, 480).convert("L").convert("RGB")
    drawn.paste((200, 30, 30), (300, 200, 364, 264))
    data = coloured(tmp_path).draw("train/images/a.jpg", drawn).draw("train/images/b.png", drawn)
    assert check(data.root, "grayscale_image").findings == []


def test_a_set_of_grey_pictures_is_said_once(tmp_path: Path) -> None:
    data = coloured(tmp_path, 0)
    for number in range(5):
        data.draw(f"train/images/{number}.jpg", picture(number).convert("L"))
    found = check(data.root, "grayscale_image")
    assert (found.paths, found.severities) == (["train/images/0.jpg"], {"info"})


def test_a_jpeg_that_stores_rgb_has_its_colours(tmp_path: Path) -> None:
    """libjpeg makes no YCbCr of one: its colours are read another way."""
    data = coloured(tmp_path).draw("train/images/a.jpg", picture(1, 320, 240), keep_rgb=True)
    grey = picture(1, 320, 240).convert("L").convert("RGB")
    data.draw("train/images/b.jpg", grey, keep_rgb=True)
    assert check(data.root, "grayscale_image").paths == ["train/images/b.jpg"]


def test_the_limit_is_an_option(tmp_path: Path) -> None:
    planes = [Image.linear_gradient("L"), Image.new("L", (256, 256), 131), Image.new("L", (256, 256), 128)]
    faint = Image.merge("YCbCr", planes)
    data = coloured(tmp_path).draw("train/images/faint.png", faint.convert("RGB"))
    assert check(data.root, "grayscale_image").findings == []
    data.settings("[rules.grayscale_image]\nmax_chroma = 4\n")
    assert check(data.root, "grayscale_image").paths == ["train/images/faint.png"]
