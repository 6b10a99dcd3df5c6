"""Oriented boxes: four corners that are told from a polygon of four points by what the tree says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.formats.reading import read_tree
from tests.formats.yolo.writing import label, put, write

TURNED = "0 0.2 0.3 0.5 0.2 0.55 0.35 0.25 0.45"
OTHER = "1 0.6 0.6 0.8 0.6 0.8 0.75 0.6 0.75"
POLYGON = "0 0.1 0.1 0.5 0.1 0.3 0.5"
BOX = "0 0.5 0.5 0.2 0.2"


def turned(number: int) -> list[str]:
    return [TURNED, OTHER][: 1 + number % 2]


FAULTS: list[tuple[str, str, str]] = [
    (TURNED.rpartition(" ")[0], "malformed_label", "8 fields"),
    (f"{TURNED} 0.9", "malformed_label", "10 fields"),
    (TURNED.replace("0.35", "inf"), "malformed_label", "'inf' is not finite"),
    (TURNED.replace("0.35", "0,35"), "malformed_label", "'0,35' is not a number"),
    (TURNED.replace("0 ", "0.5 ", 1), "malformed_label", "class '0.5'"),
    (TURNED.replace("0 ", "5 ", 1), "unknown_class", "class 5"),
    ("0 0.3 0.3 0.3 0.4 0.3 0.5 0.3 0.6", "degenerate_box", "width 0"),
    (TURNED.replace("0.25 0.45", "-0.1 0.45"), "box_out_of_image", "left edge"),
    (OTHER, "duplicate_box", "same"),
]


def test_a_sound_tree_has_no_finding(tmp_path: Path) -> None:
    write(tmp_path / "data", turned, "task: obb\n")
    found = check(tmp_path / "data")
    assert [(f.rule, f.path, f.message) for f in found.findings if f.severity != "info"] == []
    assert found.code == 0


def test_each_fault_is_found_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "data"
    write(root, turned, "task: obb\n")
    wanted = []
    for number, (line, rule, message) in enumerate(FAULTS):
        put(root, 2 * number + 1, [line, OTHER])
        wanted.append((rule, label(2 * number + 1), 1 if rule != "duplicate_box" else 2, message))
    found = [(f.rule, f.path, f.line, f.message) for f in check(root).findings if f.severity != "info"]
    assert sorted(place[:3] for place in found) == sorted(place[:3] for place in wanted)
    said = {place[:3]: place[3] for place in found}
    assert [place for place in wanted if place[3] not in said[place[:3]]] == []


def test_a_line_of_another_kind_is_told_apart(tmp_path: Path) -> None:
    root = tmp_path / "data"
    write(root, turned, "task: obb\n")
    put(root, 3, [BOX])
    put(root, 5, [POLYGON])
    assert set(read_tree(root).annotations["kind"]) == {"oriented box", "box", "polygon"}
    assert [f.rule for f in check(root, "mixed_annotation_kinds", "malformed_label").findings] == [
        "mixed_annotation_kinds"
    ]


def test_the_table_has_the_corners(tmp_path: Path) -> None:
    write(tmp_path, turned, "task: obb\n")
    dataset = read_tree(tmp_path)
    assert "oriented boxes by task: obb in data.yaml" in dataset.evidence
    row = dataset.annotations.row(0, named=True)
    assert (row["kind"], row["class_name"]) == ("oriented box", "cat")
    assert row["values"] == [float(field) for field in TURNED.split()[1:]]
    assert [row[edge] for edge in ("x_min", "y_min", "x_max", "y_max")] == [0.2, 0.2, 0.55, 0.45]


ROBOFLOW = "roboflow:\n  workspace: w\n  project: p\n  version: 1\n  license: CC BY 4.0\n"


@pytest.mark.parametrize(
    ("folder", "file", "why"),
    [
        ("walls-obb", None, "the name walls-obb"),
        ("OBB", None, "the name OBB"),
        (
            "data",
            ("README.roboflow.txt", "annotated in YOLOv8 Oriented Object Detection format"),
            "README.roboflow",
        ),
        ("data", ("README.dataset.txt", "Oriented bounding boxes of ships"), "README.dataset.txt"),
    ],
)
def test_names_and_readmes_speak_for_oriented_boxes(
    tmp_path: Path, folder: str, file: tuple[str, str] | None, why: str
) -> None:
    root = tmp_path / folder
    write(root, turned, ROBOFLOW)
    if file:
        (root / file[0]).write_text(file[1])
    dataset = read_tree(root)
    assert set(dataset.annotations["kind"]) == {"oriented box"}
    assert f"oriented boxes by {why}" in dataset.evidence


@pytest.mark.parametrize("folder", ["data", "lobby", "obbs", "knobby-holds"])
def test_without_a_word_they_are_polygons_and_that_is_said(tmp_path: Path, folder: str) -> None:
    write(tmp_path / folder, turned, ROBOFLOW)
    dataset = read_tree(tmp_path / folder)
    assert set(dataset.annotations["kind"]) == {"polygon"}
    assert "polygons of 4 points (oriented boxes if data.yaml says `task: obb`)" in dataset.evidence
    assert dataset.problems.is_empty()


def test_a_name_alone_does_not_turn_a_few_polygons(tmp_path: Path) -> None:
    write(tmp_path / "obb", lambda number: [OTHER] if number == 1 else [POLYGON], "")
    assert set(read_tree(tmp_path / "obb").annotations["kind"]) == {"polygon"}


def test_keypoints_go_before_corners(tmp_path: Path) -> None:
    write(tmp_path / "obb", lambda number: [OTHER], "kpt_shape: [2, 2]\ntask: obb\n")
    assert set(read_tree(tmp_path / "obb").annotations["kind"]) == {"pose"}
