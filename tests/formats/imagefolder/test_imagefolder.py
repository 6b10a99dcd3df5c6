from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from tests.checking import check
from tests.formats.imagefolder import writing
from tests.formats.imagefolder.writing import FAULTS, SPLITS, broken, lines, names, rows, sound, table, text
from tests.formats.reading import images, notes, read_tree
from tests.trees import BOX, tree

LIST = "train/metadata.jsonl"
COLUMNS = ("image", "entry", "kind", "class_id", "class_name", "x_min", "y_min", "x_max", "y_max", "values")


def expected(split: str) -> list[tuple[object, ...]]:
    """The annotations of a split, as they were written."""
    found = [
        (f"{split}/{row['file_name']}", number, x, y, width, height)
        for row in rows(split)
        for number, (x, y, width, height) in enumerate(row["objects"]["bbox"])
    ]
    return [
        (name, entry, "box", number, None, x, y, x + width, y + height, [x, y, width, height])
        for entry, (name, number, x, y, width, height) in enumerate(found)
    ]


def test_the_clean_twin(tmp_path: Path) -> None:
    dataset = read_tree(sound(tmp_path).root)
    assert (dataset.format, dataset.problems.height) == ("imagefolder", 0)
    assert dataset.evidence == (
        "3 metadata files, first test/metadata.jsonl: 36 of the first 36 images named are there"
    )
    assert images(dataset).keys() == {f"{split}/{name}" for split in SPLITS for name in names(split)}
    assert [split.unit for split in dataset.splits] == ["train", "val", "test"]
    for split in SPLITS:
        own = dataset.annotations.filter(pl.col("label") == f"{split}/metadata.jsonl")
        assert own.select(COLUMNS).rows() == expected(split)
        assert own["line"].to_list() == [5] * 1 + [6] + [7] + [8] + [9] * 2 + [10] * 2 + [11] * 2 + [12] * 2
    assert dataset.images["has_label"].all()


def test_settings_that_name_a_missing_folder_are_reported(tmp_path: Path) -> None:
    built = sound(tmp_path).settings('[splits]\ntrain = "train"\nval = "gone"\n')
    assert notes(read_tree(built.root)) == ["holdfast.toml: [splits] val names a missing folder: gone"]


def test_parquet_says_the_same(tmp_path: Path) -> None:
    built = writing.images(tmp_path)
    for split in SPLITS:
        built.file(f"{split}/metadata.parquet", table(rows(split)))
    dataset = read_tree(built.root)
    assert dataset.problems.is_empty()
    assert dataset.annotations["line"].null_count() == dataset.annotations.height
    for split in SPLITS:
        own = dataset.annotations.filter(pl.col("label") == f"{split}/metadata.parquet")
        assert own.select(COLUMNS).rows() == expected(split)


def test_csv_holds_labels(tmp_path: Path) -> None:
    built = writing.images(tmp_path)
    for split in SPLITS:
        found = [row | {"label": "cat" if number % 2 else "dog"} for number, row in enumerate(rows(split))]
        built.file(f"{split}/metadata.csv", text(found))
    dataset = read_tree(built.root)
    assert dataset.problems.is_empty()
    own = dataset.annotations.filter(split="val").select("line", "kind", "class_id", "class_name", "x_min")
    assert own.rows()[:2] == [(2, "class", 1, "dog", None), (3, "class", 0, "cat", None)]
    assert dataset.annotations.height == 36


def test_every_fault_once_and_nothing_else(tmp_path: Path) -> None:
    dataset = read_tree(broken(tmp_path).root)
    planted = Counter((kind, LIST, line, message) for line, (kind, message) in enumerate(FAULTS.values(), 13))
    planted += Counter(
        [
            ("unlisted", "train/unlisted.png", None, "train/metadata.jsonl does not name it"),
            ("unreferenced", "elsewhere/stray.png", None,
             "no split refers to it (in elsewhere: 1 images unreferenced)"),
            ("config", "test/metadata.csv", None,
             "not read: metadata.jsonl lies beside it, and imagefolder takes one kind of metadata"),
        ]
    )  # fmt: skip
    assert Counter(dataset.problems.select("kind", "path", "line", "message").rows()) == planted
    assert dataset.annotations.height == 3 * 12


def test_the_rules_report_them(tmp_path: Path) -> None:
    rules = ("malformed_label", "dangling_reference", "duplicate_id", "unlisted_image", "broken_config")
    assert check(sound(tmp_path / "sound").root, *rules).code == 0
    outcome = check(broken(tmp_path / "broken").root, *rules)
    kinds = Counter(kind for kind, _ in FAULTS.values())
    found = Counter(finding.rule for finding in outcome.findings)
    assert found == {
        "malformed_label": kinds["malformed"], "dangling_reference": kinds["dangling reference"],
        "duplicate_id": 1, "unlisted_image": 1, "broken_config": 1,
    }  # fmt: skip


def test_captions_only_list_the_images(tmp_path: Path) -> None:
    built = writing.images(tmp_path)
    for split in SPLITS:
        built.file(f"{split}/metadata.csv", text(rows(split)))
    dataset = read_tree(built.root)
    assert dataset.annotations.is_empty()
    assert dataset.problems.is_empty()
    assert dataset.images["has_label"].all()


def test_metadata_at_the_root_names_images_of_splits(tmp_path: Path) -> None:
    built = tree(tmp_path).file("train/a.jpg", b"x").file("test/b.jpg", b"x")
    built.file(
        "metadata.jsonl",
        '{"file_name": "train/a.jpg", "label": 3}\n{"file_name": "test/b.jpg", "label": "x"}',
    )
    dataset = read_tree(built.root)
    assert images(dataset) == {"train/a.jpg": "train", "test/b.jpg": "test"}
    assert dataset.annotations.select("unit", "class_id", "class_name").rows() == [
        ("train", 3, None), ("test", 0, "x"),
    ]  # fmt: skip


def test_other_shapes_of_a_row(tmp_path: Path) -> None:
    built = tree(tmp_path)
    for name in "abcdef":
        built.file(f"train/{name}.jpg", b"x")
    found = [
        {"file_name": "a.jpg", "objects": [{"bbox": [1, 2, 3, 4], "category": "jug"}]},
        {"file_name": "b.jpg", "objects": {"bbox": [[1, 2, 3, 4]]}, "width": 40, "height": 30},
        {"image_file_name": "c.jpg", "mask_file_name": "d.jpg", "labels": ["jug", "crimp"]},
        {"file_name": "e.jpg", "label": None, "objects": None},
        {"file_name": ".\\f.jpg"},
    ]
    dataset = read_tree(built.file("train/metadata.jsonl", lines(found) + "\n \n").root)
    assert dataset.problems.is_empty()
    assert dataset.annotations.select("image", "entry", "line", "kind", "class_id", "class_name").rows() == [
        ("train/a.jpg", 0, 1, "box", 1, "jug"),
        ("train/b.jpg", 1, 2, "box", None, None),
        ("train/c.jpg", 2, 3, "class", 1, "jug"),
        ("train/c.jpg", 3, 3, "class", 0, "crimp"),
    ]
    sizes = dataset.images.drop_nulls("declared_in")
    assert sizes.select("path", "declared_width", "declared_height", "declared_line").rows() == [
        ("train/b.jpg", 40, 30, 2)
    ]


def test_metadata_of_several_kinds_is_said(tmp_path: Path) -> None:
    built = tree(tmp_path).file("train/a.jpg", b"x").file("test/b.jpg", b"x")
    built.file("train/metadata.jsonl", '{"file_name": "a.jpg"}').file(
        "test/metadata.csv", "file_name\nb.jpg\n"
    )
    assert read_tree(built.root).problems.select("kind", "path", "message").rows() == [
        ("config", LIST, "test/metadata.csv is of another kind: imagefolder takes one kind of metadata")
    ]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("metadata.csv", b"name,text\na.jpg,x\n", "no column file_name"),
        ("metadata.csv", b"", "is empty"),
        (
            "metadata.csv",
            "file_name\na.jpg\n".encode("utf-16"),
            "not UTF-8 but UTF-16 by its first bytes: not read",
        ),
        ("metadata.jsonl", b'{"file_name": "\xff.jpg"}', "not UTF-8 at byte 15 of the line"),
        ("metadata.jsonl", b"x" * (5 << 20), "a line of more than 4194304 bytes"),
        ("metadata.parquet", b"", "cannot be read as parquet: "),
        ("metadata.parquet", b"PAR1" + bytes(100) + b"PAR1", "cannot be read as parquet: "),
    ],
)
def test_metadata_that_says_nothing(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    built = tree(tmp_path).file("train/a.jpg", b"x").file(f"train/{name}", data)
    [found, unlisted] = read_tree(built.root).problems.select("kind", "path", "message").rows()
    assert found[:2] == ("malformed", f"train/{name}")
    assert found[2].startswith(message)
    assert unlisted[:2] == ("unlisted", "train/a.jpg")


def test_faults_in_parquet_name_their_row(tmp_path: Path) -> None:
    built = tree(tmp_path).file("train/a.jpg", b"x").file("train/b.jpg", b"x")
    found = [
        {"file_name": "a.jpg", "objects": {"bbox": [[1.0, 2.0, 3.0, 4.0]], "category": [1]}},
        {"file_name": "b.jpg", "objects": {"bbox": [[1.0, 2.0, float("nan"), 4.0]], "category": [1]}},
    ]
    dataset = read_tree(built.file("train/metadata.parquet", table(found)).root)
    assert dataset.annotations.height == 1
    assert dataset.problems["message"].to_list() == ["row 2: nan in a box is not finite"]


def test_a_yolo_tree_with_other_metadata_stays_one(tmp_path: Path) -> None:
    built = tree(tmp_path).image("train", "a").label("train", "a", BOX)
    built.file("metadata.csv", "author,year\nx,2020\n").file(
        "train/images/metadata.jsonl", json.dumps({"a": 1})
    )
    dataset = read_tree(built.root)
    assert dataset.format == "yolo"
    assert not {"other format", "ambiguous format"} & set(dataset.problems["kind"])
