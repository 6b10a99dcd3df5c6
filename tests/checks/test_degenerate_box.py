from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import BOX, tree


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
