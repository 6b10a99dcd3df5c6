from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import sound_tree, tree
from tests.written import Coco, voc


@pytest.mark.parametrize(
    ("names", "message", "severity"),
    [
        ("rook, Rook", "'Rook' and 'rook' differ only in case, blanks, - and _", "warning"),
        ("hot dog, hot_dog", "'hot_dog' and 'hot dog' differ only in case, blanks, - and _", "warning"),
        ("hotdog, Hot-Dog", "'Hot-Dog' and 'hotdog' differ only in case, blanks, - and _", "warning"),
        ("caf\u00e9, cafe\u0301", "'cafe\u0301' and 'caf\u00e9' differ only in case", "warning"),
        ("hold, holds", "'holds' and 'hold' differ only in a final s", "info"),
        ("holds, hold", "'hold' and 'holds' differ only in a final s", "info"),
        ("bishop, black-bishop, white bishop", "'bishop' and 'black-bishop', 'white bishop' differ by",
         "info"),
    ],
)  # fmt: skip
def test_names_that_are_alike(tmp_path: Path, names: str, message: str, severity: str) -> None:
    data = sound_tree(tmp_path).config(f"train: train/images\nval: valid/images\nnames: [{names}]")
    found = check(data.root, "inconsistent_class_names")
    assert found.code == 0
    [finding] = found.findings
    assert finding.path == "data.yaml"
    assert message in finding.message
    assert found.severities == {severity}


@pytest.mark.parametrize("names", ["black-king, white-king", "'0', '1', '10'", "'-', '_', ' '", "ab, a"])
def test_names_that_are_not(tmp_path: Path, names: str) -> None:
    data = sound_tree(tmp_path).config(f"train: train/images\nval: valid/images\nnames: [{names}]")
    assert check(data.root, "inconsistent_class_names").findings == []


def test_collections_and_names_that_nothing_declares(tmp_path: Path) -> None:
    data = sound_tree(tmp_path / "yolo", "boulder", "mountain")
    data.file("boulder/data.yaml", "train: train/images\nval: valid/images\nnames: [hold]")
    data.file("mountain/data.yaml", "train: train/images\nval: valid/images\nnames: [Hold]")
    assert check(data.root, "inconsistent_class_names").paths == ["mountain/data.yaml"]
    data = voc(tree(tmp_path / "voc"), "train", "a", [("RBC", 1, 1, 9, 9)])
    voc(data, "valid", "b", [("RBC", 1, 1, 9, 9), ("rbc", 1, 1, 9, 20)])
    [finding] = check(data.root, "inconsistent_class_names").findings
    assert (finding.path, finding.line, finding.entry) == ("valid/b.xml", 8, 1)
    assert finding.message == "class 'rbc' and 'RBC' differ only in case, blanks, - and _"


def test_the_place_in_json(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train", ("rook", "ROOK")).image("a.jpg").write()
    [finding] = check(data.root, "inconsistent_class_names").findings
    assert finding.pointer == "/categories/1"
