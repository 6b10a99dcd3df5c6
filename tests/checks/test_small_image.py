from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import picture, sound_tree


def test_images_with_a_short_side(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/thumb.png", picture(1, 31, 200))
    data.draw("train/images/enough.png", picture(2, 32, 32))
    found = check(data.root, "small_image")
    assert (found.code, found.paths, found.severities) == (0, ["train/images/thumb.png"], {"warning"})
    assert found.findings[0].message == "31 x 200 px, shorter side below 32"


def test_a_set_of_small_images_is_said_once(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for number in range(5):
        data.draw(f"train/images/{number}.png", picture(number, 28, 28))
    found = check(data.root, "small_image")
    assert (found.paths, found.severities) == (["train/images/0.png"], {"info"})
    message = "5 of 8 images are smaller than 32 px: taken for the nature of this data"
    assert found.findings[0].message == message


def test_the_least_side_is_an_option(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/thumb.png", picture(1, 31, 200))
    assert check(data.settings("[rules.small_image]\nmin_side = 31\n").root, "small_image").findings == []


def test_the_header_is_enough(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/thumb.png", picture(1, 20, 20))
    broken = data.path("train/images/thumb.png").read_bytes()[:200]
    alone = check(data.file("train/images/thumb.png", broken).root, "small_image")
    assert alone.header["measured"]["decoded"] == 0
    together = check(data.root, "small_image", "unreadable_image")
    assert [finding.rule for finding in together.findings] == ["small_image", "unreadable_image"]
    assert alone.findings[0].message == together.findings[0].message
