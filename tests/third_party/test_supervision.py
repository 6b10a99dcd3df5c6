"""Annotations that Holdfast reads are those that supervision reads (https://supervision.roboflow.com)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.formats.voc.writing import devkit
from tests.third_party.comparing import Box, Boxes, assert_same, boxes_of, dataset_of, library, shared
from tests.trees import picture

sv = library("supervision")

CLASSES = ["hold", "volume", "wall"]


def theirs(root: Path, dataset: Any, first: float = 0) -> Boxes:
    """What supervision read; `first` is the number that it takes a format's first pixel for."""
    found: Boxes = {}
    for path, _, detections in dataset:
        if len(detections):
            name = Path(path).resolve().relative_to(root.resolve()).as_posix()
            found[name] = [
                Box(dataset.classes[number], (left + first, upper + first, right, lower))
                for number, (left, upper, right, lower) in zip(
                    detections.class_id, detections.xyxy.tolist(), strict=True
                )
            ]
    return found


def from_yolo(root: Path, split: str, **options: bool) -> Boxes:
    folder = root / split
    read = sv.DetectionDataset.from_yolo(
        str(folder / "images"), str(folder / "labels"), str(root / "data.yaml"), **options
    )
    return theirs(root, read)


def from_voc(root: Path) -> Boxes:
    read = sv.DetectionDataset.from_pascal_voc(str(root / "JPEGImages"), str(root / "Annotations"))
    return theirs(root, read, first=1)


def from_coco(root: Path, split: str) -> Boxes:
    file = root / split / "_annotations.coco.json"
    return theirs(root, sv.DetectionDataset.from_coco(str(root / split), str(file)))


def generated(root: Path, lines: int, numbers: int) -> Path:
    """A YOLO tree of 30 images with lines of a class and so many numbers each."""
    chance = random.Random(numbers)
    for split in ("train", "valid", "test"):
        for kind in ("images", "labels"):
            (root / split / kind).mkdir(parents=True)
        for image in range(10):
            picture(image, 96 + image, 64).save(root / split / "images" / f"{image}.png")
            rows = [
                " ".join(
                    [str(chance.randrange(3)), *(f"{chance.uniform(0.3, 0.6):.6f}" for _ in range(numbers))]
                )
                for _ in range(chance.randrange(lines))
            ]
            (root / split / "labels" / f"{image}.txt").write_text("\n".join(rows))
    places = "train: train/images\nval: valid/images\ntest: test/images\n"
    (root / "data.yaml").write_text(f"{places}names: [{', '.join(CLASSES)}]\n")
    return root


@pytest.mark.parametrize("numbers", [4, 6, 14], ids=["boxes", "triangles", "polygons"])
def test_yolo(tmp_path: Path, numbers: int) -> None:
    root = generated(tmp_path, 6, numbers)
    ours = dataset_of(root)
    for split in ("train", "valid", "test"):
        assert_same(boxes_of(ours, f"{split}/"), from_yolo(root, split))


def test_yolo_poses(tmp_path: Path) -> None:
    root = generated(tmp_path, 6, 4 + 5 * 3)
    with (root / "data.yaml").open("a") as file:
        file.write("kpt_shape: [5, 3]\n")
    ours = dataset_of(root)
    assert set(ours.annotations["kind"]) == {"pose"}
    assert_same(boxes_of(ours, "train/"), from_yolo(root, "train"))


def test_yolo_oriented_boxes(tmp_path: Path) -> None:
    root = generated(tmp_path, 6, 8)
    with (root / "data.yaml").open("a") as file:
        file.write("task: obb\n")
    ours = dataset_of(root)
    assert set(ours.annotations["kind"]) == {"oriented box"}
    assert_same(boxes_of(ours, "train/"), from_yolo(root, "train", is_obb=True))


def test_voc(tmp_path: Path) -> None:
    devkit(tmp_path, 30)
    assert_same(boxes_of(dataset_of(tmp_path)), from_voc(tmp_path))


def detections(root: Path) -> Any:
    """A dataset of supervision's own making: 30 pictures with up to 4 boxes each."""
    random_numbers = np.random.default_rng(3)
    (root / "pictures").mkdir(parents=True)
    paths, made = [], {}
    for number in range(30):
        path = str(root / "pictures" / f"{number:02}.png")
        picture(number, 120, 90).save(path)
        count = int(random_numbers.integers(1, 5))
        corner = random_numbers.integers(2, 40, (count, 2))
        size = random_numbers.integers(5, 40, (count, 2))
        edges = np.hstack((corner, corner + size)).astype(np.float32)
        paths.append(path)
        made[path] = sv.Detections(xyxy=edges, class_id=random_numbers.integers(0, 3, count))
    return sv.DetectionDataset(classes=CLASSES, images=paths, annotations=made)


def named(dataset: Any, folder: str) -> Boxes:
    """What a dataset in memory holds, by the path that its images get in a folder."""
    return {
        f"{folder}/{Path(path).name}": [
            Box(CLASSES[number], tuple(edges))
            for number, edges in zip(found.class_id, found.xyxy.tolist(), strict=True)
        ]
        for path, _, found in dataset
    }


def test_what_supervision_writes_as_yolo(tmp_path: Path) -> None:
    made, root = detections(tmp_path), tmp_path / "data"
    folders = str(root / "train" / "images"), str(root / "train" / "labels")
    made.as_yolo(*folders, str(root / "data.yaml"))
    assert_same(boxes_of(dataset_of(root)), named(made, "train/images"), within=0.1)


def test_what_supervision_writes_as_voc(tmp_path: Path) -> None:
    made, root = detections(tmp_path), tmp_path / "data"
    made.as_pascal_voc(str(root / "JPEGImages"), str(root / "Annotations"))
    shifted = {
        path: [Box(kind, (left + 1, upper + 1, right, lower)) for kind, (left, upper, right, lower) in boxes]
        for path, boxes in named(made, "JPEGImages").items()
    }
    assert_same(boxes_of(dataset_of(root)), shifted)


def test_what_supervision_writes_as_coco(tmp_path: Path) -> None:
    made, root = detections(tmp_path), tmp_path / "data"
    made.as_coco(str(root / "train"), str(root / "train" / "_annotations.coco.json"))
    assert_same(boxes_of(dataset_of(root)), named(made, "train"))


def test_class_folders(tmp_path: Path) -> None:
    for number in range(30):
        folder = tmp_path / "train" / ("cat", "dog", "sea lion")[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        picture(number, 40, 30).save(folder / f"{number}.png")
    read = sv.ClassificationDataset.from_folder_structure(str(tmp_path / "train"))
    wanted = {path: read.classes[found.class_id[0]] for path, _, found in read}
    ours = dataset_of(tmp_path).annotations.select("image", "class_name").rows()
    assert {str(tmp_path / image): kind for image, kind in ours} == wanted


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_climbing(split: str) -> None:
    root = shared("climbing")
    assert_same(boxes_of(dataset_of(root), f"{split}/"), from_yolo(root, split))


def test_ships() -> None:
    """Boxes and polygons mixed; supervision refuses the other splits, whose classes are not declared."""
    root = shared("ships")
    assert_same(boxes_of(dataset_of(root), "train/"), from_yolo(root, "train"))


def test_bloodcells() -> None:
    root = shared("bloodcells") / "BCCD"
    assert_same(boxes_of(dataset_of(root)), from_voc(root))


@pytest.mark.parametrize("name", ["chess-coco", "drone-video-coco"])
def test_coco(name: str) -> None:
    root = shared(name)
    ours = dataset_of(root)
    for split in ("train", "valid", "test"):
        assert_same(boxes_of(ours, f"{split}/"), from_coco(root, split))
