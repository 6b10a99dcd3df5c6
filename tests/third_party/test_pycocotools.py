"""COCO annotations that Holdfast reads are those that pycocotools reads."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.third_party.comparing import Box, Boxes, assert_same, boxes_of, dataset_of, library, shared
from tests.trees import tree
from tests.written import Coco

coco = library("pycocotools.coco")

POSE = (20, 20, 2, 40, 30, 1, 0, 0, 0)


def loaded(file: Path) -> Any:
    with contextlib.redirect_stdout(io.StringIO()):
        return coco.COCO(str(file))


def theirs(root: Path, file: Path) -> Boxes:
    """The boxes of a file, by the path of their image."""
    read = loaded(file)
    names = {number: category["name"] for number, category in read.cats.items()}
    found: Boxes = {}
    for image in read.loadImgs(read.getImgIds()):
        path = (file.parent / image["file_name"]).relative_to(root).as_posix()
        for entry in read.loadAnns(read.getAnnIds(image["id"])):
            x, y, width, height = entry["bbox"]
            box = Box(names[entry["category_id"]], (x, y, x + width, y + height))
            found.setdefault(path, []).append(box)
    return found


def written(root: Path) -> Path:
    """Thirty images with boxes, polygons of one and two rings, and poses."""
    built = tree(root)
    for split in ("train", "valid", "test"):
        made = Coco(built, split, classes=("hold", "volume", "hand"), first=7)
        for number in range(10):
            made.image(f"{number}.jpg").box(7, 3 + number, 4, 20.5, 30)
            made.polygon(8, [10, 10, 40.5, 12, 20, 50 + number], [60, 60, 80, 60, 70, 75])
            made.pose(9, *POSE)
        made.write()
    return built.root


def test_boxes(tmp_path: Path) -> None:
    root = written(tmp_path)
    ours = dataset_of(root)
    for split in ("train", "valid", "test"):
        wanted = theirs(root, root / split / "_annotations.coco.json")
        assert_same(boxes_of(ours, f"{split}/"), wanted, within=1e-9)


def test_polygons_and_keypoints(tmp_path: Path) -> None:
    root = written(tmp_path)
    rows = dataset_of(root).annotations.filter(label="train/_annotations.coco.json").sort("entry")
    entries = loaded(root / "train/_annotations.coco.json").dataset["annotations"]
    for row, entry in zip(rows.iter_rows(named=True), entries, strict=True):
        assert (row["keypoints"] or []) == entry.get("keypoints", [])
        rings = entry["segmentation"]
        if row["kind"] == "polygon":
            assert row["values"] == [value for ring in rings for value in ring]
            assert (row["rings"] or [len(row["values"])]) == [len(ring) for ring in rings]
        else:
            assert rings == []


def test_masks(tmp_path: Path) -> None:
    """The edges of a run-length mask are those of the box around it."""
    codec = library("pycocotools.mask")
    built = tree(tmp_path)
    made = Coco(built, "train")
    wanted = []
    for number in range(10):
        pixels = np.zeros((96, 128), np.uint8, order="F")
        pixels[10 + number : 40, 20 : 50 + number] = 1
        pixels[50:55, 5:9] = number % 2
        packed = codec.encode(pixels)
        box = codec.toBbox(packed).tolist()
        wanted.append(box)
        counts = {"size": [96, 128], "counts": packed["counts"].decode()}
        made.image(f"{number}.jpg").box(0, *box, segmentation=counts, iscrowd=1)
    rows = dataset_of(made.write().root).annotations
    assert set(rows["kind"]) == {"mask"}
    assert rows["crowd"].all()
    found = [(x, y, right - x, lower - y) for x, y, right, lower in
             rows.select("x_min", "y_min", "x_max", "y_max").rows()]  # fmt: skip
    assert found == [tuple(box) for box in wanted]


@pytest.mark.parametrize("name", ["chess-coco", "drone-video-coco"])
def test_public_sets(name: str) -> None:
    root = shared(name)
    ours = dataset_of(root)
    for split in ("train", "valid", "test"):
        wanted = theirs(root, root / split / "_annotations.coco.json")
        assert_same(boxes_of(ours, f"{split}/"), wanted, within=1e-9)
