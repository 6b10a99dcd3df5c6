"""COCO in all the ways that people lay it out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from holdfast import Dataset, Problem
from holdfast.config import load_settings
from holdfast.formats import recognise
from tests.formats.coco.writing import box, document, draw, put
from tests.formats.reading import images, notes, read_tree
from tests.trees import picture, tree

A, B = ["a.jpg", "b.jpg"], ["c.jpg", "d.jpg"]


def own(dataset: Dataset) -> list[str]:
    """The problems but that folders may be classes as well."""
    return [message for message in dataset.problems["message"] if "not as class_folders" not in message]


@pytest.mark.parametrize(
    ("train_json", "train_images", "test_json", "test_images"),
    [
        ("train/_annotations.coco.json", "train", "test/_annotations.coco.json", "test"),
        ("annotations/instances_train2017.json", "train2017", "annotations/instances_test2017.json",
         "test2017"),
        ("annotations/instances_train2017.json", "images/train2017", "annotations/instances_test2017.json",
         "images/test2017"),
        ("annotations/train.json", "images/train", "annotations/test.json", "images/test"),
        ("annotations/train.json", "images", "annotations/test.json", "images"),
        ("train.json", "train", "test.json", "test"),
        ("train.json", ".", "test.json", "."),
        ("train/labels.json", "train/data", "test/labels.json", "test/data"),
        ("train/annotations/instances.json", "train/images", "test/annotations/instances.json",
         "test/images"),
        ("labels/Train.JSON", "pictures/first", "labels/Test.JSON", "pictures/second"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("same", [False, True], ids=["names", "same-names"])
def test_layouts(
    tmp_path: Path, train_json: str, train_images: str, test_json: str, test_images: str, same: bool
) -> None:
    second = A if same and train_images != test_images and "pictures" not in train_images else B
    put(tmp_path, train_json, document(A))
    put(tmp_path, test_json, document(second))
    places = [Path(train_images) / name for name in A] + [Path(test_images) / name for name in second]
    draw(tmp_path, *map(str, places))
    dataset = read_tree(tmp_path)
    expected = [str(place) for place in places]
    assert images(dataset) == dict(zip(expected, ["train", "train", "test", "test"], strict=True))
    assert own(dataset) == []
    assert dict(dataset.annotations.select("image", "unit").rows()) == images(dataset)
    assert set(dataset.images["declared_in"]) == {train_json, test_json}


def test_collections(tmp_path: Path) -> None:
    for place in ("boulder/train", "boulder/valid", "mountain/train"):
        put(tmp_path, f"{place}/_annotations.coco.json", document(A))
        draw(tmp_path, *(f"{place}/{name}" for name in A))
    dataset = read_tree(tmp_path)
    assert {split.unit for split in dataset.splits} == {"boulder/train", "boulder/val", "mountain/train"}
    assert images(dataset)["boulder/valid/a.jpg"] == "boulder/val"
    assert dataset.declared == {"boulder", "mountain"}
    assert own(dataset) == []


@pytest.mark.parametrize("file", ["annotations.json", "annotations/instances_default.json", "x.json"])
def test_without_a_split_it_is_train(tmp_path: Path, file: str) -> None:
    put(tmp_path, file, document(A))
    draw(tmp_path, *(f"images/{name}" for name in A))
    assert images(read_tree(tmp_path)) == {"images/a.jpg": "train", "images/b.jpg": "train"}


@pytest.mark.parametrize(
    "name",
    ["images/sub/a.jpg", "./images/sub/a.jpg", "../images/sub/a.jpg", "images\\sub\\a.jpg", "sub/a.jpg"],
)
def test_file_names_with_folders(tmp_path: Path, name: str) -> None:
    put(tmp_path, "annotations/train.json", document([name]))
    draw(tmp_path, "images/sub/a.jpg")
    dataset = read_tree(tmp_path)
    assert images(dataset) == {"images/sub/a.jpg": "train"}
    assert dataset.problems.is_empty()


def test_images_may_come_last(tmp_path: Path) -> None:
    data = document(A)
    put(tmp_path, "train.json", {key: data[key] for key in ("annotations", "categories", "images")})
    draw(tmp_path, *A)
    dataset = read_tree(tmp_path)
    assert dataset.annotations.select("image", "class_name").rows() == [("a.jpg", "cat"), ("b.jpg", "cat")]


def test_images_may_come_later_than_is_looked_for_them_at_first(tmp_path: Path) -> None:
    data = document(A)
    data["annotations"] += [box(n, 1, note="-" * 900) for n in range(1000, 6000)]
    put(tmp_path, "train.json", {key: data[key] for key in ("annotations", "categories", "images")})
    draw(tmp_path, *(f"pictures/{name}" for name in A))
    dataset = read_tree(tmp_path)
    assert list(images(dataset)) == ["pictures/a.jpg", "pictures/b.jpg"]
    assert dataset.annotations.height == 5002
    assert dataset.splits[0].folders == ("pictures",)


def test_the_longest_known_format_is_told_by_content(tmp_path: Path) -> None:
    draw(tmp_path, *(f"images/{name}" for name in A))
    for number in range(3):
        put(
            tmp_path,
            f"images/{number}.json",
            {"version": "5", "shapes": [{"points": []}], "imagePath": "a.jpg"},
        )
    put(tmp_path, "results.json", b'[{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1], "score": 0.5}]')
    put(tmp_path, "coco_names.json", {"1": "cat"})
    put(tmp_path, "anything.json", document(A))
    dataset = read_tree(tmp_path)
    assert dataset.format == "coco"
    assert [split.lists for split in dataset.splits] == [("anything.json",)]
    assert "1 COCO file for 1 split: anything.json; 2 of the first 2 images" in dataset.evidence


def test_of_several_files_for_a_split_instances_are_read_and_the_others_reported(tmp_path: Path) -> None:
    draw(tmp_path, *(f"val2017/{name}" for name in A))
    for kind in ("captions", "instances", "person_keypoints", "panoptic"):
        put(tmp_path, f"annotations/{kind}_val2017.json", document(A))
    dataset = read_tree(tmp_path)
    assert dataset.splits[0].lists == ("annotations/instances_val2017.json",)
    others = notes(dataset, Problem.OTHER_FORMAT)
    assert [note.partition(":")[0] for note in others] == [
        f"annotations/{kind}_val2017.json" for kind in ("person_keypoints", "panoptic", "captions")
    ]
    assert all("annotations/instances_val2017.json is read for val" in note for note in others)


def test_settings_name_the_file_or_the_folders(tmp_path: Path) -> None:
    draw(tmp_path, *(f"first/{name}" for name in A), *(f"second/{name}" for name in B))
    put(tmp_path, "instances_one.json", document(A))
    put(tmp_path, "keypoints_one.json", document(A))
    put(tmp_path, "two.json", document(B))
    (tmp_path / "holdfast.toml").write_text('[splits]\ntrain = "second"\ntest = "keypoints_one.json"\n')
    dataset = read_tree(tmp_path)
    assert {split.name: split.lists for split in dataset.splits} == {
        "train": ("two.json",),
        "test": ("keypoints_one.json",),
    }
    assert images(dataset)["first/a.jpg"] == "test"
    assert [note for note in notes(dataset, Problem.OTHER_FORMAT) if "instances_one" in note]


def test_settings_that_name_nothing_are_reported(tmp_path: Path) -> None:
    draw(tmp_path, *(f"first/{name}" for name in A))
    put(tmp_path, "first/x.json", document(A))
    (tmp_path / "holdfast.toml").write_text('[splits]\ntrain = "first"\ntest = "third"\n')
    dataset = read_tree(tmp_path)
    assert [split.missing for split in dataset.splits] == [False, True]
    assert "test names no folder with a COCO file" in "".join(notes(dataset))


def test_settings_that_fit_no_file_are_reported_and_the_tree_stays_coco(tmp_path: Path) -> None:
    for split, names in (("train2017", A), ("val2017", B)):
        draw(tmp_path, *(f"images/{split}/{name}" for name in names))
        put(tmp_path, f"annotations/instances_{split}.json", document(names))
    (tmp_path / "holdfast.toml").write_text('[splits]\nval = "val2017"\n')
    dataset = read_tree(tmp_path)
    assert dataset.format == "coco"
    assert set(images(dataset).values()) == {"train", "val"}
    assert notes(dataset, Problem.CONFIG) == [
        "holdfast.toml: [splits] val names no folder with a COCO file, and no such file"
    ]


def test_a_file_that_is_cut_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    draw(tmp_path, *(f"train/{name}" for name in A), *(f"valid/{name}" for name in A))
    text = put(tmp_path, "train/_annotations.coco.json", document(A))
    put(tmp_path, "valid/_annotations.coco.json", text[: text.index('"bbox"')].encode())
    dataset = read_tree(tmp_path)
    assert dataset.images.height == 4
    assert dataset.annotations.filter(unit="val").is_empty()
    malformed = notes(dataset, Problem.MALFORMED)
    assert malformed == [
        "valid/_annotations.coco.json:1 not JSON: the file ends inside a value; the rest is not read"
    ]


def test_a_split_whose_file_is_no_json_is_not_left_out_silently(tmp_path: Path) -> None:
    draw(tmp_path, *(f"train/{name}" for name in A), *(f"valid/{name}" for name in A))
    put(tmp_path, "train/_annotations.coco.json", document(A))
    put(tmp_path, "valid/_annotations.coco.json", b"<html>404</html>")
    dataset = read_tree(tmp_path)
    assert [split.unit for split in dataset.splits] == ["train", "val"]
    assert notes(dataset, Problem.MALFORMED) == [
        "valid/_annotations.coco.json:1 not JSON: is no JSON object; the rest is not read"
    ]


def test_an_image_of_two_splits_is_the_firsts(tmp_path: Path) -> None:
    put(tmp_path, "annotations/train.json", document(A))
    put(tmp_path, "annotations/val.json", document([*A[:1], *B]))
    draw(tmp_path, *(f"images/{name}" for name in A + B))
    dataset = read_tree(tmp_path)
    assert images(dataset)["images/a.jpg"] == "train"
    assert notes(dataset) == ["annotations/val.json: val names 1 images of train, first images/a.jpg"]
    assert dataset.annotations.filter(unit="val")["image"].to_list()[0] == "images/a.jpg"


def test_images_that_no_file_names(tmp_path: Path) -> None:
    put(tmp_path, "train/_annotations.coco.json", document(A))
    draw(tmp_path, *(f"train/{name}" for name in A + B[:1]), "elsewhere/e.jpg")
    dataset = read_tree(tmp_path)
    assert notes(dataset, Problem.UNLISTED) == [
        "train/c.jpg: no COCO file names it, train/_annotations.coco.json names others of its folder"
    ]
    assert [note.partition(":")[0] for note in notes(dataset, Problem.UNREFERENCED)] == ["elsewhere/e.jpg"]


def test_a_link_is_not_followed_and_said(tmp_path: Path) -> None:
    put(tmp_path, "train/_annotations.coco.json", document([*A, "link.jpg"]))
    draw(tmp_path, *(f"train/{name}" for name in A))
    (tmp_path / "train" / "link.jpg").symlink_to("a.jpg")
    dataset = read_tree(tmp_path)
    assert dataset.images.height == 2
    assert notes(dataset, Problem.NOT_READ) == ["train/link.jpg: not read: a symbolic link, not followed"]
    assert notes(dataset, Problem.DANGLING) == []


def test_confidence_falls_with_what_is_missing(tmp_path: Path) -> None:
    from holdfast.formats.readers import coco
    from holdfast.formats.tree import walk

    def confidence() -> float:
        reading = coco.recognise(tmp_path, walk(tmp_path), load_settings(tmp_path))
        return reading.confidence if reading else 0

    assert confidence() == 0
    put(tmp_path, "train.json", document(A))
    assert confidence() < 0.5
    draw(tmp_path, "a.jpg")
    assert confidence() == 0.8
    draw(tmp_path, "b.jpg")
    assert confidence() == 0.95


def test_a_file_in_a_folder_of_very_many_is_found_by_its_name(tmp_path: Path) -> None:
    draw(tmp_path, *A)
    for number in range(200):
        put(tmp_path, f"{number}.json", {"shapes": []})
    put(tmp_path, "zz_instances.json", document(A))
    assert recognise(tmp_path, load_settings(tmp_path)).splits[0].lists == ("zz_instances.json",)


def test_the_same_tree_twice_gives_the_same_tables(tmp_path: Path) -> None:
    put(tmp_path / "one", "train/_annotations.coco.json", document(A))
    draw(tmp_path / "one", *(f"train/{name}" for name in A))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    first, second = read_tree(tmp_path / "one"), read_tree(tmp_path / "two")
    assert first.annotations.equals(second.annotations)
    assert first.images.equals(second.images)


@pytest.mark.parametrize(("file", "said"), [
    ("annotations/instances_train.json", True), ("annotations/instances_test.json", False),
    ("annotations/image_info_train.json", False),
])  # fmt: skip
def test_a_file_without_annotations(tmp_path: Path, file: str, said: bool) -> None:
    data = tree(tmp_path).draw("images/a.jpg", picture(1))
    image = {"id": 1, "file_name": "a.jpg", "width": 128, "height": 96}
    data.file(file, json.dumps({"images": [image], "categories": []}))
    message = f"{file}:1 has no `annotations`: nothing says what is on its images"
    assert notes(read_tree(data.root), Problem.MALFORMED) == [message] * said
