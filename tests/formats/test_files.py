"""The table of files that are no image, label or mask of a split."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from holdfast.config import Settings
from holdfast.dataset import Dataset
from holdfast.formats import read, recognise
from tests.trees import BOX, Tree, sound_tree, tree


def files(data: Tree) -> list[tuple[str, str | None, bool]]:
    """Path, unit and whether it is used, of each row."""
    return table(data).files.select("path", "unit", "used").rows()


def table(data: Tree) -> Dataset:
    return read(recognise(data.root, Settings()))


def test_a_sound_tree_has_only_images_and_labels(tmp_path: Path) -> None:
    assert files(sound_tree(tmp_path, "boulder")) == []


def test_files_outside_and_inside_of_splits(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config(
        "train: train/images\nval: valid/images\ntest: test/images\nnames: [a]\n"
    )
    data.file("README.md").file("train/images/a.doc").file("valid/labels/b.tmp").file("deep/down/c")
    assert files(data) == [
        ("README.md", None, False),
        ("data.yaml", None, True),
        ("deep/down/c", None, False),
        ("train/images/a.doc", "train", False),
        ("valid/labels/b.tmp", None, False),
    ]


def test_what_a_reader_reports_is_used(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("extra", "b")
    assert files(data) == [("extra/images/b.jpg", None, True)]


def test_hidden_files_and_links_are_left_out(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).file("train/images/.hidden")
    try:
        os.symlink("train.jpg", data.root / "train/images/link.jpg")
    except OSError:
        pytest.skip("this system makes no links")
    assert files(data) == []


def test_a_file_of_many_images_is_used(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for split in ("train", "valid"):
        data.draw(f"{split}/a.png", Image.new("L", (9, 9)))
        images = [{"id": 1, "file_name": "a.png", "width": 9, "height": 9}]
        boxes = [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 4], "area": 16, "iscrowd": 0}]
        whole = {"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "a"}]}
        data.file(f"{split}/_annotations.coco.json", json.dumps(whole)).file(f"{split}/more.json", "{}")
    assert [row for row in files(data) if "train" in row[0]] == [
        ("train/_annotations.coco.json", "train", True),
        ("train/more.json", "train", False),
    ]


def test_a_member_of_a_shard_is_part_of_its_sample(tmp_path: Path) -> None:
    data = tree(tmp_path)
    picture = io.BytesIO()
    Image.new("L", (9, 9)).save(picture, "PNG")
    with tarfile.open(data.root / "train-000000.tar", "w") as shard:
        for name, content in (("1.png", picture.getvalue()), ("1.cls", b"0"), ("1.txt", b"a cat")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            shard.addfile(member, io.BytesIO(content))
    data.file("notes.txt")
    assert files(data) == [("notes.txt", None, False), ("train-000000.tar/1.txt", "train", True)]


def test_names_that_are_not_unicode(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows has no such file names")
    data = sound_tree(tmp_path).file(os.fsdecode(b"train/images/caf\xe9.doc"))
    assert files(data) == [("train/images/caf\U0010fee9.doc", "train", False)]


def test_a_folder_of_two_splits_has_no_unit(tmp_path: Path) -> None:
    data = tree(tmp_path).config("train: train.txt\nval: val.txt\nnames: [a]\n")
    for name in ("train", "val"):
        data.image("all", name).label("all", name, BOX).file(f"{name}.txt", f"./all/images/{name}.jpg\n")
    data.file("all/images/x.doc")
    assert files(data)[0] == ("all/images/x.doc", None, False)
    assert {path for path, _, used in files(data) if used} >= {"train.txt", "val.txt", "data.yaml"}
