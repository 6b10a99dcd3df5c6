from __future__ import annotations

from pathlib import Path

from holdfast import Problem
from tests.formats.reading import notes, read_tree
from tests.trees import sound_tree

POINT = " 0.123456 0.654321"


def test_a_polygon_of_thousands_of_points(tmp_path: Path) -> None:
    dataset = read_tree(sound_tree(tmp_path).label("train", "train", "0" + POINT * 50_000).root)
    assert dataset.annotations["kind"].to_list().count("polygon") == 1
    assert notes(dataset, Problem.MALFORMED) == []


def test_a_line_over_the_limit(tmp_path: Path) -> None:
    line = "0" + POINT * 60_000
    [note] = notes(read_tree(sound_tree(tmp_path).label("train", "train", line).root), Problem.MALFORMED)
    assert note == f"train/labels/train.txt:1 a line of {len(line)} bytes, over the limit of 1048576"


def test_the_last_of_very_many_fields(tmp_path: Path) -> None:
    line = "0" + " 1" * 500_000
    dataset = read_tree(sound_tree(tmp_path).label("train", "train", f"{line} x").root)
    assert dataset.problems.select("column", "message").rows() == [(len(line) + 2, "'x' is not a number")]
