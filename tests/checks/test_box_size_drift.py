from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from tests.checking import check
from tests.trees import Tree, tree


def sized(folder: Path, **sides: tuple[float, ...]) -> Tree:
    """A split each with 40 images of one box, whose side is the next of these fractions of the image."""
    data = tree(folder)
    for split, values in sides.items():
        for number in range(40):
            side = values[number % len(values)]
            data.draw(f"{split}/images/{number}.png", Image.new("L", (20, 10)))
            data.label(split, str(number), f"0 0.5 0.5 {side} {side}")
    return data


def test_other_sizes(tmp_path: Path) -> None:
    data = sized(tmp_path, train=(0.1, 0.2, 0.3, 0.4), valid=(0.4, 0.3, 0.2, 0.1), test=(0.5, 0.6, 0.4, 0.5))
    found = check(data.root, "box_size_drift")
    assert found.code == 0
    assert [(finding.unit, finding.path) for finding in found.findings] == [
        ("train-test", "test/images"),
        ("val-test", "test/images"),
    ]
    assert found.findings[0].severity == "warning"
    assert found.findings[0].message.startswith(
        "box sizes differ from train: distance 0.75, above 0.15; median"
    )
    assert found.findings[0].message.endswith("% of the image in train, 50.0 % in test")


def test_the_same_sizes(tmp_path: Path) -> None:
    data = sized(tmp_path, train=(0.1, 0.2, 0.3, 0.4, 0.5), valid=(0.5, 0.1, 0.4, 0.2, 0.3))
    assert check(data.root, "box_size_drift").findings == []


def test_a_small_difference_may_be_chance(tmp_path: Path) -> None:
    data = sized(
        tmp_path, train=(0.1, 0.2, 0.3, 0.4), valid=(0.2, 0.3, 0.4, 0.5)
    )  # distance 0.25 of 40 and 40
    assert check(data.root, "box_size_drift").findings == []


def test_few_images_are_not_compared(tmp_path: Path) -> None:
    data = sized(tmp_path, train=(0.1,), valid=(0.9,)).settings("[rules.box_size_drift]\nmin_images = 41\n")
    assert check(data.root, "box_size_drift").findings == []


def test_the_limit_is_an_option(tmp_path: Path) -> None:
    data = sized(tmp_path, train=(0.1, 0.9), valid=(0.9, 0.9))
    assert len(check(data.root, "box_size_drift").findings) == 1
    data.settings("[rules.box_size_drift]\nmax_distance = 0.6\n")
    assert check(data.root, "box_size_drift").findings == []


def test_pixels_are_compared_as_fractions_of_the_image(tmp_path: Path) -> None:
    """The boxes have 10 px in both splits; the images are five times as wide in one."""
    data = tree(tmp_path)
    for split, side in (("train", 20), ("valid", 100)):
        names = [f"{number}.png" for number in range(40)]
        for name in names:
            data.draw(f"{split}/{name}", Image.new("L", (side, side)))
        boxes = [
            {
                "id": number,
                "image_id": number,
                "category_id": 1,
                "bbox": [2, 2, 10, 10],
                "area": 100,
                "iscrowd": 0,
            }
            for number in range(40)
        ]
        images = [
            {"id": number, "file_name": name, "width": side, "height": side}
            for number, name in enumerate(names)
        ]
        whole = {"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "a"}]}
        data.file(f"{split}/_annotations.coco.json", json.dumps(whole))
    [finding] = check(data.root, "box_size_drift").findings
    assert finding.message.endswith("median side 50.0 % of the image in train, 10.0 % in val")
