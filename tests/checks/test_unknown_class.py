from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import sound_tree, tree
from tests.written import Coco, voc

LINES = ("0 .5 .5 .1 .1", "2 .5 .5 .1 .1", "-1 .5 .5 .1 .1", "7 .1 .1 .2 .1 .2 .2")


@pytest.mark.parametrize("classes", ["names: [a, b]", "names: {0: a, 1: b}", "nc: 2\nnames: [a, b]", "nc: 2"])
def test_classes_that_nothing_declares(tmp_path: Path, classes: str) -> None:
    data = sound_tree(tmp_path).config(f"train: train/images\nval: valid/images\n{classes}")
    found = check(data.label("train", "train", *LINES).root, "unknown_class")
    assert found.code == 1
    assert found.places == [("train/labels/train.txt", line) for line in (2, 3, 4)]
    assert [finding.message for finding in found.findings] == [
        "class 2; 2 declared, counted from 0",
        "class -1; 2 declared, counted from 0",
        "class 7; 2 declared, counted from 0",
    ]
    assert found.severities == {"error"}
    assert not found.findings[0].fixable


def test_without_a_declaration_only_negative_numbers(tmp_path: Path) -> None:
    found = check(sound_tree(tmp_path).label("train", "train", *LINES).root, "unknown_class")
    assert found.places == [("train/labels/train.txt", 3)]
    assert found.findings[0].message == "class -1; a class number is 0 or more"


def test_each_collection_has_its_own_classes(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder", "mountain")
    data.file("boulder/data.yaml", "train: train/images\nnames: [a]")
    data.file("mountain/data.yaml", "train: train/images\nnames: [a, b, c]")
    for collection in ("boulder", "mountain"):
        data.label(f"{collection}/train", "train", "1 .5 .5 .1 .1")
    assert check(data.root, "unknown_class").paths == ["boulder/train/labels/train.txt"]


def test_a_category_that_the_json_lacks(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 1, 1, 9, 9).box(7, 5, 5, 9, 9).write()
    found = check(data.root, "unknown_class")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.pointer) == ("train/_annotations.coco.json", "/annotations/1")
    assert finding.message == "class 7; 2 declared, counted from 0"


def test_a_json_without_categories_beside_one_that_has_some(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 1, 1, 9, 9).write()
    valid = Coco(data, "valid", ()).image("b.jpg").box(0, 1, 1, 9, 9)
    [finding] = check(valid.write().root, "unknown_class").findings
    assert (finding.path, finding.message) == ("valid/_annotations.coco.json", "class 0; none is declared")


@pytest.mark.parametrize("text", [', "categories"', '"name": "volume"'])
def test_a_json_that_breaks_off_before_all_its_categories(tmp_path: Path, text: str) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 1, 1, 9, 9).write()
    Coco(data, "valid").image("b.jpg").box(0, 1, 1, 9, 9).box(1, 5, 5, 9, 9).write()
    file = data.path("valid/_annotations.coco.json")
    whole = json.loads(file.read_text())
    kept = {key: whole[key] for key in ("images", "annotations", "categories")}
    file.write_text(json.dumps(kept).split(text)[0])
    found = check(data.root, "unknown_class", "malformed_label").findings
    assert [finding.rule for finding in found] == ["malformed_label"]


def test_a_json_that_ends_too_early_and_has_its_categories(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(7, 1, 1, 9, 9).write()
    file = data.path("train/_annotations.coco.json")
    whole = json.loads(file.read_text())
    kept = {key: whole[key] for key in ("images", "categories", "annotations")}
    file.write_text(json.dumps(kept)[:-1])
    found = check(data.root, "unknown_class", "malformed_label").findings
    assert {finding.rule for finding in found} == {"unknown_class", "malformed_label"}


def test_names_that_nothing_declares(tmp_path: Path) -> None:
    assert check(voc(tree(tmp_path), "train", "a", [("x", 1, 1, 9, 9)]).root, "unknown_class").code == 0
