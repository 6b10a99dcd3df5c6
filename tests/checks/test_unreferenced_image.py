from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import picture, sound_tree

CONFIG = "train: train/images\nval: valid/images\ntest: test/images\n"


def test_images_outside_every_split(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config(CONFIG).image("validate", "a").image("validate", "b")
    data.label("validate", "a").draw("images/c.jpg", picture(2)).draw("raw/d.png", picture(1))
    found = check(data.root, "unreferenced_image")
    assert found.code == 0
    assert sorted(found.paths) == [
        "images/c.jpg",
        "raw/d.png",
        "validate/images/a.jpg",
        "validate/images/b.jpg",
    ]
    messages = {finding.path: finding.message for finding in found.findings}
    assert messages["validate/images/a.jpg"] == (
        "no split refers to it (in validate/images: 2 images, 1 labels unreferenced)"
    )
    assert messages["raw/d.png"] == "no split refers to it (in raw: 1 images unreferenced)"
    assert found.severities == {"warning"}
    assert not found.findings[0].fixable


def test_hidden_and_other_files(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config(CONFIG).file(".thumbs/a.jpg").file("README.md").file("train/.b.jpg")
    assert check(data.root, "unreferenced_image").findings == []


def test_images_that_a_list_leaves_out(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config("train: train.txt\nval: valid/images\ntest: test/images")
    data.file("train.txt", "train/images/train.jpg\n").image("train", "unlisted")
    assert check(data.root, "unreferenced_image").paths == ["train/images/unlisted.jpg"]
