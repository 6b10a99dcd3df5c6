from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl

from tests.checking import check
from tests.formats.csv_list.writing import FAULTS, SPLITS, broken, names, rows, sound
from tests.formats.reading import read_tree

LIST = "train/_annotations.csv"


def test_the_clean_twin_is_read_without_a_problem(tmp_path: Path) -> None:
    dataset = read_tree(sound(tmp_path).root)
    assert dataset.format == "csv_list"
    assert dataset.problems.is_empty()
    assert dataset.images["path"].to_list() == sorted(
        f"{split}/{name}" for split in SPLITS for name in names(split)
    )
    assert dataset.images["has_label"].all()
    assert dataset.annotations.height == 3 * 22


def test_every_fault_once_and_nothing_else(tmp_path: Path) -> None:
    dataset = read_tree(broken(tmp_path).root)
    start = len(rows("train")) + 1
    *others, last = FAULTS
    lines = {fault: start + index for index, fault in enumerate(others)} | {last: start + len(others) + 2}
    planted = Counter((kind, LIST, lines[fault], message) for fault, (kind, message) in FAULTS.items())
    planted += Counter(
        [
            ("config", LIST, None, "names 1 of another split's images, first valid/valid-0.jpg of val"),
            ("unlisted", "train/unlisted.jpg", None, "train/_annotations.csv does not name it"),
            ("not read", "train/link.jpg", None, "not read: a symbolic link, not followed"),
            ("unreferenced", "elsewhere/stray.jpg", None,
             "no split refers to it (in elsewhere: 1 images unreferenced)"),
        ]
    )  # fmt: skip
    found = dataset.problems.select("kind", "path", "line", "message").rows()
    assert Counter(found) == planted
    unnamed = dataset.images.filter(~pl.col("has_label"))["path"].to_list()
    assert unnamed == ["train/unlisted.jpg"]


def test_what_is_not_at_fault_is_read(tmp_path: Path) -> None:
    dataset = read_tree(broken(tmp_path).root)
    first = dataset.annotations.filter(image="train/train-0.jpg")
    assert first.select("line", "entry", "class_name", "x_min", "y_max").rows()[:2] == [
        (2, 0, "hold", 0, 12.5), (3, 1, "volume", 20, 40),
    ]  # fmt: skip
    gone = dataset.annotations.filter(pl.col("image").is_null(), pl.col("line") > 40)
    assert gone["split"].unique().to_list() == ["train"]


def test_the_rules_report_them(tmp_path: Path) -> None:
    rules = ("malformed_label", "dangling_reference", "unlisted_image", "unreferenced_image", "broken_config")
    assert check(sound(tmp_path / "sound").root, *rules).code == 0
    outcome = check(broken(tmp_path / "broken").root, *rules)
    kinds = Counter(kind for kind, _ in FAULTS.values())
    found = Counter(finding.rule for finding in outcome.findings)
    assert outcome.code == 1
    assert (found["malformed_label"], found["dangling_reference"]) == (
        kinds["malformed"],
        kinds["dangling reference"],
    )
    assert (found["unlisted_image"], found["unreferenced_image"], found["broken_config"]) == (1, 1, 1)
