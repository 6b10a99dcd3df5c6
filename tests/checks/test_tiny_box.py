from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import BOX, tree
from tests.written import Coco, voc


def test_sides_below_two_pixels(tmp_path: Path) -> None:
    lines = (
        "0 .5 .5 .0152 .5",
        "0 .5 .5 .5 .02",
        BOX,
        "0 .5 .5 .0157 .5",
        "0 .1 .1 .11 .1 .1 .9",
        "0 .5 .5 0 .5",
    )
    found = check(tree(tmp_path).image("train", "a").label("train", "a", *lines).root, "tiny_box")
    assert found.code == 0
    assert [(finding.line, finding.message) for finding in found.findings] == [
        (1, "box of 1.95 x 48.00 px, a side below 2 px"),
        (2, "box of 64.00 x 1.92 px, a side below 2 px"),
        (5, "polygon of 1.28 x 76.80 px, a side below 2 px"),
    ]
    assert found.severities == {"warning"}


def test_pixels_are_counted_as_they_are(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 5, 5, 1.5, 40).box(0, 5, 5, 2, 40)
    data.box(0, 5, 5, 1, 1, iscrowd=1, segmentation={"counts": [0, 12288], "size": [96, 128]})
    found = check(data.write().root, "tiny_box")
    assert [finding.entry for finding in found.findings] == [0]
    assert found.findings[0].pointer == "/annotations/0"


def test_option(tmp_path: Path) -> None:
    data = voc(tree(tmp_path), "train", "a", [("hold", 10, 10, 15, 40)])
    assert check(data.root, "tiny_box").findings == []
    data.settings("[rules.tiny_box]\npixels = 8\n")
    [finding] = check(data.root, "tiny_box").findings
    assert (finding.path, finding.message) == ("train/a.xml", "box of 5.00 x 30.00 px, a side below 8 px")


def test_an_image_of_unknown_size(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", "0 .5 .5 1e-6 1e-6")
    assert check(data.file("train/images/a.jpg", b"no picture").root, "tiny_box").findings == []
