"""What annotations say, as rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.formats.coco.writing import box, document, draw, packed, put
from tests.formats.reading import read_tree

NAMES = ["a.png", "b.png"]
RINGS = [[1, 2, 9, 2, 5, 8], [2, 2, 3, 2, 3, 3, 2, 3]]
POINTS = [3, 4, 2, 5, 6, 1, 0, 0, 0]


def row(tmp_path: Path, **fields: Any) -> dict[str, Any]:
    """The row of an annotation with these fields, None taking one out, and no problem."""
    data = document(NAMES)
    given = box(1, 2) | {"bbox": [1.5, 2, 10.25, 8]} | fields
    data["annotations"] = [{key: value for key, value in given.items() if value is not None}]
    put(tmp_path, "train.json", data)
    draw(tmp_path, *NAMES)
    dataset = read_tree(tmp_path)
    assert dataset.problems.rows() == []
    return dataset.annotations.row(0, named=True)


def test_a_box(tmp_path: Path) -> None:
    found = row(tmp_path)
    assert found == {
        "label": "train.json", "line": 1, "column": found["column"], "entry": 0, "unit": "train",
        "collection": "", "split": "train", "image": "b.png", "kind": "box", "class_id": 1,
        "class_name": "cat", "pixels": True, "x_min": 1.5, "y_min": 2, "x_max": 11.75, "y_max": 10,
        "values": [1.5, 2, 10.25, 8], "rings": None, "keypoints": None, "crowd": False,
    }  # fmt: skip


@pytest.mark.parametrize("segmentation", [[], None])
def test_no_outline_is_a_box(tmp_path: Path, segmentation: object) -> None:
    assert row(tmp_path, segmentation=segmentation)["kind"] == "box"


def test_a_polygon_has_the_points_of_its_rings_and_the_edges_of_its_box(tmp_path: Path) -> None:
    found = row(tmp_path, segmentation=RINGS)
    assert (found["kind"], found["rings"], found["values"]) == ("polygon", [6, 8], RINGS[0] + RINGS[1])
    assert (found["x_min"], found["y_max"]) == (1.5, 10)
    assert row(tmp_path, segmentation=RINGS[:1])["rings"] is None


def test_a_polygon_without_a_box_has_the_edges_of_its_points(tmp_path: Path) -> None:
    found = row(tmp_path, segmentation=RINGS, bbox=None)
    assert [found[name] for name in ("x_min", "y_min", "x_max", "y_max")] == [1, 2, 9, 8]


@pytest.mark.parametrize(
    "counts", [[100, 8, 660], packed([100, 8, 16, 8, 16, 8, 612]), packed([768]), [0, 768]]
)
def test_a_mask(tmp_path: Path, counts: object) -> None:
    found = row(tmp_path, segmentation={"size": [24, 32], "counts": counts}, iscrowd=1)
    assert (found["kind"], found["values"], found["crowd"]) == ("mask", [], True)
    assert (found["x_min"], found["y_max"]) == (1.5, 10)


def test_a_pose(tmp_path: Path) -> None:
    found = row(tmp_path, keypoints=POINTS, num_keypoints=2, segmentation=RINGS)
    assert (found["kind"], found["keypoints"]) == ("pose", POINTS)
    assert found["values"] == [1.5, 2, 10.25, 8]


def test_a_class_of_the_whole_image(tmp_path: Path) -> None:
    found = row(tmp_path, bbox=None)
    assert (found["kind"], found["x_min"], found["values"], found["class_name"]) == ("class", None, [], "cat")


@pytest.mark.parametrize("ids", [("x", "y"), (1.0, 2.0), (10**30, -(10**30)), (1, "1")])
def test_ids_of_every_kind(tmp_path: Path, ids: tuple[Any, Any]) -> None:
    data = document(NAMES)
    for entry, own in enumerate(ids):
        data["images"][entry]["id"] = own
        data["annotations"][entry]["image_id"] = own
    put(tmp_path, "train.json", data)
    draw(tmp_path, *NAMES)
    dataset = read_tree(tmp_path)
    assert dataset.annotations["image"].to_list() == NAMES
    assert dataset.problems.is_empty()


def test_images_say_what_the_file_declares(tmp_path: Path) -> None:
    text = put(tmp_path, "train.json", document(NAMES, width=99, height=77), indent=2).split("\n")
    draw(tmp_path, *NAMES)
    found = read_tree(tmp_path).images.row(1, named=True)
    assert (found["declared_width"], found["declared_height"], found["declared_entry"]) == (99, 77, 1)
    assert (found["declared_in"], found["label"], found["has_label"]) == ("train.json", None, True)
    assert text[found["declared_line"]].strip() == '"id": 2,'


def test_classes_have_the_numbers_of_the_file(tmp_path: Path) -> None:
    data = document(NAMES)
    data["categories"] = [{"id": 90, "name": "tooth brush"}, {"id": 3, "name": "\ud800x"}]
    put(tmp_path, "train.json", data)
    draw(tmp_path, *NAMES)
    dataset = read_tree(tmp_path)
    assert dataset.names_of("") == {3: "\\ud800x", 90: "tooth brush"}
    assert dataset.classes.select("path", "entry", "unit").rows() == [
        ("train.json", 1, "train"),
        ("train.json", 0, "train"),
    ]


def test_captions_are_counted_and_not_read(tmp_path: Path) -> None:
    data = document(NAMES)
    data["annotations"] = [{"id": n, "image_id": 1, "caption": "a cat"} for n in range(5)]
    put(tmp_path, "captions.json", data)
    draw(tmp_path, *NAMES)
    dataset = read_tree(tmp_path)
    assert dataset.problems.select("kind", "message").rows() == [
        ("not supported", "5 captions, which are not checked")
    ]


def test_lvis_names_its_images_by_address(tmp_path: Path) -> None:
    data = document(NAMES)
    for image in data["images"]:
        image["coco_url"] = f"http://images.cocodataset.org/val2017/{image.pop('file_name')}"
    put(tmp_path, "lvis_v1_val.json", data)
    draw(tmp_path, *(f"val2017/{name}" for name in NAMES))
    assert read_tree(tmp_path).images["path"].to_list() == ["val2017/a.png", "val2017/b.png"]


def test_many_rows_of_all_kinds_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from holdfast.formats.coco import annotations

    monkeypatch.setattr(annotations, "_AT_ONCE", 3)
    shapes: list[dict[str, Any]] = [
        {}, {"segmentation": RINGS}, {"keypoints": POINTS},
        {"segmentation": {"size": [24, 32], "counts": [768]}}, {"segmentation": RINGS[:1]},
    ]  # fmt: skip
    data = document(NAMES)
    data["annotations"] = [box(n, 1 + n % 2) | shapes[n * n % 5] for n in range(40)]
    put(tmp_path, "train.json", data)
    draw(tmp_path, *NAMES)
    table = read_tree(tmp_path).annotations
    kinds = ["box", "polygon", "pose", "mask", "polygon"]
    assert table["entry"].to_list() == list(range(40))
    assert table["kind"].cast(pl.String()).to_list() == [kinds[n * n % 5] for n in range(40)]
    assert table["image"].to_list() == [NAMES[n % 2] for n in range(40)]
    assert table["values"].list.len().to_list() == [[4, 14, 4, 0, 6][n * n % 5] for n in range(40)]
