from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import sound_tree, tree
from tests.written import Coco, voc


def test_declared_and_never_used(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config(
        "train: train/images\nval: valid/images\ntest: test/images\nnames: [a, b]"
    )
    found = check(data.root, "unused_class")
    assert found.code == 0
    [finding] = found.findings
    assert finding.path == "data.yaml"
    assert finding.message == "class 1 'b' is declared, and none of 3 annotations has it"
    assert found.severities == {"warning"}


def test_one_annotation_in_any_split_will_do(tmp_path: Path) -> None:
    data = tree(tmp_path)
    Coco(data, "train", ("pieces", "rook", "king")).image("a.jpg").box(1, 10, 10, 20, 20).write()
    Coco(data, "valid", ("pieces", "rook", "king")).image("b.jpg").box(2, 10, 10, 20, 20).write()
    [finding] = check(data.root, "unused_class").findings
    assert (finding.path, finding.pointer) == ("train/_annotations.coco.json", "/categories/0")
    assert finding.message == "class 0 'pieces' is declared, and none of 2 annotations has it"


def test_nothing_declared_or_nothing_annotated(tmp_path: Path) -> None:
    voc(tree(tmp_path / "voc"), "train", "a", [("hold", 1, 1, 9, 9)])
    assert check(tmp_path / "voc" / "data", "unused_class").findings == []
    Coco(tree(tmp_path / "coco"), "train").image("a.jpg").write()
    assert check(tmp_path / "coco" / "data", "unused_class").findings == []
