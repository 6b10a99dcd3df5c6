from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import picture, sound_tree


def night(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    return picture(seed, width, height).point(lambda value: value // 4)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp"])
def test_the_picture_in_any_format(tmp_path: Path, name: str) -> None:
    data = sound_tree(tmp_path).draw(f"train/images/{name}", night(1))
    found = check(data.root, "dark_image", "bright_image")
    assert (found.code, found.paths, found.severities) == (0, [f"train/images/{name}"], {"warning"})
    assert found.findings[0].rule == "dark_image"
    assert found.findings[0].message.startswith("99 % of it is darker than 0.")


def test_a_small_spot_that_stands_out_is_enough(tmp_path: Path) -> None:
    drawn = night(2, 400, 400)
    for place, colour in ((0, "white"), (200, "black")):
        drawn.paste(colour, (place, place, place + 32, place + 32))
    data = sound_tree(tmp_path).draw("train/images/a.jpg", drawn)
    assert check(data.root, "dark_image").findings == []


def test_a_blank_picture_is_reported_by_another_rule(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for colour in ("black", "white"):
        data.draw(f"train/images/{colour}.png", Image.new("RGB", (320, 240), colour))
    found = check(data.root, "dark_image", "blank_image", arguments=())
    assert {finding.rule for finding in found.findings} == {"blank_image"}


def test_a_set_of_such_pictures_is_said_once(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for number in range(5):
        data.draw(f"train/images/{number}.jpg", night(number))
    found = check(data.root, "dark_image")
    assert (found.paths, found.severities) == (["train/images/0.jpg"], {"info"})


def test_the_limit_is_an_option(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/a.png", night(1))
    data.settings("[rules.dark_image]\nmax_brightness = 0.2\n")
    assert check(data.root, "dark_image").findings == []
