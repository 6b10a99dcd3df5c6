from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import sound_tree


def test_split_without_image(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).label("dev", "a").config("train: train/images\nval: [dev/images, dev/more]")
    (data.root / "dev/images").mkdir()
    (data.root / "dev/more").mkdir()
    found = check(data.root, "empty_split")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.related, finding.unit) == ("dev/images", ("dev/more",), "val")
    assert finding.message == "val holds 0 images"
    assert finding.severity == "error"


def test_list_without_entry(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config("train: train/images\nval: val.txt").file("val.txt")
    assert check(data.root, "empty_split").paths == ["val.txt"]


def test_splits_with_images(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, "empty_split").code == 0
