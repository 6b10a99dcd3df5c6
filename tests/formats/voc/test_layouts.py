"""Where images and XML files of VOC trees lie, and which split they are in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from holdfast import Problem
from tests.checking import check
from tests.formats.reading import images, notes, read_tree
from tests.formats.voc.writing import box, devkit, draw, listed, put, shape, xml

PAIR = ("JPEGImages/{}.jpg", "Annotations/{}.xml")


def pairs(root: Path, image: str, label: str, *stems: str) -> None:
    for stem in stems:
        draw(root, image.format(stem))
        put(root, label.format(stem), xml(f"{stem}.jpg", box()))


@pytest.mark.parametrize(
    ("image", "label", "units"),
    [
        ("JPEGImages/{}.jpg", "Annotations/{}.xml", ["train"] * 3),
        ("images/{}.jpg", "annotations/{}.xml", ["train"] * 3),
        ("{}.jpg", "{}.xml", ["train"] * 3),
        ("{}.jpg", "annotations/{}.xml", ["train"] * 3),
        ("photos/{}.jpg", "photos/{}.xml", ["photos/train"] * 3),
        ("boulder/JPEGImages/{}.jpg", "boulder/Annotations/{}.xml", ["boulder/train"] * 3),
    ],
)
def test_one_split_without_sets(tmp_path: Path, image: str, label: str, units: list[str]) -> None:
    pairs(tmp_path, image, label, "a", "b", "c")
    dataset = read_tree(tmp_path)
    assert (dataset.format, dataset.problems.height) == ("voc", 0)
    assert list(images(dataset).values()) == units
    assert dataset.annotations.select("label", "image", "line", "column", "entry").rows() == [
        (label.format(stem), image.format(stem), 8, 1, 0) for stem in "abc"
    ]


@pytest.mark.parametrize(
    ("image", "label", "collection"),
    [
        ("{split}/{}.jpg", "{split}/{}.xml", ""),
        ("{split}/images/{}.jpg", "{split}/annotations/{}.xml", ""),
        ("images/{split}/{}.jpg", "annotations/{split}/{}.xml", ""),
        ("{split}/JPEGImages/{}.jpg", "{split}/Annotations/{}.xml", ""),
        ("wall/{split}/{}.jpg", "wall/{split}/{}.xml", "wall/"),
        ("{split}2017/{}.jpg", "{split}2017/{}.xml", ""),
        ("wall/images/{split}/{}.jpg", "wall/xmls/{split}/{}.xml", "wall/"),
    ],
)
def test_splits_by_folders(tmp_path: Path, image: str, label: str, collection: str) -> None:
    for split in ("train", "valid", "test"):
        pairs(tmp_path, image.replace("{split}", split), label.replace("{split}", split), split[0])
    dataset = read_tree(tmp_path)
    assert dataset.problems.height == 0
    assert sorted(images(dataset).values()) == [f"{collection}{name}" for name in ("test", "train", "val")]
    assert dataset.annotations.height == 3
    assert dataset.images["has_label"].all()


def test_image_sets_with_flags_folders_and_lists_of_classes(tmp_path: Path) -> None:
    pairs(tmp_path, *PAIR, "a", "b", "sub/c", "d")
    listed(tmp_path, train=["a 1", "b  -1"], val=["sub/c"], test=["d 0"], cat_train=["a 1", "nobody -1"])
    dataset = read_tree(tmp_path)
    assert dataset.problems.height == 0
    assert images(dataset) == {
        "JPEGImages/a.jpg": "train",
        "JPEGImages/b.jpg": "train",
        "JPEGImages/d.jpg": "test",
        "JPEGImages/sub/c.jpg": "val",
    }
    assert dataset.images["listed"].all()
    assert dataset.splits[0].lists == ("ImageSets/Main/train.txt",)


@pytest.mark.parametrize(
    ("sets", "units", "said"),
    [
        ({"trainval": "abc", "test": "d"}, ["train", "train", "train", "test"], []),
        ({"train": "ab", "trainval": "abc", "test": "d"}, ["train", "train", "val", "test"], []),
        ({"val": "c", "trainval": "abc", "test": "d"}, ["train", "train", "val", "test"], []),
        (
            {"train": "a", "val": "c", "trainval": "abc", "test": "d"},
            ["train", "train", "val", "test"],
            ["ImageSets/Main/trainval.txt:2 names 1 images that neither train nor val names, first b"],
        ),
    ],
)
def test_trainval_gives_what_train_or_val_lacks(
    tmp_path: Path, sets: dict[str, str], units: list[str], said: list[str]
) -> None:
    pairs(tmp_path, *PAIR, *"abcd")
    listed(tmp_path, **sets)
    dataset = read_tree(tmp_path)
    assert list(images(dataset).values()) == units
    assert notes(dataset) == said


def test_lists_of_other_tasks_name_images_too(tmp_path: Path) -> None:
    pairs(tmp_path, *PAIR, *"abcd")
    listed(tmp_path, train=["a"], val=["b"])
    put(tmp_path, "ImageSets/Segmentation/train.txt", "c\n")
    draw(tmp_path, "SegmentationClass/c.png")
    dataset = read_tree(tmp_path)
    assert notes(dataset, Problem.UNLISTED) == ["JPEGImages/d.jpg: no image set names it"]
    assert notes(dataset, Problem.UNREFERENCED) == []


def test_collections_and_settings(tmp_path: Path) -> None:
    pairs(tmp_path, "boulder/train/{}.jpg", "boulder/train/{}.xml", "a")
    pairs(tmp_path, "boulder/valid/{}.jpg", "boulder/valid/{}.xml", "b")
    pairs(tmp_path, "odd/{}.jpg", "odd/{}.xml", "c")
    put(tmp_path, "holdfast.toml", '[splits]\ntest = "odd"\n')
    assert images(read_tree(tmp_path)) == {
        "boulder/train/a.jpg": "boulder/train", "boulder/valid/b.jpg": "boulder/val", "odd/c.jpg": "test",
    }  # fmt: skip


def test_a_missing_folder_of_the_settings(tmp_path: Path) -> None:
    pairs(tmp_path, "train/{}.jpg", "train/{}.xml", "a")
    put(tmp_path, "holdfast.toml", '[splits]\ntest = "nowhere"\n')
    dataset = read_tree(tmp_path)
    assert [(split.unit, split.missing) for split in dataset.splits] == [("train", False), ("test", True)]
    assert notes(dataset) == ["holdfast.toml: [splits] test names a missing folder: nowhere"]


def test_a_split_that_lost_all_its_files_is_still_one(tmp_path: Path) -> None:
    pairs(tmp_path, "train/{}.jpg", "train/{}.xml", "a", "b", "c")
    draw(tmp_path, "test/d.jpg")
    dataset = read_tree(tmp_path)
    assert images(dataset)["test/d.jpg"] == "test"
    assert [finding.path for finding in check(tmp_path, "missing_label").findings] == ["test/d.jpg"]


@pytest.mark.parametrize("content", ["<project/>", "not xml", '<?xml version="1.0"?><svg/>'])
def test_other_xml_beside_images_is_no_voc(tmp_path: Path, content: str) -> None:
    draw(tmp_path, "train/images/a.jpg", "valid/images/b.jpg")
    put(tmp_path, "train/labels/a.txt", "0 .5 .5 .2 .2\n")
    put(tmp_path, "train/images/a.xml", content)
    assert read_tree(tmp_path).format == "yolo"


def test_the_tables_say_what_the_files_say(tmp_path: Path) -> None:
    devkit(tmp_path, 10)
    polygon = "<polygon><x1>1</x1><y1>2</y1><x2>9.5</x2><y2>2</y2><x3>9</x3><y3>8</y3></polygon>"
    part = "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part>"
    bound = "<bndbox><ymax>8</ymax><xmax>9</xmax><ymin>2</ymin><xmin>1</xmin></bndbox>"
    turned = "<robndbox><cx>50</cx><cy>40</cy><w>20</w><h>10</h><angle>1.5707963267948966</angle></robndbox>"
    points = "<polygon><pt><x>1</x><y>1</y></pt><pt><x>5</x><y>1</y></pt><pt><x>5</x><y>7</y></pt></polygon>"
    shapes = shape("dog &amp; cat", bound, part), shape("cat", polygon, bound), shape("cat", points)
    put(tmp_path, "Annotations/0002.xml", xml("0002.jpg", *shapes, shape("ship", turned), size=None))
    dataset = read_tree(tmp_path)
    assert dataset.problems.height == 0
    rows = dataset.annotations.filter(label="Annotations/0002.xml").to_dicts()
    assert [(row["line"], row["entry"], row["kind"], row["class_name"]) for row in rows] == [
        (3, 0, "box", "dog & cat"), (8, 1, "polygon", "cat"), (13, 2, "polygon", "cat"),
        (17, 3, "oriented box", "ship"),
    ]  # fmt: skip
    assert rows[0]["values"] == [1, 2, 9, 8]
    assert rows[1]["values"] == [1, 2, 9.5, 2, 9, 8]
    assert [rows[1][edge] for edge in ("x_min", "y_min", "x_max", "y_max")] == [1, 2, 9, 8]
    assert [rows[2][edge] for edge in ("x_min", "y_min", "x_max", "y_max")] == [1, 1, 5, 7]
    assert rows[3]["values"] == pytest.approx([55, 30, 55, 50, 45, 50, 45, 30])
    assert all(row["pixels"] and not row["crowd"] for row in rows)
    numbers = dict(dataset.annotations.select("class_name", "class_id").unique().rows())
    assert numbers == {"cat": 0, "dog": 1, "dog & cat": 2, "ship": 3}
    assert dataset.declared == frozenset()
    sizes = dataset.images.select("declared_width", "declared_height", "declared_in", "declared_line").rows()
    assert sizes[0] == (128, 96, "Annotations/0000.xml", 3)
    assert sizes[2] == (None, None, None, None)


def test_names_that_are_no_text_and_links(tmp_path: Path) -> None:
    pairs(tmp_path, *PAIR, "a")
    put(tmp_path, "Annotations/a.xml", xml("a.jpg", box()).replace("<filename>a.jpg</filename>", ""))
    stem = b"b\xff"
    for folder, suffix in (("JPEGImages", ".jpg"), ("Annotations", ".xml")):
        (tmp_path / folder / f"a{suffix}").rename(tmp_path / folder / f"{os.fsdecode(stem)}{suffix}")
    put(tmp_path, "ImageSets/Main/train.txt", stem + b"\n")
    (tmp_path / "JPEGImages/c.jpg").symlink_to("/etc/hostname")
    dataset = read_tree(tmp_path)
    assert dataset.annotations.height == 1
    assert notes(dataset, Problem.NOT_READ) == ["JPEGImages/c.jpg: not read: a symbolic link, not followed"]
    assert notes(dataset, Problem.DANGLING) == []
