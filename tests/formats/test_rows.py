"""Annotations as columns: many files of all kinds give what each line says."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from holdfast.formats.yolo import files as yolo_files
from holdfast.formats.yolo.labels import Annotation, parse_labels
from tests.formats.reading import read_tree
from tests.trees import BOX, Tree, tree

FILES = {
    "a": ["0 0.5 0.5 0.2 0.2", "1 0.1 0.2 0.3 0.4"],
    "b": ["2 0.1 0.1 0.9 0.1 0.5 0.8", BOX],
    "c": [],
    "d": ["x y", BOX, "", "0 0.1 0.1 0.9 0.1 0.5 0.8 -0.1 1e-9"],
    "e": ["7 1.7e308 1.7e308 -1.7e308 1.7e308"],
    "f": [f" {BOX}"],
}


def many(folder: Path) -> Tree:
    data = tree(folder).config("names: [wall, hold]\nnc: 2\ntrain: train/images\nval: train/images\n")
    for name, lines in FILES.items():
        data.image("train", name).label("train", name, *lines)
    return data


@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_rows_are_what_the_lines_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(yolo_files, "_AT_ONCE", at_once)
    found = read_tree(many(tmp_path).root).annotations
    wanted = [
        (f"train/labels/{name}.txt", f"train/images/{name}.jpg", row)
        for name, lines in FILES.items()
        for row in parse_labels("".join(f"{line}\n" for line in lines).encode())
        if isinstance(row, Annotation)
    ]
    assert found.select("label", "image").rows() == [(label, image) for label, image, _ in wanted]
    edges = ("x_min", "y_min", "x_max", "y_max")
    for (_, _, row), made in zip(wanted, found.iter_rows(named=True), strict=True):
        assert (made["line"], made["kind"], made["class_id"]) == (row.line, row.kind, row.class_id)
        assert [made[edge] for edge in edges] == [getattr(row, edge) for edge in edges]
        assert tuple(made["values"]) == row.values
        assert made["class_name"] == {0: "wall", 1: "hold"}.get(row.class_id)
        assert (made["unit"], made["collection"], made["split"]) == ("train", "", "train")
    assert found.filter(class_id=7).select("x_min", "y_max").rows() == [(math.inf, math.inf)]


def test_no_annotation_at_all(tmp_path: Path) -> None:
    found = read_tree(tree(tmp_path).image("train", "a").label("train", "a").root)
    assert found.annotations.is_empty()
    assert found.annotations.schema == read_tree(many(tmp_path / "b").root).annotations.schema
