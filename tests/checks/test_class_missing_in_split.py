from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import BOX, sound_tree, tree
from tests.written import Coco, voc

NAMED = "train: train/images\nval: valid/images\ntest: test/images\nnames: [a, b, c]"


def test_only_in_train(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config(NAMED).label("train", "train", BOX, "2 .1 .1 .1 .1", "2 .3 .3 .1 .1")
    data.label("valid", "valid", BOX, "1 .2 .2 .1 .1")
    found = check(data.root, "class_missing_in_split")
    assert found.code == 0
    assert [(finding.path, finding.line, finding.message) for finding in found.findings] == [
        ("valid/labels/valid.txt", 2, "'b' is not in every split: 0 in train, 1 in val, 0 in test"),
        ("train/labels/train.txt", 2, "'c' is not in every split: 2 in train, 0 in val, 0 in test"),
    ]
    assert found.severities == {"warning"}


def test_classes_that_are_not_declared_and_splits_without_annotations(tmp_path: Path) -> None:
    data = (
        sound_tree(tmp_path).config(NAMED).label("train", "train", BOX, "7 .1 .1 .1 .1").label("test", "test")
    )
    assert check(data.root, "class_missing_in_split").findings == []


def test_names_and_numbers_of_other_formats(tmp_path: Path) -> None:
    data = voc(tree(tmp_path / "voc"), "train", "a", [("hold", 1, 1, 9, 9)])
    voc(data, "valid", "b", [("hold", 1, 1, 9, 9), ("volume", 1, 1, 9, 20)])
    [finding] = check(data.root, "class_missing_in_split").findings
    assert finding.message == "'volume' is not in every split: 0 in train, 1 in val"
    data = tree(tmp_path / "coco")
    Coco(data, "train").image("a.jpg").box(0, 1, 1, 9, 9).box(1, 1, 1, 9, 20).write()
    Coco(data, "test").image("b.jpg").box(0, 1, 1, 9, 9).write()
    [finding] = check(data.root, "class_missing_in_split").findings
    assert finding.message == "'volume' is not in every split: 1 in train, 0 in test"
    assert finding.pointer == "/annotations/1"
