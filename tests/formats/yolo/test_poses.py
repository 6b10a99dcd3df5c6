"""YOLO poses: what the lines say, and every fault that they can have, found one to one."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import Problem
from holdfast.formats.yolo.config import Keypoints
from holdfast.formats.yolo.labels import Annotation, parse_labels
from tests.checking import check
from tests.formats.reading import notes, read_tree
from tests.formats.yolo.writing import label, put, write

CONFIG = "kpt_shape: [3, 3]\nflip_idx: [0, 2, 1]\n"
BOX = "0 0.5 0.5 0.4 0.3"
POINTS = "0.4 0.45 2 0.5 0.5 1 0 0 0"
POSE = f"{BOX} {POINTS}"
OTHER = "1 0.3 0.3 0.2 0.2 0.3 0.3 2 0.25 0.35 2 0.3 0.2 2"


def poses(number: int) -> list[str]:
    return [POSE, OTHER][: 1 + number % 2]


FAULTS: list[tuple[str, str, str]] = [
    (BOX, "malformed_label", "5 fields; a box with 3 keypoints (x, y and visibility) has 14"),
    (f"{POSE} 1", "malformed_label", "15 fields"),
    (f"{BOX} 0.4 0.45 0.5 0.5 0.6 0.6", "malformed_label", "11 fields"),
    (f"{POSE} {POINTS}", "malformed_label", "23 fields"),
    ("0", "malformed_label", "1 field"),
    (POSE.replace("0.45 2", "0.45 3"), "malformed_label", "keypoint 1 has visibility 3; 0 not given"),
    (POSE.replace("0.5 1 0", "0.5 -1 0"), "malformed_label", "keypoint 2 has visibility -1"),
    (POSE.replace("0.45", "nan"), "malformed_label", "'nan' is not finite"),
    (POSE.replace("0.45", "x"), "malformed_label", "'x' is not a number"),
    (POSE.replace("0 0.5", "cat 0.5", 1), "malformed_label", "class 'cat'"),
    (POSE.replace("0 0.5", "7 0.5", 1), "unknown_class", "class 7"),
    (POSE.replace("0.4 0.3", "0 0.3"), "degenerate_box", "width 0"),
    (POSE.replace("0.5 0.5 0.4", "0.9 0.5 0.4"), "box_out_of_image", "right edge"),
    (POSE.replace("0.4 0.45 2", "1.4 0.45 2"), "keypoint_out_of_image", "keypoint"),
    (POSE.replace("0.5 0.5 1", "0.5 -0.5 1"), "keypoint_out_of_image", "keypoint"),
    (OTHER, "duplicate_box", "same"),
]
"""A line that goes before a sound one, with the rule and part of the message."""


def test_a_sound_tree_has_no_finding(tmp_path: Path) -> None:
    write(tmp_path / "data", poses, CONFIG)
    found = check(tmp_path / "data")
    assert [(f.rule, f.path, f.message) for f in found.findings if f.severity != "info"] == []
    assert found.code == 0


def test_each_fault_is_found_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "data"
    write(root, poses, CONFIG)
    wanted = []
    for number, (line, rule, message) in enumerate(FAULTS):
        put(root, 2 * number + 1, [line, OTHER])
        wanted.append((rule, label(2 * number + 1), 1 if rule != "duplicate_box" else 2, message))
    found = [(f.rule, f.path, f.line, f.message) for f in check(root).findings if f.severity != "info"]
    assert sorted(place[:3] for place in found) == sorted(place[:3] for place in wanted)
    said = {place[:3]: place[3] for place in found}
    assert [place for place in wanted if place[3] not in said[place[:3]]] == []


def test_the_table_says_what_the_lines_say(tmp_path: Path) -> None:
    write(tmp_path, poses, CONFIG)
    dataset = read_tree(tmp_path)
    assert "poses of 3 keypoints" in dataset.evidence
    first, second = dataset.annotations.filter(label="train/labels/001.txt").to_dicts()
    assert (first["kind"], first["class_id"], first["class_name"], first["line"]) == ("pose", 0, "cat", 1)
    assert first["values"] == [float(field) for field in POSE.split()[1:]]
    assert first["keypoints"] == [float(field) for field in POINTS.split()]
    assert [first[edge] for edge in ("x_min", "y_min", "x_max", "y_max")] == [0.3, 0.35, 0.7, 0.65]
    assert (second["line"], second["class_name"], len(second["keypoints"])) == (2, "dog", 9)
    assert not first["pixels"]


def test_without_visibility_a_keypoint_is_visible_unless_negative(tmp_path: Path) -> None:
    write(tmp_path, lambda number: [f"{BOX} 0.4 0.5 -1 0.5 0 0"], "kpt_shape: [3, 2]\n")
    row = read_tree(tmp_path).annotations.row(0, named=True)
    assert row["keypoints"] == [0.4, 0.5, 2, -1, 0.5, 0, 0, 0, 2]
    assert len(row["values"]) == 10


def test_collections_of_other_tasks_side_by_side(tmp_path: Path) -> None:
    write(tmp_path / "a", poses, CONFIG)
    write(tmp_path / "b", lambda number: [BOX], "")
    write(tmp_path / "c", lambda number: [f"{BOX} 0.4 0.5"], "kpt_shape: [1, 2]\n")
    found = read_tree(tmp_path)
    kinds = {(row[0], row[1], row[2]) for row in found.annotations.select(
        "collection", "kind", found.annotations["values"].list.len()).rows()}  # fmt: skip
    assert kinds == {("a", "pose", 13), ("b", "box", 4), ("c", "pose", 6)}
    assert notes(found, Problem.MALFORMED) + notes(found) == []


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("kpt_shape: [3, 3]\nflip_idx: [0, 1]\n", "`flip_idx` has 2 numbers for 3 keypoints"),
        (
            "kpt_shape: [3, 3]\nflip_idx: [0, 1, 1]\n",
            "`flip_idx` does not name each keypoint from 0 to 2 once",
        ),
        (
            "kpt_shape: [3, 3]\nflip_idx: [0, 1, 3]\n",
            "`flip_idx` does not name each keypoint from 0 to 2 once",
        ),
        ("kpt_shape: [3, 3]\nflip_idx: yes\n", "`flip_idx` is not a list of keypoint numbers"),
        (
            "kpt_shape: [3, 4]\n",
            "`kpt_shape` is not [how many keypoints, from 1 to 1000; 2 or 3 numbers each]",
        ),
        ("kpt_shape: [0, 3]\n", "`kpt_shape` is not [how many"),
        ("kpt_shape: 17\n", "`kpt_shape` is not [how many"),
        ("kpt_shape: [17]\n", "`kpt_shape` is not [how many"),
        ("kpt_shape: [a, 3]\n", "`kpt_shape` is not [how many"),
        ("kpt_shape: [[3], 3]\n", "`kpt_shape` is not [how many"),
        ("kpt_shape: [99999999999999999999, 3]\n", "`kpt_shape` is not [how many"),
    ],
)
def test_what_is_wrong_with_the_declaration(tmp_path: Path, config: str, said: str) -> None:
    write(tmp_path, lambda number: [BOX], config)
    line = 6 + ("flip_idx" in config) + 1
    assert (
        [note for note in notes(read_tree(tmp_path)) if said in note]
        == [note for note in notes(read_tree(tmp_path)) if note.startswith(f"data.yaml:{line} {said}")]
        != []
    )


@pytest.mark.parametrize("config", ["kpt_shape:\n", "kpt_shape: null\n", "kpt_shape: []\n"])
def test_an_empty_declaration_is_none(tmp_path: Path, config: str) -> None:
    write(tmp_path, lambda number: [BOX], config)
    dataset = read_tree(tmp_path)
    assert dataset.problems.is_empty()
    assert set(dataset.annotations["kind"]) == {"box"}


SHAPES = st.builds(Keypoints, st.integers(1, 4), st.sampled_from([2, 3]))
FIELDS = st.lists(
    st.one_of(st.floats().map(repr), st.sampled_from(["0", "1", "2", "x", "1e999"])), max_size=18
)


@settings(max_examples=500, deadline=None)
@given(
    SHAPES, st.one_of(st.binary(max_size=200), st.lists(FIELDS.map(" ".join)).map("\n".join).map(str.encode))
)
def test_any_bytes_are_poses_of_the_right_length_or_malformed(shape: Keypoints, data: bytes) -> None:
    for row in parse_labels(data, shape):
        if isinstance(row, Annotation):
            assert row.kind == "pose"
            assert len(row.values) == 4 + shape.count * shape.dims
            assert all(map(math.isfinite, row.values))
        else:
            assert row.message.isascii()


def test_the_column_of_a_wrong_visibility() -> None:
    line = f"{BOX} 0.4 0.45 2 0.5  0.5 7.5 0 0 0"
    [found] = parse_labels(line.encode(), Keypoints(3, 3))
    assert (found.line, getattr(found, "column", None)) == (1, line.index("7.5") + 1)
    [sound] = parse_labels(POSE.replace("0.45 2", "0.45 1.5").encode(), Keypoints(3, 3))
    assert isinstance(sound, Annotation)
    [without] = parse_labels(f"{BOX} 0.4 0.45 7 0.5".encode(), Keypoints(2, 2))
    assert isinstance(without, Annotation)
