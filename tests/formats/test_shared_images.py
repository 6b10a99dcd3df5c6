from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.reading import images, notes, read_tree
from tests.trees import Tree, sound_tree

TRAIN, VALID = "train/images/train.jpg", "valid/images/valid.jpg"


def listed(folder: Path, config: str, lines: str) -> Tree:
    """A sound tree with this data.yaml and these lines in list.txt."""
    return sound_tree(folder).config(f"{config}\nnames: [hold]\n").file("list.txt", lines)


@pytest.mark.parametrize("train", ["list.txt", "[train/images, list.txt]"])
def test_a_folder_whose_image_is_in_the_list_of_another_split(tmp_path: Path, train: str) -> None:
    data = listed(tmp_path, f"train: {train}\nval: valid/images", f"{TRAIN}\n{VALID}\n")
    data.copy(VALID, "valid/images/own.jpg")
    dataset = read_tree(data.root)
    assert images(dataset) == {TRAIN: "train", VALID: "train", "valid/images/own.jpg": "val"}
    assert notes(dataset) == [
        f"valid/images: val holds 1 of another split's images, first {VALID} of train"
    ]  # fmt: skip


def test_one_note_for_all_folders_of_a_split(tmp_path: Path) -> None:
    data = listed(tmp_path, "train: list.txt\nval: [valid, test]", f"{VALID}\ntest/images/test.jpg\n")
    assert notes(read_tree(data.root)) == [
        "test: val holds 2 of another split's images, first test/images/test.jpg of train"
    ]  # fmt: skip


@pytest.mark.parametrize(("val", "shared"), [("train", "train"), ("train/images", "train/images")])
def test_folders_that_two_splits_share_are_noted_once(tmp_path: Path, val: str, shared: str) -> None:
    dataset = read_tree(sound_tree(tmp_path).config(f"train: train\nval: {val}\nnames: [hold]\n").root)
    assert notes(dataset) == [f"{shared}: train and val both read {shared}"]


def test_an_image_twice_in_one_list(tmp_path: Path) -> None:
    data = listed(tmp_path, "train: list.txt\nval: valid", f"./{TRAIN}\n{TRAIN}\n{TRAIN}\n")
    dataset = read_tree(data.root)
    assert images(dataset) == {TRAIN: "train", VALID: "val"}
    assert notes(dataset) == [f"list.txt: train names 1 of its images more than once, first {TRAIN}"]


def test_a_list_with_a_byte_order_mark(tmp_path: Path) -> None:
    dataset = read_tree(listed(tmp_path, "train: list.txt\nval: valid", f"\ufeff{TRAIN}\n").root)
    assert images(dataset) == {TRAIN: "train", VALID: "val"}
    assert notes(dataset) == []
