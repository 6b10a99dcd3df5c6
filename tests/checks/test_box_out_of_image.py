from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.checking import check
from tests.trees import BOX, Tree, picture, tree
from tests.written import Coco, voc


def labelled(folder: Path, *lines: str) -> Tree:
    return tree(folder).image("train", "a").label("train", "a", *lines)


def test_every_edge_is_named_with_its_pixels(tmp_path: Path) -> None:
    data = labelled(tmp_path, "0 .1 .5 .4 .1", "0 .5 .1 .1 .4", "0 .9 .5 .4 .1", "0 .5 .9 .1 .4", BOX)
    found = check(data.root, "box_out_of_image")
    assert found.code == 1
    assert found.places == [("train/labels/a.txt", line) for line in (1, 2, 3, 4)]
    assert [finding.message for finding in found.findings] == [
        "box reaches 12.80 px beyond the left edge",
        "box reaches 9.60 px beyond the upper edge",
        "box reaches 12.80 px beyond the right edge",
        "box reaches 9.60 px beyond the lower edge",
    ]
    assert found.severities == {"error"}
    assert all(finding.fixable and finding.sha256 for finding in found.findings)


@pytest.mark.parametrize("size", ["1e6", "1e300", "1.7e308"])
def test_edges_beyond_counting(tmp_path: Path, size: str) -> None:
    [finding] = check(labelled(tmp_path, f"0 .5 .5 .1 {size}").root, "box_out_of_image").findings
    assert finding.message == "box reaches over 1,000,000 px beyond the upper edge"


def test_polygons_count_too(tmp_path: Path) -> None:
    found = check(labelled(tmp_path, "0 .1 .1 1.25 .2 .3 .4").root, "box_out_of_image")
    assert [finding.message for finding in found.findings] == [
        "polygon reaches 32.00 px beyond the right edge"
    ]


def test_boxes_that_touch_the_edges_are_inside(tmp_path: Path) -> None:
    assert check(labelled(tmp_path, "0 .5 .5 1 1", "0 0 0 1 0 1 1").root, "box_out_of_image").code == 0


def test_width_is_that_of_the_displayed_picture(tmp_path: Path) -> None:
    data = tree(tmp_path).label("train", "a", "0 .9 .5 .4 .1")
    exif = Image.Exif()
    exif[0x0112] = 6
    data.draw("train/images/a.jpg", picture(1, 128, 96), exif=exif)
    [finding] = check(data.root, "box_out_of_image").findings
    assert "9.60 px" in finding.message  # 96 px wide as displayed


def test_an_image_of_unknown_size_counts_a_thousand_pixels(tmp_path: Path) -> None:
    data = labelled(tmp_path, "0 .9 .5 .4 .1").file("train/images/a.jpg", b"no picture")
    [finding] = check(data.root, "box_out_of_image").findings
    assert "100.00 px" in finding.message


@pytest.mark.parametrize(
    ("tolerance", "code"), [("0.005", 1), ("0.01", 0), ("1", 0)], ids=["finer", "default", "whole number"]
)
def test_tolerance(tmp_path: Path, tolerance: str, code: int) -> None:
    data = labelled(tmp_path, "0 .90006 .5 .2 .1").settings(  # 0.0077 px beyond
        f"[rules.box_out_of_image]\ntolerance = {tolerance}\n"
    )
    assert check(data.root, "box_out_of_image").code == code


def test_formats_that_count_pixels(tmp_path: Path) -> None:
    boxes = [("hold", 1, 1, 129, 97), ("hold", -1.5, 5, 20, 20), ("hold", 100, 5, 129.5, 20)]
    data = voc(tree(tmp_path / "voc"), "train", "a", boxes)
    found = check(data.root, "box_out_of_image")
    assert [(finding.line, finding.entry, finding.message) for finding in found.findings] == [
        (8, 1, "box reaches 1.50 px beyond the left edge"),
        (12, 2, "box reaches 1.50 px beyond the right edge"),
    ]
    coco = Coco(tree(tmp_path / "coco"), "train").image("a.jpg").box(0, 0, 0, 129, 97)
    data = coco.polygon(0, (10, 10, 50, 99.5, 20, 50)).pose(0, 40, 40, 2).write()
    [finding] = check(data.root, "box_out_of_image").findings
    assert finding.message == "polygon reaches 3.50 px beyond the lower edge"
    assert finding.pointer == "/annotations/1"


@pytest.mark.parametrize(("tolerance", "code"), [("0", 1), ("1.0", 0), ("0.99", 1)])
def test_tolerance_in_pixels(tmp_path: Path, tolerance: str, code: int) -> None:
    data = voc(tree(tmp_path), "train", "a", [("hold", 1, 1, 129, 97)])
    data.settings(f"[rules.box_out_of_image]\npixel_tolerance = {tolerance}\n")
    assert check(data.root, "box_out_of_image").code == code


def test_the_declared_size_holds_where_nothing_can_be_measured(tmp_path: Path) -> None:
    data = voc(tree(tmp_path), "train", "a", [("hold", 1, 1, 200, 97)]).file("train/a.jpg", b"none")
    [finding] = check(data.root, "box_out_of_image").findings
    assert finding.message == "box reaches 72.00 px beyond the right edge"


def test_points_of_a_polygon_beside_a_box_inside(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg")
    for points in ([1, 1, 200, 1, 9, 50], [1, 1, 128.5, 1, 9, 96.5], [-7, 1, 9, 1, 9, 50]):
        data.polygon(0, points, bbox=[1, 1, 8, 8])
    found = check(data.polygon(0, [1, 1, 9, 1, 9, 9], [2, 2, 9, 2, 9, 120]).write().root, "box_out_of_image")
    assert [(finding.pointer, finding.message) for finding in found.findings] == [
        ("/annotations/0", "polygon reaches 72.00 px beyond the right edge"),
        ("/annotations/2", "polygon reaches 7.00 px beyond the left edge"),
        ("/annotations/3", "polygon reaches 24.00 px beyond the lower edge"),
    ]
