from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast import Problem
from holdfast.errors import UsageError
from tests.formats.reading import images, notes, read_tree
from tests.trees import BOX, picture, sound_tree, tree


def test_collections_above_their_splits(tmp_path: Path) -> None:
    dataset = read_tree(sound_tree(tmp_path, "boulder", "mountain").root)
    assert [split.unit for split in dataset.splits] == [
        "boulder/train", "boulder/val", "boulder/test", "mountain/train", "mountain/val", "mountain/test",
    ]  # fmt: skip
    assert images(dataset)["boulder/valid/images/valid.jpg"] == "boulder/val"
    assert dataset.images["has_label"].all()
    assert notes(dataset) == []


@pytest.mark.parametrize(
    ("folder", "name"),
    [("train", "train"), ("TRAIN", "train"), ("val", "val"), ("valid", "val"), ("Validate", "val"),
     ("validation", "val"), ("dev", "val"), ("eval", "val"), ("test", "test"), ("Test", "test")],
)  # fmt: skip
def test_every_spelling_of_a_split(tmp_path: Path, folder: str, name: str) -> None:
    data = tree(tmp_path).image(folder, "a").label(folder, "a", BOX)
    dataset = read_tree(data.root)
    assert [split.name for split in dataset.splits] == [name]
    assert dataset.images["has_label"].all()


@pytest.mark.parametrize("depth", ["", "a", "a/b", "a/b/c d/e"])
def test_any_depth(tmp_path: Path, depth: str) -> None:
    place = f"{depth}/train" if depth else "train"
    dataset = read_tree(tree(tmp_path).image(place, "x").label(place, "x", BOX).root)
    assert [(split.collection, split.name) for split in dataset.splits] == [(depth, "train")]
    assert dataset.images["has_label"].all()


def test_collections_of_different_depth(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").image("x/train", "b").image("x/y/val", "c")
    assert [split.unit for split in read_tree(data.root).splits] == ["train", "x/train", "x/y/val"]


@pytest.mark.parametrize(("outer", "inner"), [("images", "labels"), ("Images", "Labels")])
def test_split_folders_inside_images(tmp_path: Path, outer: str, inner: str) -> None:
    data = tree(tmp_path).image("x", "a").copy("x/images/a.jpg", f"wall/{outer}/train/a.jpg")
    data.file(f"wall/{inner}/train/a.txt", BOX)
    dataset = read_tree(data.root)
    assert images(dataset) == {f"wall/{outer}/train/a.jpg": "wall/train"}
    assert dataset.images["label"].to_list() == [f"wall/{inner}/train/a.txt"]
    assert dataset.images["has_label"].all()


def test_two_spellings_of_one_split_are_one(tmp_path: Path) -> None:
    dataset = read_tree(tree(tmp_path).image("valid", "a").image("validation", "b").root)
    assert [split.folders for split in dataset.splits] == [("valid/images", "validation/images")]


def test_folders_below_images(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).copy("train/images/train.jpg", "train/images/day 1/a.jpg")
    dataset = read_tree(data.file("train/labels/day 1/a.txt", BOX).root)
    assert images(dataset)["train/images/day 1/a.jpg"] == "train"
    assert dataset.images["has_label"].all()


def test_names_of_sources(tmp_path: Path) -> None:
    exported = f"wall.v2_jpg.rf.{'0f' * 16}"
    dataset = read_tree(tree(tmp_path).image("train", exported).image("train", "wall.rf.x").root)
    assert dataset.images["source"].to_list() == ["wall.rf.x", "wall.v2_jpg"]


def test_splits_of_the_settings_go_first(tmp_path: Path) -> None:
    data = (
        sound_tree(tmp_path).image("held_out", "a").config("train: train/images\nval: nowhere\nnames: [a]\n")
    )
    data.settings('[splits]\nval = ["held_out", "valid/images"]')
    dataset = read_tree(data.root)
    assert images(dataset) == {
        "held_out/images/a.jpg": "val", "train/images/train.jpg": "train", "valid/images/valid.jpg": "val",
    }  # fmt: skip
    assert notes(dataset) == []


@pytest.mark.parametrize("folder", ["nowhere", "../outside", "/etc", "train/images/train.jpg"])
def test_splits_of_the_settings_that_are_missing(tmp_path: Path, folder: str) -> None:
    dataset = read_tree(sound_tree(tmp_path).settings(f'[splits]\nval = "{folder}"').root)
    assert next(split for split in dataset.splits if split.name == "val").missing
    assert notes(dataset) == [f"holdfast.toml: [splits] val names a missing folder: {folder}"]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("", "found an empty folder"),
        ("a/b.txt", "found folders: a; files: 1 .txt"),
        ("a.jpg", "files: 1 .jpg"),
    ],
)
def test_no_layout_says_what_was_looked_for_and_found(tmp_path: Path, file: str, message: str) -> None:
    data = tree(tmp_path)
    if file:
        data.file(file)
    with pytest.raises(UsageError, match=r"no dataset recognised: found .*looked for ") as error:
        read_tree(data.root)
    assert message in str(error.value)


def test_splits_without_any_image(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no image found; looked in train/images"):
        read_tree(tree(tmp_path).file("train/images/notes.txt").root)


def test_what_hides_is_left_out(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).file(".holdfast/train/images/a.jpg").file("train/images/.b.jpg")
    dataset = read_tree(data.root)
    assert dataset.images.height == 3
    assert notes(dataset, Problem.UNREFERENCED) == []


def test_a_split_that_is_the_root(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("a.jpg", picture(1)).file("a.txt", BOX).file("b.txt", BOX)
    dataset = read_tree(data.config("train: .\nval: .\nnames: [a]").file("README.roboflow.txt").root)
    assert images(dataset) == {"a.jpg": "train"}
    assert dataset.labels.select("path", "image").rows() == [("a.txt", "a.jpg"), ("b.txt", None)]


def test_links_in_a_split_that_is_the_root(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("a.jpg", picture(1)).settings("[splits]\ntrain = '.'")
    (data.root / "b.jpg").symlink_to("a.jpg")
    assert notes(read_tree(data.root), Problem.NOT_READ) == ["b.jpg: not read: a symbolic link, not followed"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("train: .", "no image found; looked in .$"),
        ("train: a.txt", "no image found; looked in a.txt$"),
        ("train: gone", "no image found: none of its splits exists; train names a missing folder: gone"),
    ],
)
def test_what_was_looked_for_where_no_image_is(tmp_path: Path, config: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_tree(tree(tmp_path).file("a.txt").config(f"{config}\nnames: [a]").root)


@pytest.mark.parametrize("place", ["", "train/images"])
def test_folders_nested_deeper_than_the_stack(tmp_path: Path, place: str) -> None:
    data = sound_tree(tmp_path)
    with nested(data.root / place, 1500):
        assert read_tree(data.root).images.height == 3


@contextlib.contextmanager
def nested(folder: Path, depth: int) -> Iterator[None]:
    """Folders inside one another, made and removed step by step: shutil.rmtree would not get down there."""
    with contextlib.chdir(folder):
        for _ in range(depth):
            os.mkdir("d")
            os.chdir("d")
        try:
            yield
        finally:
            for _ in range(depth):
                os.chdir("..")
                os.rmdir("d")


@pytest.mark.parametrize("place", ["val", "val/image", "Valid/boulder/images"])
def test_a_split_without_its_images_folder_is_missing(tmp_path: Path, place: str) -> None:
    data = tree(tmp_path).image("wall/train", "a")
    data.draw(f"wall/{place}/b.jpg", picture(1)).draw(f"wall/{place}/c.jpg", picture(2))
    dataset = read_tree(data.root)
    assert images(dataset) == {"wall/train/images/a.jpg": "wall/train"}
    assert [split.unit for split in dataset.splits if split.missing] == ["wall/val"]
    child = place.partition("/")[0]
    assert notes(dataset) == [
        f"wall/{child}: wall/val is not read: no images/ folder in {child}/; 2 images below"
    ]  # fmt: skip


@pytest.mark.parametrize("file", ["val/notes.txt", "extra/a.jpg"])
def test_a_split_that_is_not_there_is_no_fault(tmp_path: Path, file: str) -> None:
    dataset = read_tree(tree(tmp_path).image("train", "a").file(file).root)
    assert [split.unit for split in dataset.splits] == ["train"]
    assert notes(dataset) == []


def test_a_split_of_the_settings_needs_no_images_folder(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").draw("val/b.jpg", picture(1))
    dataset = read_tree(data.settings('[splits]\nval = "val"').root)
    assert images(dataset) == {"train/images/a.jpg": "train", "val/b.jpg": "val"}
    assert notes(dataset) == []
