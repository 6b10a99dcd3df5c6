"""YOLO trees that no data.yaml describes: what is taken for a split, and whose class names count."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest

from holdfast import Problem
from holdfast.errors import UsageError
from tests.formats.reading import images, named, notes, read_tree
from tests.formats.recognition.exports import shot
from tests.trees import BOX, Tree


def labelled(tree: Tree, *stems: str) -> Tree:
    """A picture and a label beside it for each."""
    for stem in stems:
        shot(tree, f"{stem}.jpg")
        tree.file(f"{stem}.txt", BOX)
    return tree


def test_a_split_without_labels_beside_labelled_ones_is_one_too(tmp_path: Path) -> None:
    tree = labelled(Tree(tmp_path / "data"), "train/a", "valid/b")
    shot(tree, "test/c.jpg")
    dataset = read_tree(tree.root)
    assert images(dataset) == {"train/a.jpg": "train", "valid/b.jpg": "val", "test/c.jpg": "test"}
    assert dataset.images.filter(path="test/c.jpg")["has_label"].to_list() == [False]


def test_collections_of_plain_folders(tmp_path: Path) -> None:
    tree = labelled(Tree(tmp_path / "data"), "north/train/a", "north/val/b", "south/c")
    assert images(read_tree(tree.root)) == {
        "north/train/a.jpg": "north/train", "north/val/b.jpg": "north/val", "south/c.jpg": "south/train",
    }  # fmt: skip


@pytest.mark.parametrize("folder", ["train2017", "training", "training_set", "Train", "trainset"])
def test_longer_spellings_of_a_split(tmp_path: Path, folder: str) -> None:
    tree = Tree(tmp_path / "data").file(f"labels/{folder}/a.txt", BOX).file("labels/val2017/b.txt", BOX)
    shot(tree, f"images/{folder}/a.jpg", "images/val2017/b.jpg")
    assert set(images(read_tree(tree.root)).values()) == {"train", "val"}


def test_lists_of_names_that_differ_are_reported(tmp_path: Path) -> None:
    tree = labelled(Tree(tmp_path / "data"), "train/a", "valid/b")
    tree.file("train/_darknet.labels", "cat\ndog\n").file("valid/_darknet.labels", "dog\n")
    dataset = read_tree(tree.root)
    assert named(dataset) == ("cat", "dog")
    assert notes(dataset) == [
        "valid/_darknet.labels: 1 classes, not the 2 of train/_darknet.labels, which are read"
    ]


def test_the_line_of_each_class_name(tmp_path: Path) -> None:
    tree = labelled(Tree(tmp_path / "data"), "a").file("classes.txt", "cat\n\ndog\n")
    rows = read_tree(tree.root).classes.select("class_id", "class_name", "path", "line").rows()
    assert rows == [
        (0, "cat", "classes.txt", 1), (1, "class 1", "classes.txt", 2), (2, "dog", "classes.txt", 3),
    ]  # fmt: skip


def test_a_list_that_obj_data_names_and_is_not_there(tmp_path: Path) -> None:
    tree = labelled(Tree(tmp_path / "data"), "obj/a").file("train.txt", "data/obj/a.jpg\n")
    tree.file("obj.data", "train = data/train.txt\nvalid = gone.txt\nnames = gone.names\n")
    assert notes(read_tree(tree.root)) == [
        "obj.data:3 `names` names a missing list of classes: gone.names",
        "obj.data:2 val names a missing list: gone.txt (looked for gone.txt)",
    ]


def test_poses_without_their_declaration_are_said_to_want_one(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "data").file("labels/a.txt", f"{BOX}{' 0.5 0.5 2' * 3}\n{BOX}\n")
    shot(tree, "images/a.jpg")
    [note] = notes(read_tree(tree.root), Problem.MALFORMED)
    assert note.startswith("labels/a.txt:1 14 fields")
    assert "`kpt_shape` in data.yaml" in note


def test_a_tar_file_beside_what_was_unpacked_from_it_is_not_looked_into(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "data")
    for index in range(101):
        tree.file(f"train/images/{index}.jpg").file(f"train/labels/{index}.txt", BOX)
    with tarfile.open(tree.root / "train.tar", "w") as shard:
        shard.add(tree.root / "train", "train")
    dataset = read_tree(tree.root)
    assert (dataset.format, dataset.images.height) == ("yolo", 101)
    with pytest.raises(UsageError, match=r"no dataset recognised|looks like"):
        read_tree(labelless(tree).root)
    tree.settings('format = "webdataset"')
    assert read_tree(tree.root).images.height == 101


def labelless(tree: Tree) -> Tree:
    """The tree without its folder of labels, its images in none that is called like a split."""
    shutil.rmtree(tree.root / "train/labels")
    (tree.root / "train").rename(tree.root / "pictures")
    (tree.root / "pictures/images").rename(tree.root / "pictures/all")
    return tree
