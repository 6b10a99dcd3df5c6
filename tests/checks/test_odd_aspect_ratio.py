from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import picture, sound_tree


def test_an_image_that_is_too_long(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/banner.jpg", picture(1, 400, 100))
    data.draw("train/images/tower.jpg", picture(2, 100, 285))  # 0.351 of its height
    found = check(data.root, "odd_aspect_ratio")
    assert (found.code, found.paths, found.severities) == (0, ["train/images/banner.jpg"], {"warning"})
    assert found.findings[0].message == "400 x 100 px, one side 4.0 times the other"


def test_a_set_of_panoramas_is_said_once(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for number in range(4):
        data.draw(f"test/images/{number}.jpg", picture(number, 300, 80))
    found = check(data.root, "odd_aspect_ratio")
    assert (found.paths, found.severities) == (["test/images/0.jpg"], {"info"})


def test_the_ratio_is_an_option(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/banner.jpg", picture(1, 400, 100))
    settings = "[rules.odd_aspect_ratio]\nmin_ratio = 0.25\n"
    assert check(data.settings(settings).root, "odd_aspect_ratio").findings == []
