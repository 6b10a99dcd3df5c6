from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, tree
from tests.written import Coco

POLYGON = "0 .1 .1 .4 .1 .4 .4"


def test_boxes_and_polygons(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", BOX, POLYGON, BOX)
    data.image("train", "b").label("train", "b", BOX).image("valid", "c").label("valid", "c", POLYGON)
    found = check(data.root, "mixed_annotation_kinds")
    assert found.code == 0
    [finding] = found.findings
    assert (finding.path, finding.line, finding.unit) == ("train/labels/a.txt", 2, "train")
    assert finding.message == "3 boxes and 1 polygon in one split; this is the first polygon"
    assert found.severities == {"warning"}


@pytest.mark.parametrize(("share", "count"), [("0.0", 1), ("0.4", 1), ("0.5", 0)])
def test_option(tmp_path: Path, share: str, count: int) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").polygon(0, (10, 10, 40, 10, 40, 40))
    data.box(0, 10, 10, 20, 20).write().settings(f"[rules.mixed_annotation_kinds]\nshare = {share}\n")
    found = check(tmp_path / "data", "mixed_annotation_kinds")
    assert [finding.pointer for finding in found.findings] == ["/annotations/1"] * count


def test_crowds_are_not_counted(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").polygon(0, (10, 10, 40, 10, 40, 40))
    data.box(0, 0, 0, 128, 96, iscrowd=1, segmentation={"counts": [0, 12288], "size": [96, 128]})
    assert check(data.write().root, "mixed_annotation_kinds").findings == []
