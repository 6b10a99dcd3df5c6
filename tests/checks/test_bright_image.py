from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import picture, sound_tree


def snow(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    return picture(seed, width, height).point(lambda value: 243 + value // 21)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp"])
def test_the_picture_in_any_format(tmp_path: Path, name: str) -> None:
    data = sound_tree(tmp_path).draw(f"train/images/{name}", snow(1))
    found = check(data.root, "bright_image", "dark_image")
    assert (found.code, found.paths, found.severities) == (0, [f"train/images/{name}"], {"warning"})
    assert found.findings[0].rule == "bright_image"
    assert found.findings[0].message.startswith("95 % of it is brighter than 0.9")


def test_a_small_spot_that_stands_out_is_enough(tmp_path: Path) -> None:
    drawn = snow(2, 400, 400)
    for place, colour in ((0, "white"), (200, "black")):
        drawn.paste(colour, (place, place, place + 32, place + 32))
    data = sound_tree(tmp_path).draw("train/images/a.jpg", drawn)
    assert check(data.root, "bright_image").findings == []


def test_a_blank_picture_is_reported_by_another_rule(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for colour in ("black", "white"):
        data.draw(f"train/images/{colour}.png", Image.new("RGB", (320, 240), colour))
    found = check(data.root, "bright_image", "blank_image", arguments=())
    assert {finding.rule for finding in found.findings} == {"blank_image"}


def test_a_set_of_such_pictures_is_said_once(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for number in range(5):
        data.draw(f"train/images/{number}.jpg", snow(number))
    found = check(data.root, "bright_image")
    assert (found.paths, found.severities) == (["train/images/0.jpg"], {"info"})


def test_the_limit_is_an_option(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/a.png", snow(1))
    data.settings("[rules.bright_image]\nmin_brightness = 0.98\n")
    assert check(data.root, "bright_image").findings == []
