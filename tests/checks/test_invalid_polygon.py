from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import tree
from tests.written import Coco

SQUARE = (10, 10, 40, 10, 40, 40, 10, 40)
BOWTIE = (10, 10, 40, 40, 40, 10, 10, 40)


def test_few_points_and_crossed_ones(tmp_path: Path) -> None:
    lines = (
        "0 .1 .1 .4 .4 .1 .1",
        "0 .1 .1 .4 .4 .4 .1 .1 .4",
        "0 .1 .1 .4 .1 .4 .4 .1 .4",
        "0 .2 .2 .2 .2 .2 .2",
    )
    found = check(tree(tmp_path).image("train", "a").label("train", "a", *lines).root, "invalid_polygon")
    assert found.code == 1
    assert [(finding.line, str(finding.severity), finding.message) for finding in found.findings] == [
        (1, "error", "polygon: 3 points, 2 of them different; it takes three"),
        (2, "warning", "polygon: the edges after points 1 and 3 of 4 cross"),
    ]


@pytest.mark.parametrize(
    "ring",
    [
        (*SQUARE, 10, 10),
        (10, 10, 10, 10, 40, 10, 40, 10, 40, 40),
        (10, 10, 50, 10, 50, 50, 30, 10, 10, 50),
        (10, 10, 30, 30, 50, 10, 50, 50, 30, 30, 10, 50),
        (10, 10, 50, 10, 30, 10, 30, 50),
        tuple(value for step in range(5000) for angle in [step / 5000 * 2 * math.pi]
              for value in (60 + 30 * math.cos(angle), 50 + 30 * math.sin(angle))),
    ],
    ids=["closed", "repeated points", "vertex on an edge", "vertex on a vertex", "spike", "many points"],
)  # fmt: skip
def test_what_touches_does_not_cross(tmp_path: Path, ring: tuple[float, ...]) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").polygon(0, ring)
    assert check(data.write().root, "invalid_polygon").findings == []


def test_each_ring_of_a_polygon(tmp_path: Path) -> None:
    flat = (50, 50, 60, 60, 70, 70)
    data = Coco(tree(tmp_path), "train").image("a.jpg").polygon(0, SQUARE, BOWTIE, flat).polygon(0, SQUARE)
    found = check(data.write().root, "invalid_polygon")
    assert [(finding.pointer, finding.message) for finding in found.findings] == [
        ("/annotations/0", "polygon, ring 2 of 3: the edges after points 1 and 3 of 4 cross"),
        ("/annotations/0", "polygon, ring 3 of 3: its 3 points lie on one line"),
    ]


def test_a_polygon_that_is_flat_as_a_whole_is_a_degenerate_box(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").polygon(0, (50, 50, 60, 60, 70, 70)).write()
    assert check(data.root, "invalid_polygon").findings == []
    [finding] = check(data.root, "degenerate_box").findings
    assert finding.message == "polygon without area: its 3 points lie on one line"
