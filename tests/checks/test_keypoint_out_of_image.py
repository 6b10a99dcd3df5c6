from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import tree
from tests.written import Coco


def test_the_farthest_point_is_named(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg")
    data.pose(0, 40, 40, 2, 50, -3, 1, 138, 20, 2).pose(0, 50, 50, 2, 0, 0, 0, 128.9, 96, 2)
    found = check(data.pose(0, -50, 500, 0, 20, 20, 2, 30, 30, 2).write().root, "keypoint_out_of_image")
    assert found.code == 1
    [finding] = found.findings
    assert finding.message == "keypoint 3 lies 10 px beyond the right edge (2 of its keypoints lie outside)"
    assert (finding.entry, finding.pointer, str(finding.severity)) == (0, "/annotations/0", "error")


@pytest.mark.parametrize(
    ("last", "message"),
    [
        (".5 1.25 2", "keypoint 2 lies 24 px beyond the lower edge"),
        ("-.1 .5 1", "keypoint 2 lies 12.8 px beyond the left edge"),
        ("-.1 .5 0", None),
        (".5 1.00005 2", None),
        ("1e300 .5 2", "keypoint 2 lies 1.28e+302 px beyond the right edge"),
    ],
)
def test_fractions(tmp_path: Path, last: str, message: str | None) -> None:
    data = tree(tmp_path).image("train", "a").image("valid", "b")
    data.config("train: train/images\nval: valid/images\nnames: [a]\nkpt_shape: [2, 3]")
    data.label("valid", "b", "0 .5 .5 .2 .2 .5 .5 2 .4 .4 2")
    data.label("train", "a", f"0 .5 .5 .2 .2 .5 .5 2 {last}")
    found = check(data.root, "keypoint_out_of_image")
    assert [finding.message for finding in found.findings] == ([message] if message else [])
    assert found.code == bool(message)


def test_options(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").pose(0, 40, 40, 2, 50, -3, 1).write()
    data.settings("[rules.keypoint_out_of_image]\npixel_tolerance = 3\n")
    assert check(data.root, "keypoint_out_of_image").code == 0


def test_an_image_of_unknown_size(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").pose(0, 40, 40, 2, 500, -3, 1).write()
    assert check(data.file("train/a.jpg", b"none").root, "keypoint_out_of_image").code == 0
