from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import BOX, Tree, picture, sound_tree, tree


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def draw(data: Tree, name: str, orientation: int = 6) -> Tree:
    """400 x 200 px as stored."""
    return data.draw(name, picture(1, 400, 200), exif=turned(orientation))


def coco(folder: Path, box: list[float], **declared: int) -> Tree:
    """One turned image with a box in pixels."""
    image: dict[str, Any] = {"id": 1, "file_name": "a.jpg", **declared}
    annotation = {"id": 1, "image_id": 1, "category_id": 1, "bbox": box, "area": 100, "iscrowd": 0}
    content = {"images": [image], "annotations": [annotation], "categories": [{"id": 1, "name": "hold"}]}
    data = tree(folder).file("train/_annotations.coco.json", json.dumps(content))
    return draw(data, "train/a.jpg")


SIZES = "EXIF orientation 6 displays it as 200 x 400 px, stored are 400 x 200 px"


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_with_boxes(tmp_path: Path, orientation: int) -> None:
    data = draw(sound_tree(tmp_path), "train/images/a.jpg", orientation).label("train", "a", BOX, BOX)
    found = check(data.root, "rotated_exif")
    assert (found.code, found.paths, found.severities) == (0, ["train/images/a.jpg"], {"warning"})
    text = found.findings[0].message
    assert text.startswith("2 annotations; nothing tells in which frame they are drawn: EXIF orientation")
    assert ("stored are 400 x 200 px" in text, f"orientation {orientation} " in text) == (True, True)
    assert found.header["measured"]["decoded"] == 0


def test_without_a_turn_or_without_boxes_nothing_is_wrong(tmp_path: Path) -> None:
    data = draw(sound_tree(tmp_path), "train/images/upright.jpg", 1).label("train", "upright", BOX)
    draw(data, "train/images/background.jpg").label("train", "background")
    draw(data, "train/images/odd.jpg", 9).label("train", "odd", BOX)
    assert check(data.root, "rotated_exif").findings == []


def test_a_class_has_no_frame(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for split in ("train", "val"):
        for name in ("cat", "dog"):
            draw(data, f"{split}/{name}/1.jpg")
    assert check(data.root, "rotated_exif").findings == []


def test_boxes_that_fit_the_stored_picture_only(tmp_path: Path) -> None:
    found = check(coco(tmp_path, [300, 20, 90, 100]).root, "rotated_exif")
    assert (found.code, found.paths, found.severities) == (1, ["train/a.jpg"], {"error"})
    message = "1 annotations; they reach to 390, 120 px and fit the stored picture only: " + SIZES
    assert found.findings[0].message == message


def test_boxes_that_fit_the_displayed_picture_only(tmp_path: Path) -> None:
    found = check(coco(tmp_path, [20, 300, 100, 90]).root, "rotated_exif")
    assert (found.code, found.severities) == (0, {"warning"})
    assert "fit the displayed picture only" in found.findings[0].message


@pytest.mark.parametrize(("width", "height", "frame"), [(400, 200, "stored"), (200, 400, "displayed")])
def test_the_declared_size_tells(tmp_path: Path, width: int, height: int, frame: str) -> None:
    found = check(coco(tmp_path, [20, 20, 100, 90], width=width, height=height).root, "rotated_exif")
    assert found.severities == {"error" if frame == "stored" else "warning"}
    said = f"{width} x {height} px are declared, the size of the {frame} picture"
    assert found.findings[0].message == f"1 annotations; {said}: {SIZES}"


def test_boxes_outside_of_both_tell_nothing(tmp_path: Path) -> None:
    found = check(coco(tmp_path, [300, 300, 100, 90]).root, "rotated_exif")
    assert (found.code, found.severities) == (0, {"warning"})
    assert "nothing tells" in found.findings[0].message
