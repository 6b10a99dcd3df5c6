"""Splits that are there and are not read: their file is gone, a link, or says nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast import Problem
from tests.checking import check
from tests.formats.coco.writing import document, draw, put
from tests.formats.reading import notes, read_tree
from tests.trees import Tree, picture, tree

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"


def coco(data: Tree, split: str, name: str) -> None:
    document = {
        "images": [{"id": 1, "file_name": name, "width": 128, "height": 96}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 9, 9]}],
        "categories": [{"id": 1, "name": "x"}],
    }
    data.file(f"{split}/_annotations.coco.json", json.dumps(document))


def table(data: Tree, split: str, name: str) -> None:
    data.file(f"{split}/_annotations.csv", f"{HEADER}{name},128,96,x,1,1,9,9\n")


def metadata(data: Tree, split: str, name: str) -> None:
    data.file(f"{split}/metadata.jsonl", json.dumps({"file_name": name, "label": "x"}) + "\n")


WRITERS = {"_annotations.coco.json": coco, "_annotations.csv": table, "metadata.jsonl": metadata}


def written(folder: Path, name: str) -> Tree:
    """A tree of three splits, an image each, with the file of this name in each."""
    data = tree(folder)
    for number, split in enumerate(("train", "valid", "test")):
        data.draw(f"{split}/{split}.jpg", picture(number))
        WRITERS[name](data, split, f"{split}.jpg")
    return data


@pytest.mark.parametrize("name", WRITERS)
def test_the_file_of_one_split_is_gone(tmp_path: Path, name: str) -> None:
    data = written(tmp_path, name)
    assert notes(read_tree(data.root)) == []
    (data.root / "test" / name).unlink()
    found = check(data.root, "broken_config")
    assert (found.code, found.paths) == (1, ["test"])
    assert found.findings[0].message.startswith("test is not read: 1 images and no file that names them")


def apart(folder: Path, *splits: str) -> Path:
    """COCO's own tree, an image in each of these folders, with the files of train and val."""
    draw(folder, *(f"images/{split}/{number}.jpg" for number, split in enumerate(splits)))
    for number, split in enumerate(splits):
        if split in ("train2017", "val2017"):
            put(folder, f"annotations/instances_{split}.json", document([f"{number}.jpg"]))
    return folder


def test_the_file_of_one_split_is_gone_from_a_folder_of_files(tmp_path: Path) -> None:
    root = apart(tmp_path, "train2017", "val2017", "test2017", "unlabeled2017")
    assert notes(read_tree(root)) == []
    (root / "annotations/instances_val2017.json").unlink()
    found = check(root, "broken_config")
    assert (found.code, found.paths) == (1, ["images/val2017"])
    assert found.findings[0].message == (
        "val is not read: 1 images and no file that names them, as annotations/instances_train2017.json "
        "names others"
    )


def test_the_file_of_one_split_is_gone_and_images_lie_deeper(tmp_path: Path) -> None:
    draw(tmp_path, "train/images/0.jpg", "val/images/1.jpg")
    put(tmp_path, "annotations/train.json", document(["0.jpg"]))
    assert [note.split(":")[0] for note in notes(read_tree(tmp_path))] == ["val"]


def test_a_folder_of_another_split_whose_images_are_named(tmp_path: Path) -> None:
    names = [f"train/{number}.jpg" for number in range(600)] + [
        "val/600.jpg"
    ]  # more than are looked at first
    draw(tmp_path, *names, width=4, height=4)
    put(tmp_path, "trainval.json", document(names, 4, 4))
    dataset = read_tree(tmp_path)
    assert (dataset.images.height, notes(dataset)) == (601, [])


@pytest.mark.parametrize("name", WRITERS)
def test_the_file_of_one_split_is_a_link(tmp_path: Path, name: str) -> None:
    data = written(tmp_path, name)
    kept = tmp_path / name
    (data.root / "test" / name).rename(kept)
    (data.root / "test" / name).symlink_to(kept)
    found = check(data.root, "broken_config")
    assert found.code == 1
    assert (f"test/{name}", "not read: a symbolic link, not followed") in [
        (finding.path, finding.message) for finding in found.findings
    ]


@pytest.mark.parametrize("name", ["instances_val.json", "classes.txt", "deep/val.csv", "a.parquet"])
def test_links_of_no_split_that_may_say_something(tmp_path: Path, name: str) -> None:
    data = written(tmp_path, "_annotations.csv")
    data.path(f"more/{name}").symlink_to(tmp_path)
    data.path("more/README.txt").symlink_to(tmp_path)
    assert notes(read_tree(data.root), Problem.NOT_READ) == [
        f"more/{name}: not read: a symbolic link, not followed"
    ]


def test_folders_of_classes_without_an_image(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number, place in enumerate(("train/cat", "train/dog", "val/cat", "val/dog")):
        data.draw(f"{place}/{number}.jpg", picture(number))
    (data.root / "test" / "cat").mkdir(parents=True)
    assert notes(read_tree(data.root)) == ["test: test is not read: the folder holds no image"]


def test_settings_may_leave_a_split_out(tmp_path: Path) -> None:
    data = written(tmp_path, "_annotations.csv").settings('[splits]\ntrain = "train"\nval = "valid"\n')
    (data.root / "test" / "_annotations.csv").unlink()
    assert notes(read_tree(data.root)) == []


@pytest.mark.parametrize(("text", "message"), [
    ("", "holds no row"), (HEADER, "a header and no row: it names no image"),
])  # fmt: skip
def test_a_list_that_names_nothing(tmp_path: Path, text: str, message: str) -> None:
    data = written(tmp_path, "_annotations.csv").file("test/_annotations.csv", text)
    assert notes(read_tree(data.root), Problem.MALFORMED) == [f"test/_annotations.csv:1 {message}"]
