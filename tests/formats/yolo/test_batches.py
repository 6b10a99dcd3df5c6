"""Label files are read many at once: whatever lies between them, each says what it says alone."""

from __future__ import annotations

from hashlib import sha256
from operator import itemgetter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.dataset import CLASSES, empty, filled
from holdfast.formats.yolo import files as yolo_files
from holdfast.formats.yolo.config import Keypoints
from holdfast.formats.yolo.labels import Annotation, parse_labels
from holdfast.formats.yolo.rows import Rows
from tests.formats.reading import read_tree
from tests.trees import tree

BOX = "3 0.5 0.5 0.25 0.125"
PLAIN = [BOX, f"{BOX}\n{BOX}\n", f"{BOX}\r\n{BOX}\r\n", "+1 -0 +.5 5. 1E-5\n", "0 0.1 0.1 0.9 0.1 0.5 0.8\n"]
ODD = ["", "\n", f"{BOX}\r", f"{BOX}\n\n{BOX}", f"{BOX} \n", f"{BOX}\t0.5", "\ufeff0 1 1 1 1", "1.0 1 1 1 1"]
WRONG = [
    "0 1-2 0.5 0.5 0.5\n",
    "0 1e999 1 1 1\n",
    "9999999999999999999 1 1 1 1",
    "0.5 1 1 1 1",
    "x",
    "0 . 1 1 1",
]
MORE = ['0 "1" 1 1 1', "0 1 1 1 1\n# comment", "0 1 1 1 1 0.9\n", "0 1_0 1 1 1"]
FILES = st.sampled_from([text.encode() for text in (*PLAIN, *ODD, *WRONG, *MORE)])


def labels_of(count: int) -> pl.DataFrame:
    columns = {"label": [f"{number}.txt" for number in range(count)], "unit": "train", "collection": ""}
    shared = dict.fromkeys(("unit", "collection", "split"), pl.Categorical())
    table = pl.DataFrame(columns).with_columns(split=pl.lit("train"), image=pl.lit(None, pl.String))
    return table.cast(pl.Schema({"label": pl.String, **shared, "image": pl.String}), strict=True)


@settings(max_examples=400, deadline=None)
@given(st.lists(FILES, max_size=12), st.integers(1, 12))
def test_files_say_together_what_each_says_alone(files: list[bytes], at_once: int) -> None:
    rows = Rows(labels_of(len(files)), empty(CLASSES))
    for first in range(0, len(files), at_once):
        rows.add(first, files[first : first + at_once])
    table = rows.table()
    wanted = [(number, row) for number, data in enumerate(files) for row in parse_labels(data)]
    read = [(number, row) for number, row in wanted if isinstance(row, Annotation)]
    assert table.select("label", "line", "class_id", "kind").rows() == [
        (f"{number}.txt", row.line, row.class_id, row.kind) for number, row in read
    ]
    assert table["values"].to_list() == [list(row.values) for _, row in read]
    assert table.select("x_min", "y_min", "x_max", "y_max").rows() == [row[3:7] for _, row in read]
    assert table["entry"].to_list() == [row.line - 1 for _, row in read]
    malformed = [(number, row) for number, row in wanted if not isinstance(row, Annotation)]
    assert sorted(rows.malformed) == malformed


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(FILES, st.sampled_from([None, Keypoints(1, 2), Keypoints(2, 3)])), max_size=12))
def test_files_with_and_without_poses_stand_side_by_side(files: list[tuple[bytes, Keypoints | None]]) -> None:
    rows = Rows(labels_of(len(files)), empty(CLASSES), [keypoints for _, keypoints in files])
    rows.add(0, [data for data, _ in files])
    wanted = [(number, row) for number, file in enumerate(files) for row in parse_labels(*file)]
    read = [(f"{number}.txt", row) for number, row in wanted if isinstance(row, Annotation)]
    assert rows.table().select("label", "line", "kind", "class_id").rows() == [
        (label, row.line, row.kind, row.class_id) for label, row in read
    ]
    assert rows.table()["values"].to_list() == [list(row.values) for _, row in read]
    assert sorted(rows.malformed) == [found for found in wanted if not isinstance(found[1], Annotation)]


def test_each_collection_has_its_own_class_names() -> None:
    labels = labels_of(3).with_columns(collection=pl.Series(["b", "a", "none"], dtype=pl.Categorical()))
    names = [("a", 0, "cat"), ("a", 1, "dog"), ("b", 0, "wall")]
    classes = filled(
        CLASSES, dict(zip(("collection", "class_id", "class_name"), zip(*names, strict=True), strict=True)), 3
    )
    rows = Rows(labels, classes)
    rows.add(0, [b"0 .5 .5 .1 .1\n1 .5 .5 .1 .1\n-1 .5 .5 .1 .1\n"] * 3)
    assert rows.table()["class_name"].to_list() == ["wall", None, None, "cat", "dog", None, None, None, None]


LINES = [BOX] * 3 + ["0 0.1 0.1 0.9 0.1 0.5 0.8", "x y", "", "007 1 1 1 1"]


@pytest.mark.parametrize("at_once", [1, 30, 100, 1 << 22])
def test_a_tree_reads_the_same_however_much_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(yolo_files, "_AT_ONCE", at_once)
    data = tree(tmp_path)
    for number in range(20):
        data.image("train", f"{number:02}").label("train", f"{number:02}", *LINES[: number % 8])
    with data.path("train/labels/07.txt").open("wb") as huge:
        huge.truncate(65 << 20)
    files = [f"train/labels/{number:02}.txt" for number in range(20)]
    kept = [(number, line) for number in range(20) if number != 7 for line in range(1, number % 8 + 1)]
    found = read_tree(data.root)
    read = [(files[number], line) for number, line in kept if line not in (5, 6)]
    assert found.annotations.select("label", "line").rows() == read
    assert found.annotations["kind"].to_list() == ["polygon" if line == 4 else "box" for _, line in read]
    digests = [sha256(data.path(file).read_bytes()).hexdigest() for file in files]
    assert found.labels["sha256"].to_list() == [*digests[:7], None, *digests[8:]]
    bad = [(files[number], line) for number, line in kept if line == 5]
    assert sorted(found.problems.select("path", "line").rows(), key=itemgetter(0)) == sorted(
        [*bad, (files[7], None)], key=itemgetter(0)
    )
