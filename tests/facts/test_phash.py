from __future__ import annotations

from pathlib import Path

import imagehash
import pytest
from PIL import Image, ImageOps

from tests.facts.measuring import facts, modes
from tests.trees import picture, tree


def number(image: Image.Image) -> int:
    return int(str(imagehash.phash(image)), 16)


def test_every_mode_has_the_hash_of_imagehash_to_the_bit(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for name, drawn in modes(picture(1)):
        data.draw(f"train/images/{name}", drawn)
    measured = facts(data)
    assert {row["fault"] for row in measured.values()} == {None}
    expected = {name: number(Image.open(data.root / "train/images" / name)) for name in measured}
    assert {name: row["phash"] for name, row in measured.items()} == expected
    assert len(measured) == 13


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "tif"])
def test_orientation_is_applied_first(tmp_path: Path, format: str) -> None:
    data = tree(tmp_path)
    for turn in range(10):  # 0 and 9 are no orientations
        exif = Image.Exif()
        exif[0x0112] = turn
        data.draw(f"train/images/{turn}.{format}", picture(2), exif=exif)
    for name, row in facts(data).items():
        with Image.open(data.root / "train/images" / name) as stored:
            shown = ImageOps.exif_transpose(stored)
            assert (row["width"], row["height"]) == shown.size
            assert row["phash"] == number(shown)
        assert (row["width"] == 96) == (name[0] in "5678")


def test_only_what_is_needed_is_measured(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a")
    assert facts(data, "sha256")["a.jpg"]["width"] is None
    assert facts(data, "width")["a.jpg"]["phash"] is None
    large = tree(tmp_path / "large").draw("train/images/a.jpg", picture(1, 320, 240))
    assert facts(large, "fault")["a.jpg"]["phash"] is None
    assert facts(large, "phash")["a.jpg"]["phash"] is not None
