"""CVAT's labelmap.txt beside Annotations/ declares the classes."""

from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.formats.reading import read_tree
from tests.trees import Tree, tree
from tests.written import voc

LABELMAP = (
    "# label:color_rgb:parts:actions\nbackground:0,0,0::\nwall:128,0,0::\nhold:0,128,0:head,foot:\nrope:::\n"
)


def built(folder: Path, *collections: str) -> Tree:
    """A hold and a wall in train, a hold in val, of each collection."""
    data = tree(folder)
    for place in collections or ("",):
        start = f"{place}/" if place else ""
        voc(data, f"{start}train", "a", [("hold", 1, 1, 9, 9), ("wall", 20, 20, 60, 60)])
        voc(data, f"{start}val", "b", [("hold", 1, 1, 9, 9)])
    return data


def test_names_are_numbered_as_they_are_declared(tmp_path: Path) -> None:
    dataset = read_tree(built(tmp_path).file("labelmap.txt", LABELMAP).root)
    assert dataset.declared == {""}
    assert dataset.classes.select("class_id", "class_name", "path", "line").rows() == [
        (0, "wall", "labelmap.txt", 3), (1, "hold", "labelmap.txt", 4), (2, "rope", "labelmap.txt", 5),
    ]  # fmt: skip
    rows = dataset.annotations.select("image", "class_id", "class_name").rows()
    assert rows == [("train/a.jpg", 1, "hold"), ("train/a.jpg", 0, "wall"), ("val/b.jpg", 1, "hold")]
    assert dataset.problems.is_empty()


def test_a_name_that_it_lacks_and_one_that_nothing_has(tmp_path: Path) -> None:
    data = voc(built(tmp_path).file("labelmap.txt", LABELMAP), "train", "c", [("Hold", 1, 1, 9, 9)] * 2)
    found = check(data.root, "dangling_reference", "unused_class", "unknown_class")
    assert [(f.rule, f.path) for f in found.findings] == [
        ("dangling_reference", "train/c.xml"), ("unused_class", "labelmap.txt"),
    ]  # fmt: skip
    assert "class Hold is none of the 3 in labelmap.txt" in found.findings[0].message
    assert found.findings[0].line is not None
    annotations = read_tree(data.root).annotations
    assert annotations.filter(image="train/c.jpg")["class_id"].unique().to_list() == [3]


def test_collections_without_a_list_are_numbered_in_order_of_their_names(tmp_path: Path) -> None:
    dataset = read_tree(built(tmp_path, "x", "y").file("y/labelmap.txt", LABELMAP).root)
    assert dataset.declared == {"y"}
    rows = (
        dataset.annotations.select("collection", "class_id", "class_name")
        .unique()
        .sort("collection", "class_id")
    )
    assert rows.rows() == [("x", 0, "hold"), ("x", 1, "wall"), ("y", 0, "wall"), ("y", 1, "hold")]


def test_a_list_that_contradicts_itself_is_said_once(tmp_path: Path) -> None:
    data = built(tmp_path, "x", "y").file("labelmap.txt", LABELMAP + "hold:1,2,3::\n")
    found = check(data.root, "broken_config")
    assert [(f.path, f.line) for f in found.findings] == [("labelmap.txt", 6)]
