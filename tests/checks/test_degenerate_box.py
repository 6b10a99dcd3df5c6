from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import BOX, tree
from tests.written import Coco, voc


def test_annotations_without_area(tmp_path: Path) -> None:
    lines = ("0 .5 .5 0 .1", "0 .5 .5 .1 0", "0 .5 .5 -.1 .1", "0 .1 .1 .1 .2 .1 .3", "0 .3 .3 1e-400 .1")
    found = check(tree(tmp_path).image("train", "a").label("train", "a", *lines).root, "degenerate_box")
    assert found.code == 1
    assert found.places == [("train/labels/a.txt", line) for line in (1, 2, 3, 4, 5)]
    assert found.findings[0].message == "box of width 0 and height 0.1"
    assert found.findings[3].message == "polygon of width 0 and height 0.2"
    assert found.severities == {"error"}


def test_small_is_not_degenerate(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", BOX, "0 .5 .5 1e-9 1e-9", "0 0 0 1 0 0 1")
    assert check(data.root, "degenerate_box").code == 0


def test_formats_that_count_pixels(tmp_path: Path) -> None:
    boxes = [("hold", 5, 5, 5, 20), ("hold", 5, 5, 6, 6), ("hold", 9, 9, 5, 20)]
    found = check(voc(tree(tmp_path / "voc"), "train", "a", boxes).root, "degenerate_box")
    assert [(finding.path, finding.line, finding.message) for finding in found.findings] == [
        ("train/a.xml", 4, "box of width 0 and height 15"),
        ("train/a.xml", 12, "box of width -4 and height 11"),
    ]
    coco = Coco(tree(tmp_path / "coco"), "train").image("a.jpg").box(0, 5, 5, 10, 0).box(0, 5, 5, 1, 1)
    [finding] = check(coco.write().root, "degenerate_box").findings
    assert (finding.entry, finding.message) == (0, "box of width 10 and height 0")


def test_points_on_a_sloping_line(tmp_path: Path) -> None:
    lines = ("0 .1 .1 .2 .2 .3 .3 .25 .25", "0 .1 .1 .4 .4 .1 .4 .4 .1", "0 .1 .1 .2 .2 .3 .300001")
    found = check(tree(tmp_path).image("train", "a").label("train", "a", *lines).root, "degenerate_box")
    assert [(finding.line, finding.message) for finding in found.findings] == [
        (1, "polygon without area: its 4 points lie on one line")
    ]


def test_one_flat_ring_of_two(tmp_path: Path) -> None:
    square, flat = (10, 10, 40, 10, 40, 40, 10, 40), (50, 50, 60, 60, 70, 70)
    coco = Coco(tree(tmp_path), "train").image("a.jpg").polygon(0, square, flat).polygon(0, flat, flat)
    [finding] = check(coco.write().root, "degenerate_box").findings
    assert finding.pointer == "/annotations/1"
