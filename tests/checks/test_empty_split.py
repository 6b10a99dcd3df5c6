from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, sound_tree, tree


def test_split_without_image(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).label("dev", "a").config("train: train/images\nval: [dev/images, dev/more]")
    (data.root / "dev/images").mkdir()
    (data.root / "dev/more").mkdir()
    found = check(data.root, "empty_split")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.related, finding.unit) == ("dev/images", ("dev/more",), "val")
    assert finding.message == "val holds 0 images"
    assert finding.severity == "error"


def test_list_without_entry(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config("train: train/images\nval: val.txt").file("val.txt")
    assert check(data.root, "empty_split").paths == ["val.txt"]


def test_splits_with_images(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, "empty_split").code == 0


@pytest.mark.parametrize(
    ("labels", "images"),
    [("valid/labels", "valid/images"), ("Valid/Labels", "Valid/images"), ("labels/val", "images/val"),
     ("a/labels/val", "a/images/val")],
)  # fmt: skip
def test_split_whose_image_folder_is_gone(tmp_path: Path, labels: str, images: str) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a").file(f"{labels}/b.txt", BOX)
    found = check(data.root, "empty_split", "orphan_label")
    assert found.code == 1
    assert [(finding.rule, finding.path) for finding in found.findings] == [
        ("empty_split", images),
        ("orphan_label", f"{labels}/b.txt"),
    ]
    assert found.findings[0].message == f"{found.findings[0].unit} holds 0 images"


def test_a_split_that_is_the_root(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config("train: train/images\nval: .\nnames: [a]")
    for name in ("valid", "test"):
        (data.root / name / "images" / f"{name}.jpg").unlink()
    assert check(data.root, "empty_split").paths == ["."]
