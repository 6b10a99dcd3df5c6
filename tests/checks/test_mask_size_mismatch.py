from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.formats.masks.drawing import usual_tree
from tests.trees import sound_tree


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((32, 24), "32 x 24 px, its image train/images/1.jpg 64 x 48 px"),
        ((64, 49), "64 x 49 px, its image train/images/1.jpg 64 x 48 px"),
        (
            (48, 64),
            "48 x 64 px, its image train/images/1.jpg 64 x 48 px; turned by 90 degrees",
        ),
    ],
)
def test_a_mask_of_another_size(tmp_path: Path, size: tuple[int, int], message: str) -> None:
    data = usual_tree(tmp_path).draw("train/masks/1.png", Image.new("L", size))
    found = check(data.root, "mask_size_mismatch")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.message, finding.unit) == ("train/masks/1.png", message, "train")
    assert finding.related == ("train/images/1.jpg",)
    assert finding.sha256 is not None
    assert not finding.fixable


def test_an_image_that_its_exif_tag_turns(tmp_path: Path) -> None:
    data = usual_tree(tmp_path)
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.open(data.root / "train/images/1.jpg")
    image.load()
    data.draw("train/images/1.jpg", image, exif=exif)
    [finding] = check(data.root, "mask_size_mismatch").findings
    assert finding.message.endswith("48 x 64 px; its EXIF orientation 6 turns the image, not the mask")


def test_what_does_not_decode_and_what_has_no_image_is_left_to_other_rules(tmp_path: Path) -> None:
    data = usual_tree(tmp_path).file("train/masks/0.png", b"nothing").file("train/images/1.jpg", b"nothing")
    (data.root / "train/images/2.jpg").unlink()
    data.draw("train/masks/2.png", Image.new("L", (5, 5)))
    assert check(data.root, "mask_size_mismatch").findings == []


def test_a_dataset_without_masks(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, "mask_size_mismatch").code == 0
