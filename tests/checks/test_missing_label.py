from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import sound_tree


def test_image_without_label(tmp_path: Path) -> None:
    found = check(sound_tree(tmp_path).image("train", "new").root, "missing_label")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.line) == ("train/images/new.jpg", None)
    assert finding.message == "no label file train/labels/new.txt"
    assert (finding.severity, finding.unit, finding.fixable) == ("error", "train", True)
    assert finding.sha256 is not None


def test_an_empty_label_says_background(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "wall").label("train", "wall")
    assert check(data.root, "missing_label").code == 0


def test_a_label_that_is_a_folder_is_missing(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "new")
    (data.root / "train/labels/new.txt").mkdir()
    assert check(data.root, "missing_label").paths == ["train/images/new.jpg"]
