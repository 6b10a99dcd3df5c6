from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import Tree, tree


def splits(folder: Path, **counts: int) -> Tree:
    """Splits with so many files that are called images; their pixels do not matter here."""
    data = tree(folder)
    for split, count in counts.items():
        for number in range(count):
            data.file(f"{split}/images/{number}.jpg").label(split, str(number))
    return data


@pytest.mark.parametrize(
    ("counts", "path", "message"),
    [
        ({"train": 9, "valid": 7, "test": 4}, "train/images",
         "train has 9 of 20 images, 45.0 %, below 50 %"),
        ({"train": 77, "valid": 3}, "valid/images", "val has 3 of 80 images, 3.8 %, below 5 %"),
        ({"train": 30, "valid": 8, "test": 1}, "test/images", "test has 1 of 39 images, 2.6 %, below 5 %"),
    ],
)  # fmt: skip
def test_a_share_outside_the_bounds(tmp_path: Path, counts: dict[str, int], path: str, message: str) -> None:
    found = check(splits(tmp_path, **counts).root, "split_ratio")
    assert found.code == 0
    [finding] = found.findings
    assert (finding.path, finding.message, finding.severity) == (path, message, "warning")


@pytest.mark.parametrize(
    "counts",
    [
        {"train": 14, "valid": 4, "test": 2},
        {"train": 27},
        {"train": 10, "valid": 10},
        {"train": 7, "valid": 12},
    ],
)
def test_usual_shares(tmp_path: Path, counts: dict[str, int]) -> None:
    assert check(splits(tmp_path, **counts).root, "split_ratio").findings == []


def test_many_images_are_enough_whatever_their_share(tmp_path: Path) -> None:
    data = splits(tmp_path, train=97, valid=3).settings("[rules.split_ratio]\nenough = 3\n")
    assert check(data.root, "split_ratio").findings == []


def test_other_bounds(tmp_path: Path) -> None:
    data = splits(tmp_path, train=12, valid=8)
    data.settings("[rules.split_ratio]\nmin_train = 0.7\nmin_evaluation = 0.5\n")
    found = check(data.root, "split_ratio").findings
    assert [finding.message for finding in found] == [
        "train has 12 of 20 images, 60.0 %, below 70 %",
        "val has 8 of 20 images, 40.0 %, below 50 %",
    ]
