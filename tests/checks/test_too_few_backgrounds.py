from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, Tree, tree


def train(folder: Path, images: int, backgrounds: int) -> Tree:
    """A train split; `backgrounds` of its images have an empty label. A val split without any."""
    data = tree(folder)
    for number in range(images):
        lines = [BOX] if number >= backgrounds else []
        data.file(f"train/images/{number}.jpg").label("train", str(number), *lines)
    return data.file("valid/images/v.jpg").label("valid", "v", BOX)


@pytest.mark.parametrize("backgrounds", [0, 4])
def test_hardly_any(tmp_path: Path, backgrounds: int) -> None:
    found = check(train(tmp_path, 1000, backgrounds).root, "too_few_backgrounds")
    assert found.code == 0
    [finding] = found.findings
    assert (finding.path, finding.unit, finding.severity) == ("train/images", "train", "info")
    told = f"{backgrounds} of 1000 images hold no object, 0.{backgrounds}0 %, below 0.5 %"
    assert finding.message == told


@pytest.mark.parametrize(("images", "backgrounds"), [(1000, 5), (999, 0)])
def test_enough_or_a_small_set(tmp_path: Path, images: int, backgrounds: int) -> None:
    assert check(train(tmp_path, images, backgrounds).root, "too_few_backgrounds").findings == []


def test_other_bounds(tmp_path: Path) -> None:
    data = train(tmp_path, 20, 1)
    data.settings("[rules.too_few_backgrounds]\nmin_share = 0.1\nmin_images = 20\n")
    [finding] = check(data.root, "too_few_backgrounds").findings
    assert finding.message == "1 of 20 images hold no object, 5.00 %, below 10 %"


def test_classes_have_no_backgrounds(tmp_path: Path) -> None:
    data = tree(tmp_path).settings("[rules.too_few_backgrounds]\nmin_images = 1\n")
    for split in ("train", "val"):
        for name in ("cat", "dog"):
            data.file(f"{split}/{name}/1.jpg").file(f"{split}/{name}/2.jpg")
    assert check(data.root, "too_few_backgrounds").findings == []
