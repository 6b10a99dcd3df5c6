from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.checking import check
from tests.trees import Tree, tree


def animals(folder: Path, number: int = 30, **drawn: tuple[str, tuple[int, int]]) -> Tree:
    """Class folders in two splits: for each class its suffix and the size of its pictures, all of noise."""
    data = tree(folder)
    random = np.random.default_rng(5)
    for name, (suffix, (width, height)) in drawn.items():
        for count in range(number):
            split = "train" if count % 3 else "val"
            noise = Image.fromarray(random.integers(0, 255, (height, width), dtype=np.uint8))
            data.draw(f"{split}/{name}/{count}.{suffix}", noise)
    return data


def test_a_class_of_another_size(tmp_path: Path) -> None:
    data = animals(tmp_path, cat=("png", (8, 8)), dog=("png", (8, 8)), fox=("png", (12, 8)))
    found = check(data.root, "label_shortcut")
    assert found.code == 0
    [finding] = found.findings
    assert (finding.severity, finding.path) == ("warning", "train/fox")
    assert finding.message == (
        "width gives fox away: at least 12 holds for 100 % of its 30 images and 0 % of the others, "
        "balanced accuracy 1.00"
    )


def test_a_class_in_another_file_format(tmp_path: Path) -> None:
    sizes = (9, 9)
    data = animals(tmp_path, cat=("png", sizes), dog=("png", sizes), fox=("bmp", sizes))
    [finding] = check(data.root, "label_shortcut").findings
    assert finding.message.startswith("format gives fox away: BMP holds for 100 % of its 30 images and")


def test_a_class_in_the_dark(tmp_path: Path) -> None:
    data = animals(tmp_path, cat=("bmp", (8, 8)), dog=("bmp", (8, 8)), fox=("bmp", (8, 8)))
    for file in (data.root / "train/fox").iterdir():
        dark = Image.open(file).point(lambda value: value // 4)
        dark.save(file)
    for file in (data.root / "val/fox").iterdir():
        Image.new("L", (8, 8), 9).save(file)
    [finding] = check(data.root, "label_shortcut").findings
    assert finding.message.startswith("brightness gives fox away: at most 0.")


def test_of_two_classes_one_is_reported(tmp_path: Path) -> None:
    data = animals(tmp_path, cat=("png", (8, 8)), dog=("png", (8, 16)))
    assert len(check(data.root, "label_shortcut").findings) == 1


def test_pictures_of_one_kind(tmp_path: Path) -> None:
    data = animals(tmp_path, cat=("bmp", (8, 8)), dog=("bmp", (8, 8)), fox=("bmp", (8, 8)))
    assert check(data.root, "label_shortcut").findings == []


@pytest.mark.parametrize(("options", "number"), [("min_images = 31", 0), ("accuracy = 0.7", 1), ("", 0)])
def test_options(tmp_path: Path, options: str, number: int) -> None:
    """Of 30 pictures of foxes 15 are wider: balanced accuracy 0.75."""
    data = animals(tmp_path, cat=("bmp", (8, 8)), fox=("bmp", (8, 8)))
    for count in range(15):
        split = "train" if count % 3 else "val"
        data.draw(f"{split}/fox/{count}.bmp", Image.new("L", (16, 8)))
    data.settings(f"[rules.label_shortcut]\n{options}\n")
    assert len(check(data.root, "label_shortcut").findings) == number


def test_images_whose_boxes_are_of_one_class(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for count in range(90):
        data.draw(f"train/images/{count}.bmp", Image.new("L", (8 + 2 * (count // 60), 8)))
        data.label("train", str(count), f"{count // 30} 0.5 0.5 0.1 0.1", f"{count // 30} 0.5 0.5 0.2 0.2")
    [finding] = check(data.root, "label_shortcut").findings
    assert (finding.path, finding.severity) == ("train/images", "info")
    assert finding.message.startswith("width gives class 2 away: at least 10 holds for 100 % of its 30")


def test_boxes_of_many_classes_say_nothing(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for count in range(40):
        data.draw(f"train/images/{count}.png", Image.new("L", (8 + count % 2, 8)))
        data.label("train", str(count), "0 0.5 0.5 0.1 0.1", "1 0.5 0.5 0.2 0.2")
    assert check(data.root, "label_shortcut").findings == []
