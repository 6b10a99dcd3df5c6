from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, sound_tree, tree
from tests.written import Coco


@pytest.mark.parametrize(
    ("table", "pointer"),
    [("images", "/images/1"), ("annotations", "/annotations/1"), ("categories", "/categories/1")],
)
def test_two_entries_with_one_id(tmp_path: Path, table: str, pointer: str) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 10, 10, 20, 20)
    data.image("b.jpg").box(1, 10, 10, 20, 20)
    clean = check(data.write().root, "duplicate_id")
    assert (clean.code, clean.findings) == (0, [])
    data.document[table][1]["id"] = data.document[table][0]["id"]
    found = check(data.write().root, "duplicate_id")
    assert found.code == 1
    [finding] = found.findings
    assert finding.path == "train/_annotations.coco.json"
    assert finding.line is not None
    assert (finding.pointer or "").startswith(pointer)
    assert found.severities == {"error"}


def test_a_label_of_two_images(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "a").image("train", "a", suffix=".png")
    data.label("train", "a", BOX).image("valid", "a").label("valid", "a", BOX)
    data.image("train", "b").image("train", "b", suffix=".png")  # and no label: not this rule's
    found = check(data.root, "duplicate_id")
    assert (found.code, found.severities) == (0, {"warning"})
    [finding] = found.findings
    assert finding.path == "train/labels/a.txt"
    assert finding.related == ("train/images/a.jpg", "train/images/a.png")
    assert finding.message == "is the label of 2 images: train/images/a.jpg, train/images/a.png"
