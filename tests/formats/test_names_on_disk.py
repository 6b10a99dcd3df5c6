from __future__ import annotations

import os
from pathlib import Path

import pytest

from holdfast import Problem, suffix_fits
from holdfast.names import display, to_os
from tests.formats.reading import images, notes, read_tree
from tests.trees import BOX, Tree, sound_tree, tree

HOSTILE = (
    "<img src=x onerror=alert(1)>", "a\nb", "a::b", "[x]", "\u202egpj", "🧗", "x" * 250, "%00",
    "a b ", "-rf", "it's",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names(tmp_path: Path, name: str) -> None:
    name = name.replace("/", "_")
    dataset = read_tree(sound_tree(tmp_path).image("train", name).label("train", name, BOX).root)
    assert images(dataset)[f"train/images/{name}.jpg"] == "train"
    assert dataset.images["has_label"].all()


def test_bytes_that_are_not_utf8_stay_reversible(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    name = os.fsdecode(b"caf\xe9")
    data.image("train", name).label("train", name, BOX)
    dataset = read_tree(data.root)
    [path] = [path for path in images(dataset) if "caf" in path]
    assert os.fsencode(to_os(path)) == b"train/images/caf\xe9.jpg"
    assert display(path) == "train/images/caf\\xe9.jpg"
    assert dataset.images["has_label"].all()
    assert dataset.annotations.height == 4


def test_a_folder_that_is_not_utf8_is_a_collection(tmp_path: Path) -> None:
    place = os.fsdecode(b"w\xe4nde/train")
    dataset = read_tree(sound_tree(tmp_path).image(place, "a").label(place, "a").root)
    assert display(dataset.splits[-1].unit) == "w\\xe4nde/train"


def test_a_name_that_cannot_be_told_apart_is_not_read(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "a\U0010fee9")
    dataset = read_tree(data.root)
    assert dataset.images.height == 3
    [note] = notes(dataset, Problem.NOT_READ)
    assert "reserved for raw bytes" in note


def test_suffixes_in_any_case(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for suffix in (".JPG", ".Jpeg", ".PNG", ".TIF", ".WebP"):
        data.image("train", suffix[1:], suffix=suffix).label("train", suffix[1:])
    dataset = read_tree(data.root)
    assert dataset.images.height == 8
    assert dataset.images["has_label"].all()


def test_other_files_are_no_images(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for name in ("a.jpg.part", "jpg", ".jpg", "a.txt", "a.jpg~", "Thumbs.db", "a.mp4", "a.pdf"):
        data.file(f"train/images/{name}")
    assert read_tree(data.root).images.height == 3


class TestLinks:
    """Nothing outside the root is read, whatever leads there."""

    @pytest.fixture
    def outside(self, tmp_path: Path) -> Tree:
        return Tree(tmp_path / "outside").image("train", "secret").label("train", "secret", "7 .5 .5 .1 .1")

    def test_image(self, tmp_path: Path, outside: Tree) -> None:
        data = sound_tree(tmp_path)
        (data.root / "train/images/a.jpg").symlink_to(outside.root / "train/images/secret.jpg")
        dataset = read_tree(data.root)
        assert dataset.images.height == 3
        assert notes(dataset, Problem.NOT_READ) == [
            "train/images/a.jpg: not read: a symbolic link, not followed"
        ]

    def test_label(self, tmp_path: Path, outside: Tree) -> None:
        data = sound_tree(tmp_path).image("train", "a")
        (data.root / "train/labels/a.txt").symlink_to(outside.root / "train/labels/secret.txt")
        dataset = read_tree(data.root)
        assert 7 not in dataset.annotations["class_id"].to_list()
        assert notes(dataset, Problem.NOT_READ) == [
            "train/labels/a.txt: not read: a symbolic link, not followed"
        ]

    @pytest.mark.parametrize("place", ["extra", "test/images/more", "train/labels/more"])
    def test_folder(self, tmp_path: Path, outside: Tree, place: str) -> None:
        data = sound_tree(tmp_path)
        (data.root / place).symlink_to(outside.root, target_is_directory=True)
        dataset = read_tree(data.root)
        assert not any("secret" in path for path in images(dataset))
        assert 7 not in dataset.annotations["class_id"].to_list()

    def test_split(self, tmp_path: Path, outside: Tree) -> None:
        data = sound_tree(tmp_path).config("train: train/images\nval: held/images\nnames: [a]")
        (data.root / "held").symlink_to(outside.root / "train", target_is_directory=True)
        dataset = read_tree(data.root)
        assert set(images(dataset)) == {"train/images/train.jpg"}
        assert notes(dataset) == ["data.yaml:2 val is not read: held is a symbolic link, not followed"]

    def test_configuration(self, tmp_path: Path, outside: Tree) -> None:
        data = sound_tree(tmp_path)
        outside.config("names: [secret]")
        (data.root / "data.yaml").symlink_to(outside.root / "data.yaml")
        dataset = read_tree(data.root)
        assert dataset.names_of("") is None
        assert notes(dataset) == ["data.yaml: cannot be read: a symbolic link, not followed"]

    def test_circle(self, tmp_path: Path) -> None:
        data = sound_tree(tmp_path)
        (data.root / "train/images/round").symlink_to(data.root, target_is_directory=True)
        assert read_tree(data.root).images.height == 3


@pytest.mark.parametrize("name", ["data.yaml", "data.yml", "dataset.yaml"])
def test_a_configuration_that_is_a_folder(tmp_path: Path, name: str) -> None:
    data = sound_tree(tmp_path).file(f"{name}/a.txt")
    assert notes(read_tree(data.root)) == [f"{name}: cannot be read: not a regular file"]


@pytest.mark.parametrize("name", ["train/images/a.jpg", "train/labels/train.txt", "data.yaml", "train.txt"])
def test_pipes_are_not_waited_for(tmp_path: Path, name: str) -> None:
    data = sound_tree(tmp_path).config("train: train.txt\nval: valid/images") if name == "train.txt" else None
    data = data or sound_tree(tmp_path)
    (data.root / name).unlink(missing_ok=True)
    os.mkfifo(data.root / name)
    dataset = read_tree(data.root)
    assert dataset.images.height >= 1
    assert dataset.problems.height >= 1


def test_a_closed_folder_is_noted(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train/images", "a")
    closed = data.root / "train/images/images"
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("the administrator may open everything")
    assert "cannot be listed" in notes(read_tree(data.root), Problem.NOT_READ)[0]


def test_a_linked_collection_is_named(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder")
    other = sound_tree(tmp_path / "other")
    (data.root / "mountain").symlink_to(other.root)
    assert notes(read_tree(data.root), Problem.UNREFERENCED) == [
        "mountain: no split refers to it; not read: a symbolic link, not followed"
    ]


def test_labels_beside_another_spelling_of_labels(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", BOX)
    if (data.root / "train/LABELS").exists():
        pytest.skip("a file system that takes both spellings for one folder")
    dataset = read_tree(data.file("train/LABELS/b.txt", BOX).root)
    assert dataset.images["label"].to_list() == ["train/labels/a.txt"]
    assert dataset.images["has_label"].all()


@pytest.mark.parametrize("name", ["a.bmp", "a.dib"])
@pytest.mark.parametrize("format", ["BMP", "DIB"])
def test_a_bitmap_with_or_without_its_header_has_two_names(name: str, format: str) -> None:
    assert suffix_fits(name, format)
    assert not suffix_fits(name, "PNG")
