from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, tree
from tests.written import Coco


def test_all_of_the_image(tmp_path: Path) -> None:
    lines = ("0 .5 .5 1 1", BOX, "0 .5 .5 1 .9", "0 .5 .5 1.5 1.5", "0 0 0 1 0 1 1 0 1")
    found = check(tree(tmp_path).image("train", "a").label("train", "a", *lines).root, "full_image_box")
    assert found.code == 0
    assert [finding.line for finding in found.findings] == [1, 4, 5]
    assert found.findings[0].message == "box covers 100.0% of the width and 100.0% of the height of the image"
    assert found.severities == {"info"}


@pytest.mark.parametrize(("share", "entries"), [(0.99, [0]), (0.9, [0, 1])])
def test_pixels(tmp_path: Path, share: float, entries: list[int]) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 0, 0, 127, 96).box(0, 3, 3, 119, 90).write()
    data.settings(f"[rules.full_image_box]\nshare = {share}\n")
    assert [finding.entry for finding in check(data.root, "full_image_box").findings] == entries


def test_classes_of_whole_images_cover_nothing(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for split in ("train", "val"):
        for name in ("cat", "dog"):
            data.image(f"{split}/{name}", "a").copy(f"{split}/{name}/images/a.jpg", f"{split}/{name}/a.jpg")
            (data.root / f"{split}/{name}/images/a.jpg").unlink()
            (data.root / f"{split}/{name}/images").rmdir()
    found = check(data.root, "full_image_box")
    assert (found.code, found.findings) == (0, [])
    assert "class_folders" in found.text
