from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import BOX, tree
from tests.written import Coco, voc


def test_one_place_with_two_classes(tmp_path: Path) -> None:
    lines = (BOX, "1 .1 .1 .1 .1", "1 .5 .5 .2 .2", "1 .5 .5 .2 .21", BOX)
    data = tree(tmp_path).config("train: train/images\nval: train/images\nnames: [hold, volume]")
    found = check(data.image("train", "a").label("train", "a", *lines).root, "overlapping_classes")
    assert found.code == 0
    assert found.places == [("train/labels/a.txt", 3), ("train/labels/a.txt", 5)]
    assert (
        found.findings[0].message == "two classes in one place: 'volume' here, 'hold' in line 1, IoU 1.0000"
    )
    assert found.severities == {"warning"}


def test_each_image_on_its_own(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 10, 10, 50, 50).image("b.jpg")
    data.box(1, 10, 10, 50, 50).box(0, 10, 10.5, 50, 50)
    found = check(data.write().root, "overlapping_classes")
    assert [(finding.entry, finding.pointer) for finding in found.findings] == [(2, "/annotations/2")]
    assert "IoU 0.9802" in found.findings[0].message


def test_crowds_and_the_same_class_overlap(tmp_path: Path) -> None:
    whole = {"counts": [0, 12288], "size": [96, 128]}
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 10, 10, 50, 50).box(0, 10, 10, 50, 50)
    data.box(1, 10, 10, 50, 50, iscrowd=1, segmentation=whole)
    assert check(data.write().root, "overlapping_classes").findings == []


def test_option(tmp_path: Path) -> None:
    data = voc(tree(tmp_path), "train", "a", [("hold", 10, 10, 50, 50), ("volume", 10, 10, 50, 60)])
    assert check(data.root, "overlapping_classes").findings == []
    data.settings("[rules.overlapping_classes]\noverlap = 0.8\n")
    [finding] = check(data.root, "overlapping_classes").findings
    assert finding.message == "two classes in one place: 'volume' here, 'hold' in line 4, IoU 0.8000"
