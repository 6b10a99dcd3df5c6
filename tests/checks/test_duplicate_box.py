from __future__ import annotations

import json
from pathlib import Path

from tests.checking import check
from tests.trees import BOX, picture, tree
from tests.written import Coco, voc


def test_repeated_lines_warn(tmp_path: Path) -> None:
    lines = (BOX, "1 .1 .1 .1 .1", "0 .5 .50 .2 2e-1", BOX)
    found = check(tree(tmp_path).image("train", "a").label("train", "a", *lines).root, "duplicate_box")
    assert found.code == 0
    assert found.places == [("train/labels/a.txt", 3), ("train/labels/a.txt", 4)]
    assert {finding.message for finding in found.findings} == {"says the same as line 1"}
    assert found.severities == {"warning"}
    assert "2 warnings" in found.text


def test_another_class_or_file_is_no_repetition(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").image("train", "b").label("train", "b", BOX)
    data.label("train", "a", BOX, "1 0.5 0.5 0.2 0.2", "0 0.5 0.5 0.2 0.21")
    assert check(data.root, "duplicate_box").findings == []


def test_severity_is_a_setting(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", BOX, BOX)
    assert check(
        data.settings('[rules.duplicate_box]\nseverity = "info"').root, "duplicate_box"
    ).severities == {"info"}
    raised = check(data.settings('[rules.duplicate_box]\nseverity = "error"').root, "duplicate_box")
    assert (raised.code, raised.severities) == (1, {"error"})


def test_boxes_that_nearly_agree(tmp_path: Path) -> None:
    coco = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 10, 10, 60, 60).box(1, 10, 10, 60, 60)
    coco.box(0, 10, 10, 60, 60.3).box(0, 10, 10, 60, 58).image("b.jpg").box(0, 10, 10, 60, 60)
    data = coco.write()
    [finding] = check(data.root, "duplicate_box").findings
    assert finding.pointer == "/annotations/2"
    assert finding.message == "overlaps line 17 by an IoU of 0.9950, of the same class"
    assert finding.severity == "warning"
    data.settings("[rules.duplicate_box]\noverlap = 0.95\n")
    entries = [finding.entry for finding in check(data.root, "duplicate_box").findings]
    assert entries == [2, 3]
    data.settings("[rules.duplicate_box]\noverlap = 1.0\n")
    assert check(data.root, "duplicate_box").findings == []


def test_the_same_polygon(tmp_path: Path) -> None:
    ring = (10, 10, 50, 10, 55, 50, 12, 50)
    coco = Coco(tree(tmp_path), "train").image("a.jpg").polygon(0, ring).polygon(0, ring)
    coco.polygon(0, ring[2:] + ring[:2]).polygon(0, (10, 10, 50, 10, 55, 50, 13, 50)).polygon(1, ring)
    found = check(coco.write().root, "duplicate_box")
    assert [(finding.entry, finding.message[:21]) for finding in found.findings] == [
        (1, "says the same as line"),
        (2, "has the same points a"),
    ]


def test_crowds_repeat_nothing(tmp_path: Path) -> None:
    crowd = {"iscrowd": 1, "segmentation": {"counts": [0, 12288], "size": [96, 128]}}
    coco = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 0, 0, 128, 96, **crowd)
    assert check(coco.box(0, 0, 0, 128, 96, **crowd).write().root, "duplicate_box").findings == []


def test_entries_of_one_line(tmp_path: Path) -> None:
    coco = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 1, 1, 20, 20).box(0, 1, 1, 20, 20)
    data = coco.write()
    data.file("train/_annotations.coco.json", json.dumps(coco.document))
    [finding] = check(data.root, "duplicate_box").findings
    assert (finding.entry, finding.message) == (1, "says the same as entry 0")


def test_objects_of_an_xml(tmp_path: Path) -> None:
    boxes = [("hold", 1, 1, 20, 20), ("volume", 1, 1, 20, 20), ("hold", 1, 1, 20, 20)]
    [finding] = check(voc(tree(tmp_path), "train", "a", boxes).root, "duplicate_box").findings
    assert (finding.path, finding.line, finding.message) == ("train/a.xml", 12, "says the same as line 4")


def test_boxes_of_missing_images_repeat_nothing(tmp_path: Path) -> None:
    rows = "a.jpg,128,96,x,1,1,9,9", "gone.jpg,128,96,x,1,1,9,9", "lost.jpg,128,96,x,1,1,9,9"
    data = tree(tmp_path).draw("train/a.jpg", picture(1))
    data.file("train/_annotations.csv", "\n".join(("filename,width,height,class,xmin,ymin,xmax,ymax", *rows)))
    assert check(data.root, "duplicate_box", "overlapping_classes").findings == []
