from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, Tree, sound_tree, tree
from tests.written import Coco

RARE = "1 0.2 0.2 0.1 0.1"


def boxes(folder: Path, common: int, rare: int) -> Tree:
    """A set of two declared classes with so many boxes."""
    data = sound_tree(folder).config("train: train/images\nval: valid/images\nnames:\n  0: cat\n  1: lynx\n")
    for split in ("valid", "test"):
        data.label(split, split)
    return data.label("train", "train", *[BOX] * common, *[RARE] * rare)


def test_a_class_far_below_another(tmp_path: Path) -> None:
    found = check(boxes(tmp_path, 153, 3).root, "class_imbalance")
    [finding] = found.findings
    assert found.code == 0
    assert (finding.severity, finding.path, finding.line) == ("warning", "data.yaml", 5)
    assert finding.message == (
        "cat has 153 annotations, lynx has 3: 51 times as many, above 50 (1 of 2 classes so far below)"
    )


def test_a_ratio_that_is_allowed(tmp_path: Path) -> None:
    assert check(boxes(tmp_path, 150, 3).root, "class_imbalance").findings == []


def test_one_class(tmp_path: Path) -> None:
    assert check(boxes(tmp_path, 150, 0).root, "class_imbalance").findings == []


@pytest.mark.parametrize(("ratio", "number"), [(10, 1), (100, 0)])
def test_the_ratio_is_an_option(tmp_path: Path, ratio: int, number: int) -> None:
    data = boxes(tmp_path, 60, 1).settings(f"[rules.class_imbalance]\nratio = {ratio}\n")
    assert len(check(data.root, "class_imbalance").findings) == number


def test_classes_that_nothing_declares(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).label("train", "train", *[BOX] * 60, RARE)
    [finding] = check(data.root, "class_imbalance").findings
    assert finding.path == "."
    assert "class 0 has 62 annotations, class 1 has 1: 62 times" in finding.message


def test_a_class_that_is_not_declared_is_no_small_class(tmp_path: Path) -> None:
    data = boxes(tmp_path, 100, 20).label("valid", "valid", "7 0.5 0.5 0.1 0.1")
    assert check(data.root, "class_imbalance").findings == []


def test_collections_are_sets_of_their_own(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "a", "b").label("a/train", "train", *[BOX] * 60)
    data.label("b/train", "train", RARE).label("b/valid", "valid").label("b/test", "test")
    assert check(data.root, "class_imbalance").findings == []


def test_a_class_that_one_file_alone_declares(tmp_path: Path) -> None:
    data = tree(tmp_path)
    train = Coco(data, "train").image("a.jpg").box(7, 1, 1, 9, 9)
    train.document["categories"] = []
    train.write()
    valid = Coco(data, "valid").image("b.jpg")
    for place in range(60):
        valid.box(0, place, 1, 9, 9)
    valid.box(1, 1, 30, 9, 9).write()
    [finding] = check(data.root, "class_imbalance").findings
    assert finding.message.startswith("hold has 60 annotations, volume has 1: 60 times as many")
