"""Every fault that a COCO file can have, planted once each among 60 images, and found one to one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast import Problem
from tests.formats.coco.writing import Document, box, document, draw, packed, put
from tests.formats.reading import read_tree

TRAIN, VALID = "train/_annotations.coco.json", "valid/_annotations.coco.json"
NAMES = [f"{number:03}.png" for number in range(60)]
POINTS = [3, 4, 2, 5, 6, 1, 0, 0, 0]
Change = Callable[[Document], object]


def annotation(entry: int, **fields: Any) -> Change:
    """Put these fields into an annotation; None takes one out."""

    def change(data: Document) -> None:
        for key, value in fields.items():
            data["annotations"][entry][key] = value
            if value is None:
                del data["annotations"][entry][key]

    return change


def image(entry: int, **fields: Any) -> Change:
    return lambda data: data["images"][entry].update(fields)


def element(key: str, entry: int, value: object) -> Change:
    return lambda data: data[key].__setitem__(entry, value)


def rle(counts: object, width: int = 32, height: int = 24) -> Document:
    return {"size": [height, width], "counts": counts}


def without_id(data: Document) -> None:
    """An image without an id has no annotations either."""
    del data["images"][47]["id"]
    data["annotations"][47]["image_id"] = 1


def with_id_of_another(data: Document) -> None:
    data["images"][41]["id"] = data["images"][40]["id"]
    data["annotations"][41]["image_id"] = data["images"][40]["id"]


MALFORMED, DANGLING, TWICE = Problem.MALFORMED, Problem.DANGLING, Problem.DUPLICATE_ID
FAULTS: list[tuple[Change, Problem, str, str]] = [
    (annotation(0, bbox=[1, 2, 3]), MALFORMED, "/annotations/0/bbox", "3 numbers"),
    (annotation(1, bbox=[1, "2", 3, 4]), MALFORMED, "/annotations/1/bbox", "text '2'"),
    (annotation(2, bbox=[1, float("nan"), 3, 4]), MALFORMED, "/annotations/2/bbox", "not finite"),
    (annotation(3, bbox=[1, 10**400, 3, 4]), MALFORMED, "/annotations/3/bbox", "not finite"),
    (annotation(4, bbox=[1.7e308, 2, 1.7e308, 4]), MALFORMED, "/annotations/4/bbox", "beyond"),
    (annotation(5, bbox={"x": 1}), MALFORMED, "/annotations/5/bbox", "an object of 1"),
    (annotation(6, segmentation=[[1, 2, 3, 4, 5]]), MALFORMED, "/annotations/6/segmentation", "5 numbers"),
    (annotation(7, segmentation=[1, 2, 3, 4, 5, 6]), MALFORMED, "/annotations/7/segmentation", "rings"),
    (annotation(8, segmentation=[[1, 2, 3, True, 5, 6]]), MALFORMED, "/annotations/8/segmentation", "true"),
    (annotation(9, segmentation=rle([700, 60])), MALFORMED, "/annotations/9/segmentation", "760 pixels"),
    (annotation(10, segmentation=rle("0~")), MALFORMED, "/annotations/10/segmentation", "character"),
    (annotation(11, segmentation=rle([400, 16], 16, 26)), MALFORMED, "/annotations/11", "16 x 26"),
    (annotation(12, keypoints=POINTS[:8]), MALFORMED, "/annotations/12/keypoints", "8 numbers"),
    (annotation(13, keypoints=POINTS, num_keypoints=3), MALFORMED, "/annotations/13", "is 3, 2 are given"),
    (annotation(14, keypoints=[1, 2, 5] * 3), MALFORMED, "/annotations/14/keypoints", "visibility"),
    (annotation(15, keypoints=POINTS[:6], category_id=2), MALFORMED, "/annotations/15", "has 2 keypoints"),
    (annotation(16, iscrowd=7), MALFORMED, "/annotations/16/iscrowd", "7"),
    (annotation(17, image_id=None), MALFORMED, "/annotations/17", "no image_id"),
    (annotation(18, category_id="cat"), MALFORMED, "/annotations/18/category_id", "'cat'"),
    (annotation(19, bbox=None), MALFORMED, "/annotations/19", "neither bbox nor segmentation"),
    (annotation(33, id=132), TWICE, "/annotations/33", "id of annotations/31"),
    (annotation(21, image_id=7777), DANGLING, "/annotations/21", "7777"),
    (element("annotations", 22, [1, 2]), MALFORMED, "/annotations/22", "no object"),
    (annotation(23, id=None), MALFORMED, "/annotations/23", "no id"),
    (annotation(24, segmentation=rle(packed([700, 60]))), MALFORMED, "/annotations/24/segmentation", "760"),
    (annotation(25, segmentation=rle([-1, 769])), MALFORMED, "/annotations/25/segmentation", "-1"),
    (annotation(26, segmentation=rle([768], 32.5)), MALFORMED, "/annotations/26/segmentation", "size"),
    (annotation(27, segmentation=[[]]), MALFORMED, "/annotations/27/segmentation", "0 numbers"),
    (annotation(28, area=float("inf")), MALFORMED, "/annotations/28", "Infinity"),
    (image(40, file_name="gone.png"), DANGLING, "/images/40", "gone.png"),
    (with_id_of_another, TWICE, "/images/41", "id of images/40"),
    (image(42, file_name="train/sub/042.png"), DANGLING, "/images/42", "missing"),
    (image(43, file_name=None), MALFORMED, "/images/43", "no file_name"),
    (image(44, width="32"), MALFORMED, "/images/44", "text '32'"),
    (image(45, file_name="notes.txt"), DANGLING, "/images/45", "no image"),
    (image(46, file_name="../../../etc/passwd.png"), DANGLING, "/images/46", "passwd"),
    (without_id, MALFORMED, "/images/47", "no id"),
    (image(48, file_name=NAMES[49]), Problem.DUPLICATE_ID, "/images/49", "file_name of images/48"),
    (element("images", 50, "050.png"), MALFORMED, "/images/50", "no object"),
    (lambda data: data["categories"].append({"id": 2, "name": "fox"}), TWICE, "/categories/2", "id 2"),
    (lambda data: data["categories"].append({"id": 9}), MALFORMED, "/categories/3", "no name"),
]  # fmt: skip
UNNAMED = {f"train/{NAMES[entry]}" for entry in (40, 42, 43, 45, 46, 47, 48, 50)}


def clean() -> Document:
    data = document(NAMES)
    data["categories"][1]["keypoints"] = ["nose", "tail", "paw"]
    return data


def write(root: Path, data: Document, indent: int | None = None) -> str:
    draw(root, *(f"train/{name}" for name in NAMES), *(f"valid/{name}" for name in NAMES[:10]))
    (root / "train" / "notes.txt").write_text("no image")
    put(root, VALID, document(NAMES[:10]))
    return put(root, TRAIN, data, indent)


def faulty() -> Document:
    data = clean()
    for change, *_ in FAULTS:
        change(data)
    # the annotations of an element that is no image any more would be of no image
    data["annotations"][50]["image_id"] = 1
    return data


def test_the_clean_twin_has_no_problem(tmp_path: Path) -> None:
    write(tmp_path, clean())
    dataset = read_tree(tmp_path)
    assert dataset.format == "coco"
    assert dataset.problems.rows() == []
    assert dataset.annotations.height == 70


@pytest.mark.parametrize("indent", [None, 2])
def test_each_fault_is_one_problem_at_its_place(tmp_path: Path, indent: int | None) -> None:
    data = faulty()
    lines = write(tmp_path, data, indent).split("\n")
    problems = read_tree(tmp_path).problems
    found = {(row["kind"], row["pointer"]): row for row in problems.filter(path=TRAIN).iter_rows(named=True)}
    assert sorted(found) == sorted((kind, pointer) for _, kind, pointer, _ in FAULTS)
    for _, kind, pointer, said in FAULTS:
        row = found[kind, pointer]
        assert said in row["message"]
        _, key, entry, *_ = pointer.split("/")
        text = "\n".join([lines[row["line"] - 1][row["column"] - 1 :], *lines[row["line"] :]])
        assert same(json.JSONDecoder().raw_decode(text)[0], data[key][int(entry)])
    assert problems.height == len(FAULTS) + len(UNNAMED)
    unlisted = problems.filter(kind=Problem.UNLISTED)
    assert set(unlisted["path"]) == UNNAMED
    assert set(unlisted["unit"]) == {"train"}


def same(first: object, second: object) -> bool:
    """Equality, also of NaN."""
    return json.dumps(first) == json.dumps(second)


@pytest.mark.parametrize(
    ("change", "kind", "pointer", "said"), FAULTS, ids=[f"{fault[2]} {fault[3]}" for fault in FAULTS]
)
def test_each_fault_alone(tmp_path: Path, change: Change, kind: Problem, pointer: str, said: str) -> None:
    data = clean()
    change(data)
    write(tmp_path, data)
    problems = read_tree(tmp_path).problems.filter(path=TRAIN)
    assert (kind, said in "".join(problems["message"])) == (kind, True)
    assert kind in set(problems["kind"])


def test_what_is_sound_stays(tmp_path: Path) -> None:
    write(tmp_path, faulty())
    dataset = read_tree(tmp_path)
    entries = set(dataset.annotations.filter(label=TRAIN)["entry"])
    kept = {11, 13, 15, 20, 21, 23, 28}  # read, and something about them is wrong
    assert entries == {*range(60)} - ({*range(29)} - kept)
    lost = dataset.annotations.filter(label=TRAIN, entry=21)
    assert lost["image"].to_list() == [None]


def test_an_unknown_category_is_not_the_readers_problem(tmp_path: Path) -> None:
    data = clean()
    data["annotations"][3]["category_id"] = 44
    write(tmp_path, data)
    dataset = read_tree(tmp_path)
    assert dataset.problems.is_empty()
    row = dataset.annotations.filter(label=TRAIN, entry=3)
    assert row.select("class_id", "class_name").rows() == [(44, None)]


def test_more_problems_than_are_listed_are_counted(tmp_path: Path) -> None:
    data = clean()
    data["annotations"] = [box(n, 1, bbox=[1]) for n in range(10_500)]
    write(tmp_path, data)
    problems = read_tree(tmp_path).problems
    assert problems.height == 10_001
    assert problems["message"][-1] == "500 more of the same kind, not listed"


def test_panoptic_segments_and_their_pictures(tmp_path: Path) -> None:
    data = document(NAMES[:4])
    segment = {"id": 5, "category_id": 1, "bbox": [0, 0, 8, 9], "area": 72, "iscrowd": 0}
    data["annotations"] = [
        {"image_id": n + 1, "file_name": f"{n:03}.png", "segments_info": [segment, segment | {"id": 6}]}
        for n in range(4)
    ]
    pictures = [f"annotations/panoptic_val2017/{name}" for name in NAMES[:4]]
    draw(tmp_path, *(f"val2017/{name}" for name in NAMES[:4]), *pictures)
    put(tmp_path, "annotations/panoptic_val2017.json", data)
    dataset = read_tree(tmp_path)
    assert dataset.problems.is_empty()
    rows = dataset.annotations.select("kind", "entry", "image", "class_name", "x_max", "crowd").rows()
    assert rows[:2] == [("mask", None, "val2017/000.png", "cat", 8.0, False)] * 2
    assert len(rows) == 8

    broken = copy.deepcopy(data)
    broken["annotations"][0]["segments_info"][1] = segment  # its id twice
    broken["annotations"][1]["segments_info"][0] = {"id": 1}
    broken["annotations"][2]["file_name"] = "gone.png"
    put(tmp_path, "annotations/panoptic_val2017.json", broken)
    problems = read_tree(tmp_path).problems.select("kind", "pointer").rows()
    assert sorted(problems) == [
        ("dangling reference", "/annotations/2/file_name"),
        ("duplicate id", "/annotations/0/segments_info/1"),
        ("malformed", "/annotations/1/segments_info/0"),
    ]
