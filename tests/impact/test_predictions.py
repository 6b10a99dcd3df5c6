"""--predictions: what a model scores on all, on leaked and on clean images."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.checking import REPOSITORY, Outcome, check, start_process
from tests.trees import Tree, picture, tree
from tests.written import Coco, voc

BOXES = ("path", "label", "score", "x_min", "y_min", "x_max", "y_max")
CLASSES = ("path", "label", "score")
RIGHT, WRONG = (32, 24, 96, 72), (0, 0, 9, 9)
"""Edges in pixels of the one box of an image of 128 x 96 px, and of another."""


def rows(folder: Path, header: tuple[str, ...], *lines: tuple[object, ...], name: str = "said.csv") -> Path:
    """A CSV of predictions."""
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *lines])
    return folder / name


def results(folder: Path, entries: Any) -> Path:
    """COCO results."""
    (folder / "said.json").write_text(json.dumps(entries))
    return folder / "said.json"


def run(data: Tree, file: Path | str, *more: str, rules: tuple[str, ...] = ("split_leakage",)) -> Outcome:
    return check(data.root, *rules, arguments=(f"--predictions={file}", *more))


def scores(found: Outcome) -> dict[str, tuple[Any, ...]]:
    """The number of images and the two figures of each group of the only scores."""
    [said] = found.header["impact"]["scores"]
    return {group["name"]: tuple(group.values())[1:] for group in said["groups"]}


def notes(found: Outcome) -> list[str]:
    return list(found.header["impact"]["scores"][0]["notes"])


def yolo(folder: Path) -> Tree:
    """Two test images are of train, two are not; each of the four has one box in its middle."""
    data = tree(folder).config("names: [hold, volume]")
    for number in range(2):
        data.image("train", f"{number}", seed=number).label("train", f"{number}", "0 0.5 0.5 0.5 0.5")
    for number in range(4):
        data.image("test", f"t{number}", seed=number).label("test", f"t{number}", "0 0.5 0.5 0.5 0.5")
    return data


def walls(folder: Path, kind: str) -> Tree:
    """The same in another format."""
    data = tree(folder)
    if kind == "coco":
        for split, count in (("train", 2), ("test", 4)):
            made = Coco(data, split, first=1)
            for number in range(count):
                made.image(f"t{number}.jpg", seed=number).box(1, 32, 24, 64, 48)
            made.write()
    elif kind == "voc":
        for split, count in (("train", 2), ("test", 4)):
            for number in range(count):
                voc(data, split, f"t{number}", [("hold", *RIGHT)])
                data.draw(f"{split}/t{number}.jpg", picture(number))
    else:
        header = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
        for split, count in (("train", 2), ("test", 4)):
            lines = "".join(f"t{number}.jpg,128,96,hold,32,24,96,72\n" for number in range(count))
            data.file(f"{split}/_annotations.csv", header + lines)
            for number in range(count):
                data.draw(f"{split}/t{number}.jpg", picture(number))
    return data


LEAKED_RIGHT = [(f"t{number}.jpg", "hold", 0.9, *(RIGHT if number < 2 else WRONG)) for number in range(4)]


def test_boxes_of_yolo_are_compared_in_pixels(tmp_path: Path) -> None:
    found = run(yolo(tmp_path), rows(tmp_path, BOXES, *LEAKED_RIGHT))
    assert found.code == 1
    # the ranking is right, wrong: the precision is 1 up to a recall of one half, 51 of 101 levels
    assert scores(found) == {
        "all": (4, pytest.approx(51 / 101), pytest.approx(51 / 101)),
        "leaked": (2, 1.0, 1.0),
        "clean": (2, 0.0, 0.0),
    }
    worth = found.header["impact"]["scores"][0]["leaked_minus_clean"]["mAP@50"]
    assert worth == {"value": 1.0, "low": None, "high": None}  # too few images for an interval


@pytest.mark.parametrize("kind", ["coco", "voc", "csv"])
def test_boxes_of_other_formats(tmp_path: Path, kind: str) -> None:
    found = scores(run(walls(tmp_path, kind), rows(tmp_path, BOXES, *LEAKED_RIGHT)))
    assert found["leaked"] == (2, 1.0, 1.0)
    assert found["clean"] == (2, 0.0, 0.0)


def test_a_box_that_is_a_little_off_counts_up_to_its_overlap(tmp_path: Path) -> None:
    moved = (32, 24, 96, 60)  # three quarters of the box
    found = scores(
        run(yolo(tmp_path), rows(tmp_path, BOXES, *((f"t{n}.jpg", 0, 1, *moved) for n in range(4))))
    )
    assert found["all"] == (4, pytest.approx(0.6), 1.0)  # right at 6 of 10 thresholds: 0.5 to 0.75


def test_the_terminal_and_the_page_say_it(tmp_path: Path) -> None:
    data = yolo(tmp_path)
    file = rows(tmp_path, BOXES, *LEAKED_RIGHT)
    rule = str(REPOSITORY / "checks" / "split_leakage.py")
    ran = start_process(rule, f"--data={data.root}", "--cache=cache",
                        f"--predictions={file.name}", f"--rootdir={REPOSITORY}", "-n", "2",
                        f"-c={REPOSITORY / 'pytest.ini'}", cwd=tmp_path)  # fmt: skip
    assert (
        "predictions said.csv, test: all (4 images) mAP@50:95 0.505, mAP@50 0.505; "
        "leaked (2 images) mAP@50:95 1.000, mAP@50 1.000; clean (2 images)" in ran.text
    )
    assert (
        "  leaked minus clean, at equal numbers of images: mAP@50:95 +1.000, too few images for an interval;"
        in ran.text
    )
    assert "only 2 images are leaked: their score says little" in ran.text
    page = (tmp_path / "reports" / "report.html").read_text(encoding="utf-8")
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "What the leaks are worth: said.csv on test" in shown
    assert "leaked 2 1.000 1.000" in shown


def folders(folder: Path) -> Tree:
    """Class folders: five test images of cat, two of dog; one of each is of train."""
    data = tree(folder)
    for number, name in enumerate(["train/cat/0", "train/dog/5"]):
        data.draw(f"{name}.png", picture(number * 5))
    for number in range(7):
        data.draw(f"test/{'cat' if number < 5 else 'dog'}/{number}.png", picture(number))
    return data


def test_classes(tmp_path: Path) -> None:
    said = [(f"{number}.png", "cat", 0.6) for number in range(6)] + [("6.png", "dog", 0.6)]
    extra = ("0.png", "dog", 0.1), ("6.png", "cat", 0.59)
    found = scores(run(folders(tmp_path), rows(tmp_path, CLASSES, *extra, *said)))
    assert found == {
        "all": (7, pytest.approx(6 / 7), 0.75),
        "leaked": (2, 0.5, 0.5),
        "clean": (5, 1.0, 1.0),
    }


def test_the_interval_holds_the_difference_and_is_the_same_each_time(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number in range(12):
        data.draw(f"train/cat/{number}.png", picture(number))
    for number in range(24):
        data.draw(f"test/{'cat' if number % 2 else 'dog'}/{number}.png", picture(number))
    said = [(f"{n}.png", "cat" if n % 2 == 1 or n % 3 else "dog", 1) for n in range(24)]
    file = rows(tmp_path, CLASSES, *said)
    first, second = (run(data, file).header["impact"]["scores"][0] for _ in range(2))
    assert first == second
    row = first["leaked_minus_clean"]["accuracy"]
    assert row["low"] < row["value"] < row["high"]
    assert first["resamples"] == 1000


def test_what_is_left_out_is_said_with_its_number(tmp_path: Path) -> None:
    data = yolo(tmp_path).image("test", "unlabelled", seed=77)
    lines = [
        ("t0.jpg", "hold", 0.9, *RIGHT),
        ("t1.jpg", "tree", 0.9, *RIGHT),
        ("nowhere.jpg", "hold", 0.9, *RIGHT),
        ("train/images/0.jpg", "hold", 0.9, *RIGHT),
        ("unlabelled.jpg", "hold", 0.9, *RIGHT),
    ]
    found = run(data, rows(tmp_path, BOXES, *lines))
    said = "; ".join(notes(found))
    assert "1 names of images are unknown, first nowhere.jpg" in said
    assert "1 predictions are of images of other splits" in said
    assert "1 predictions are of classes that the dataset does not have" in said
    assert "2 of 4 images have no prediction" in said
    assert scores(found)["all"] == (4, pytest.approx(26 / 101), pytest.approx(26 / 101))  # one of four


def test_images_without_a_prediction_have_no_class(tmp_path: Path) -> None:
    found = run(folders(tmp_path), rows(tmp_path, CLASSES, ("0.png", "cat", 1), ("6.png", "bird", 1)))
    assert scores(found)["all"] == (2, 0.5, 0.5)
    assert "5 of 7 images have no prediction and are left out" in notes(found)
    assert "1 predictions are of classes that the dataset does not have" in notes(found)


@pytest.mark.parametrize(
    "name", ["test/images/t0.jpg", "./test/images/t0.jpg", "images\\t0.jpg", "/elsewhere/test/images/t0.jpg",
             "{root}/test/images/t0.jpg", "t0", "test/images/t0"]
)  # fmt: skip
def test_how_an_image_may_be_called(tmp_path: Path, name: str) -> None:
    data = yolo(tmp_path)
    found = run(data, rows(tmp_path, BOXES, (name.format(root=data.root), "hold", 1, *RIGHT)))
    assert scores(found)["all"][1] > 0


def test_names_in_several_places_are_unclear(tmp_path: Path) -> None:
    data = yolo(tmp_path).image("valid", "t0", seed=50).label("valid", "t0", "0 0.5 0.5 0.5 0.5")
    lines = [("t0.jpg", "hold", 1, *RIGHT), ("t1.jpg", "hold", 1, *RIGHT)]
    file = rows(tmp_path, BOXES, *lines)
    assert "1 names mean several images, first t0.jpg" in notes(run(data, file))
    assert notes(run(data, f"test={file}"))[0] == "2 of 4 images have no prediction"


def test_several_files(tmp_path: Path) -> None:
    data = yolo(tmp_path).image("valid", "v", seed=50).label("valid", "v", "0 0.5 0.5 0.5 0.5")
    first = rows(tmp_path, BOXES, ("t0.jpg", "hold", 1, *RIGHT))
    second = rows(tmp_path, BOXES, ("v.jpg", "hold", 1, *RIGHT), name="other.csv")
    found = run(data, first, f"--predictions={second}")
    assert [said["split"] for said in found.header["impact"]["scores"]] == ["test", "val"]


def test_a_file_of_two_splits_is_scored_by_split(tmp_path: Path) -> None:
    data = yolo(tmp_path).image("valid", "v", seed=50).label("valid", "v", "0 0.5 0.5 0.5 0.5")
    found = run(data, rows(tmp_path, BOXES, ("v.jpg", "hold", 1, *RIGHT), ("t0.jpg", "hold", 1, *RIGHT)))
    assert {said["split"] for said in found.header["impact"]["scores"]} == {"test", "val"}


def test_images_tied_to_val_alone_are_neither_leaked_nor_clean(tmp_path: Path) -> None:
    data = yolo(tmp_path).image("valid", "v", seed=3).label("valid", "v", "0 0.5 0.5 0.5 0.5")
    found = scores(run(data, rows(tmp_path, BOXES, *LEAKED_RIGHT)))
    assert {name: row[0] for name, row in found.items()} == {
        "all": 4, "leaked": 2, "tied to val only": 1, "clean": 1,
    }  # fmt: skip


def test_without_a_rule_that_looks_for_leaks_nothing_is_called_clean(tmp_path: Path) -> None:
    found = run(walls(tmp_path, "coco"), rows(tmp_path, BOXES, *LEAKED_RIGHT), rules=("malformed_label",))
    assert scores(found).keys() == {"all"}
    assert "no rule looked for leaks: which images are clean is not known" in notes(found)


def entry(**fields: Any) -> dict[str, Any]:
    return {"category_id": 1, "bbox": [32, 24, 64, 48], "score": 0.5} | fields


def test_coco_results_by_image_id(tmp_path: Path) -> None:
    file = results(tmp_path, [entry(image_id=number) for number in range(2)])
    found = scores(run(walls(tmp_path, "coco"), file))
    assert found["leaked"] == (2, 1.0, 1.0)
    assert found["clean"] == (2, 0.0, 0.0)


def test_coco_results_by_name_and_with_polygons(tmp_path: Path) -> None:
    outline = {"bbox": None, "segmentation": [[32, 24, 96, 24, 96, 72]]}
    file = results(tmp_path, [entry(file_name="t0.jpg"), entry(path="test/t1.jpg", **outline)])
    assert scores(run(walls(tmp_path, "coco"), file))["leaked"] == (2, 1.0, 1.0)


def test_coco_results_of_other_formats_name_the_image(tmp_path: Path) -> None:
    entries = [entry(image_id="t0", category_id=0), entry(file_name="t1.jpg", category_id=0)]
    assert scores(run(yolo(tmp_path), results(tmp_path, entries)))["leaked"] == (2, 1.0, 1.0)


def test_ids_that_two_splits_have_ask_for_the_split(tmp_path: Path) -> None:
    data = walls(tmp_path, "coco")
    Coco(data, "valid", first=1).image("v.jpg", seed=60).box(1, 32, 24, 64, 48).write()
    file = results(tmp_path, [entry(image_id=0)])
    found = run(data, file)
    assert found.code == 4
    [line] = found.errors
    assert "image_id 0 is valid/v.jpg and test/t0.jpg" in line or "image_id 0 is test/t0.jpg and" in line
    assert "--predictions=test=FILE" in line
    assert scores(run(data, f"test={file}"))["leaked"][0] == 2


HEADER = ",".join(BOXES)
BAD_CSV = {
    "": "holds no prediction",
    "path,label\na,b": "said.csv:1: column score is missing in the header",
    "path,label,score,x_min\n": "said.csv:1: column y_min is missing in the header",
    "path,label,score,score\n": "said.csv:1: column score is twice in the header",
    HEADER: "holds no prediction",
    f"{HEADER}\nt0.jpg,hold,1": "said.csv:2: 3 fields, the header has 7",
    f"{HEADER}\nt0.jpg,hold,1,1,1,5,5\nt0.jpg,hold,nan,1,1,5,5": "said.csv:3: score nan is not finite",
    f"{HEADER}\nt0.jpg,hold,much,1,1,5,5": "said.csv:2: score 'much' is not a number",
    f"{HEADER}\nt0.jpg,hold,1,1,1,inf,5": "said.csv:2: x_max inf is not finite",
    f"{HEADER}\n,hold,1,1,1,5,5": "said.csv:2: path is empty",
    f"{HEADER}\nt0.jpg,,1,1,1,5,5": "said.csv:2: label is empty",
    f'{HEADER}\n"t0.jpg,hold,1,1,1,5,5': "said.csv:2: a quote is opened here and not closed",
    f"{HEADER}\nno.jpg,hold,1,1,1,5,5": "none of its 1 images is one of test, first no.jpg",
    f"{HEADER}\nno\x1b[31m.jpg,hold,1,1,1,5,5": "first no\\x1b[31m.jpg",
    "path,label,score\nt0.jpg,hold,1": "holds no boxes, and no image has a class of its own",
}


@pytest.mark.parametrize(("text", "says"), BAD_CSV.items(), ids=range(len(BAD_CSV)))
def test_a_bad_csv_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "said.csv").write_text(text)
    found = run(yolo(tmp_path), tmp_path / "said.csv")
    assert found.code == 4
    [line] = found.errors
    assert says in line


GOOD = '{"file_name": "t0.jpg", "category_id": 0, "score": 1, "bbox": [1, 1, 5, 5]}'
BAD_JSON = {
    "": "said.json is empty",
    '{"annotations": []}': "said.json begins with no [",
    "[]": "holds no prediction",
    f"[{GOOD},\n{GOOD}": "said.json:2 at /1: not JSON",
    f"[{GOOD},\n7]": "said.json:2 at /1: is no object",
    f"[{GOOD}, {GOOD.replace('1,', 'NaN,', 1)}]": "said.json:1 at /1: not JSON: NaN is no number of JSON",
    f"[{GOOD.replace('score', 'scor')}]": "at /0/score: has no score",
    f"[{GOOD.replace('[1', '[true')}]": "at /0/bbox: bbox holds what is no finite number",
    f"[{GOOD.replace('[1, ', '[')}]": "at /0/bbox: bbox is not x, y, width, height",
    f"[{GOOD.replace('[1, 1, 5', '[1e308, 1, 1e308')}]": "at /0/bbox: bbox ends beyond all numbers",
    f"[{GOOD.replace('file_name', 'name')}]": "at /0/image_id: has no image_id",
    f"[{GOOD.replace(': 0', ': 1.5')}]": "at /0/category_id: category_id is 1.5",
    f"[{GOOD.replace('bbox', 'box')}]": "at /0/bbox: has neither bbox nor a segmentation of points",
    '[{"image_id": 1, "category_id": 0, "score": 1, "segmentation": {"size": [9, 9], "counts": "a"}}]':
        "at /0/segmentation: an encoded mask without bbox",
    "[" * 100_000: "said.json:1",
    f"[{GOOD}]]": "said.json:1",
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), BAD_JSON.items(), ids=range(len(BAD_JSON)))
def test_bad_results_are_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "said.json").write_text(text)
    found = run(yolo(tmp_path), tmp_path / "said.json")
    assert found.code == 4
    [line] = found.errors
    assert says in line


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone.csv", "gone.csv cannot be read: no such file"),
        ("gone.json", "gone.json cannot be read: no such file"),
        ("said.txt", "said.txt is neither .json (COCO results) nor .csv"),
        ("link.csv", "link.csv cannot be read: a symbolic link"),
        ("val=said.csv", "said.csv: the dataset has no val"),
        ("", "--predictions is empty"),
    ],
)
def test_files_that_are_not_read(tmp_path: Path, name: str, says: str) -> None:
    rows(tmp_path, BOXES, *LEAKED_RIGHT)
    (tmp_path / "link.csv").symlink_to("said.csv")
    split, equals, file = name.rpartition("=")
    found = run(yolo(tmp_path), f"{split}{equals}{tmp_path / file}" if file else "")
    assert found.code == 4
    assert says in found.errors[0]


def test_boxes_where_only_classes_are_known(tmp_path: Path) -> None:
    found = run(folders(tmp_path), rows(tmp_path, BOXES, ("0.png", "cat", 1, *RIGHT)))
    assert found.code == 4
    assert "holds boxes, and no annotation has a place: expected path,label,score" in found.errors[0]
