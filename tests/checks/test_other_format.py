from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import Tree, sound_tree
from tests.written import Coco


def both(folder: Path) -> Tree:
    """A YOLO tree with a COCO json beside its images."""
    data = sound_tree(folder).config("train: train/images\nval: valid/images\nnames: [hold, volume]")
    for split, name in (("train", "train"), ("valid", "valid"), ("test", "test")):
        Coco(data, f"{split}/images").image(f"{name}.jpg").box(0, 40, 40, 20, 20).write()
    return data


def test_one_format_is_read_and_the_other_reported(tmp_path: Path) -> None:
    data = both(tmp_path).settings('format = "yolo"')
    found = check(data.root, "other_format")
    assert found.code == 0
    assert "(yolo: " in found.text
    [finding] = found.findings
    assert "coco" in finding.message
    assert found.severities == {"warning"}
    data.settings('format = "coco"')
    found = check(data.root, "other_format")
    assert "(coco: " in found.text
    assert found.severities == {"warning"}


def test_two_that_are_equally_plausible(tmp_path: Path) -> None:
    found = check(both(tmp_path).root, "other_format")
    assert found.code == 1
    assert 'format = "' in found.findings[0].message
    assert "error" in found.severities


def test_one_format(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, "other_format").findings == []
