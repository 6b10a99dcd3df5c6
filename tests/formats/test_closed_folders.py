"""A split whose folders are links or cannot be listed is named, and never sound."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast import Problem
from holdfast.errors import UsageError
from tests.checking import check
from tests.formats.reading import images, notes, read_tree
from tests.trees import Tree, sound_tree

LINK = "a symbolic link, not followed"


def link_away(data: Tree, place: str) -> Tree:
    """The folder moves out of the tree, and a link stays."""
    away = data.root.parent / "away"
    (data.root / place).rename(away)
    (data.root / place).symlink_to(away, target_is_directory=True)
    return data


def turned(folder: Path) -> Tree:
    """`images/train` with `labels/train`, and so on."""
    data = sound_tree(folder)
    for split in ("train", "valid", "test"):
        for kind in ("images", "labels"):
            data.path(f"{kind}/{split}")
            (data.root / split / kind).rename(data.root / kind / split)
        (data.root / split).rmdir()
    return data


@pytest.mark.parametrize("place", ["train", "train/images", "train/labels"])
@pytest.mark.parametrize(
    "settings", ["", "[splits]\ntrain = 'train'", "[splits]\ntrain = 'train/images'"], ids=range(3)
)
def test_a_linked_folder_of_a_split(tmp_path: Path, place: str, settings: str) -> None:
    data = link_away(sound_tree(tmp_path).settings(settings), place)
    outcome = check(data.root, "broken_config")
    assert (outcome.code, outcome.paths) == (1, [place])
    assert outcome.findings[0].message == f"split train is not read: {place} is {LINK}"
    assert check(data.root, "orphan_label", "unknown_class").code == 3
    assert set(images(read_tree(data.root))) == {"valid/images/valid.jpg", "test/images/test.jpg"}


@pytest.mark.parametrize("place", ["train", "train/images", "train/labels"])
@pytest.mark.parametrize("folder", ["train", "train/images"])
def test_a_linked_folder_that_data_yaml_declares(tmp_path: Path, place: str, folder: str) -> None:
    data = link_away(sound_tree(tmp_path), place).config(f"train: {folder}\nval: valid\nnames: [a]\n")
    outcome = check(data.root, "broken_config")
    assert outcome.code == 1
    assert outcome.findings[0].message.endswith(f"train is not read: {place} is {LINK}")
    assert check(data.root, "orphan_label").code == 3


@pytest.mark.parametrize("place", ["images/train", "labels/train"])
def test_a_linked_split_inside_images(tmp_path: Path, place: str) -> None:
    data = link_away(turned(tmp_path), place)
    assert check(data.root, "broken_config").paths == [place]
    assert check(data.root, "orphan_label").code == 3


@pytest.mark.parametrize("place", ["images", "labels"])
def test_a_linked_folder_of_all_splits(tmp_path: Path, place: str) -> None:
    data = link_away(turned(tmp_path), place).image("other/train", "a").label("other/train", "a")
    outcome = check(data.root, "broken_config")
    assert outcome.paths == [place] * 3
    assert outcome.code == 1


def test_no_split_that_is_read(tmp_path: Path) -> None:
    data = link_away(Tree(tmp_path / "data").image("train", "a"), "train")
    with pytest.raises(UsageError, match="no image found: none of its splits exists; split train is not"):
        read_tree(data.root)


@pytest.mark.parametrize("place", ["train", "train/images", "train/labels"])
def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    data = sound_tree(tmp_path)
    listed = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:  # the administrator may list everything
        if str(path) == str(data.root / place):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr("holdfast.formats.tree.os.scandir", refuse)
    dataset = read_tree(data.root)
    assert [split.name for split in dataset.splits if split.missing] == ["train"]
    assert notes(dataset) == [
        f"{place}: split train is not read: {place} is a folder that cannot be listed: permission denied"
    ]


def test_linked_labels_of_a_list(tmp_path: Path) -> None:
    data = link_away(sound_tree(tmp_path), "train/labels").file("train.txt", "train/images/train.jpg\n")
    dataset = read_tree(data.config("train: train.txt\nval: valid\nnames: [a]\n").root)
    assert notes(dataset, Problem.NOT_READ) == [f"train/labels: not read: {LINK}"]
