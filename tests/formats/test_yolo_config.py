from __future__ import annotations

from pathlib import Path

import pytest

from holdfast import Dataset
from tests.checking import check
from tests.formats.reading import images, named, notes, read_tree
from tests.trees import Tree, sound_tree, tree

LINE = "7 0.5 0.5 0.2 0.2"
SPLITS = {"train/images/train.jpg": "train", "valid/images/valid.jpg": "val"}


def places(dataset: Dataset) -> list[str]:
    """What was noted, but for the classes that most of these files leave out."""
    return [note for note in notes(dataset) if not note.endswith("no class is known")]


@pytest.mark.parametrize(
    "config",
    [
        "train: train/images\nval: valid/images",
        "train: train\nval: valid",
        "train: ./train/images/\nval: .\\valid\\images",
        "train: ../train/images\nvalid: ../valid/images",
        "train: ../../anywhere/../train/images\nval: valid/images",
        "path: .\ntrain: train/images\nval: valid/images",
        "path: ../data\ntrain: train/images\nval: valid/images",
        "path: ''\ntrain: [train/images]\nval:\n  - valid/images",
        "path: /content/data\ntrain: train/images\nval: valid/images",
        "path: valid\ntrain: ../train/images\nval: images",
        "train: train.txt\nval: [val.txt]",
        "train: train/images\nval: valid/images\ntest: null",
        "train: train/images\nval: valid/images\ntest: ~\nnames: [a]  # a comment",
        "\ufefftrain: train/images\nval: valid/images",
        "%YAML 1.1\n---\ntrain: train/images\nval: valid/images\n...\n",
        "{train: train/images, 'val': \"valid/images\"}",
    ],
)
def test_spellings_of_the_same_two_splits(tmp_path: Path, config: str) -> None:
    data = sound_tree(tmp_path).config(config)
    data.file("train.txt", "train/images/train.jpg\n").file("val.txt", "./valid/images/valid.jpg\r\n\r\n")
    dataset = read_tree(data.root)
    assert images(dataset) == SPLITS
    assert places(dataset) == []


def test_absolute_places_inside_the_root(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    dataset = read_tree(data.config(f"path: {data.root}\ntrain: train\nval: {data.root}/valid/images").root)
    assert images(dataset) == SPLITS


@pytest.mark.parametrize("place", ["/etc", "/", "../../../../etc", "~/photos", "https://example.org/a.zip"])
def test_places_outside_are_never_read(tmp_path: Path, place: str) -> None:
    dataset = read_tree(sound_tree(tmp_path).config(f"train: train/images\nval: {place}").root)
    assert images(dataset) == {"train/images/train.jpg": "train"}
    assert next(split for split in dataset.splits if split.name == "val").missing
    [note] = places(dataset)
    assert note.startswith("data.yaml:2 val ")


def test_a_sibling_with_the_same_beginning_is_outside(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    Tree(tmp_path / "data2").image("valid", "secret")
    dataset = read_tree(data.config(f"train: train\nval: {tmp_path}/data2/valid/images").root)
    assert images(dataset) == {"train/images/train.jpg": "train"}
    assert "leaves the dataset" in places(dataset)[0]


def test_several_folders_of_one_split(tmp_path: Path) -> None:
    dataset = read_tree(sound_tree(tmp_path).config("train: [train/images, test/images]\nval: valid").root)
    assert images(dataset)["test/images/test.jpg"] == "train"


def test_part_of_a_list_may_be_missing(tmp_path: Path) -> None:
    dataset = read_tree(sound_tree(tmp_path).config("train: [train, gone]\nval: valid").root)
    assert images(dataset) == SPLITS
    assert places(dataset) == ["data.yaml:1 train names a missing folder: gone (looked for gone)"]


def test_an_image_in_two_splits_belongs_to_the_first(tmp_path: Path) -> None:
    dataset = read_tree(sound_tree(tmp_path).config("train: train/images\nval: train/images").root)
    assert images(dataset) == {"train/images/train.jpg": "train"}
    assert places(dataset) == ["train/images: train and val both read train/images"]


def test_folders_are_searched_where_a_config_leads_nowhere(tmp_path: Path) -> None:
    dataset = read_tree(sound_tree(tmp_path).config("nc: 1\nnames: [hold]").root)
    assert dataset.images.height == 3
    assert named(dataset) == ("hold",)


@pytest.mark.parametrize("name", ["data.yml", "dataset.yaml", "climbing.yaml"])
def test_names_of_the_file(tmp_path: Path, name: str) -> None:
    data = sound_tree(tmp_path).file(name, "train: train/images\nval: valid/images\nnames: [hold]")
    assert images(read_tree(data.root)) == SPLITS


@pytest.mark.parametrize(
    ("config", "classes"),
    [
        ("names: [a, b]", ("a", "b")),
        ("names: {1: b, 0: a}", ("a", "b")),
        ("names:\n  0: a\n  1: b\nnc: 2", ("a", "b")),
        ("names: [yes, no, 012, 3.0, null]", ("yes", "no", "012", "3.0", "null")),
        ("names: {0: a, 2: c}", ("a", "class 1", "c")),
        ("nc: 2", ("class 0", "class 1")),
        ("names: []", ()),
        ("names: {x: a, 0: b}", ("b",)),
        ("names: [a, [b]]", ("a",)),
        ("names: 3", ()),
        ("", None),
    ],
)
def test_classes(tmp_path: Path, config: str, classes: tuple[str, ...] | None) -> None:
    assert named(read_tree(sound_tree(tmp_path).config(f"train: train\n{config}").root)) == classes


HOSTILE = {
    "a: &x [1]\nb: *x": "anchors and aliases are not read",
    "a: &a [l,l]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]": "anchors and aliases are not read",
    "train: !!python/object/apply:os.system [id]": "tags are not read",
    "[" * 100_000: "deeper than 32 levels",
    "a: " + "{a: " * 40 + "}" * 40: "deeper than 32 levels",
    "a: [" + "1," * 100_001 + "]": "more than 100000 values",
    "train: train\ntrain: valid": "key 'train' stands twice",
    "? [a]\n: b": "a key is not text",
    "a: b: c": "not valid YAML",
    "a: 'x": "not valid YAML",
    'names: ["\\ud800"]': "half a character",
    'names: {"\\udce9": a}': "half a character",
    "a: \x07": "not valid YAML",
    "- a\n- b": "holds no keys",
    "just text": "holds no keys",
    "--- {a: b}\n--- {c: d}": "not valid YAML",
    "# " + "x" * (1 << 20): "over the limit of 1048576",
}


@pytest.mark.parametrize(("config", "message"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_hostile_files_are_one_note(tmp_path: Path, config: str, message: str) -> None:
    dataset = read_tree(sound_tree(tmp_path).config(config).root)
    assert dataset.images.height == 3
    [note] = notes(dataset)
    assert note.startswith("data.yaml:")
    assert message in note
    assert len(note) < 300


def test_a_merge_key_is_a_key_like_any_other(tmp_path: Path) -> None:
    dataset = read_tree(sound_tree(tmp_path).config("<<: {train: valid}\nnames: [a]").root)
    assert images(dataset)["valid/images/valid.jpg"] == "val"
    assert places(dataset) == []


def test_not_utf8(tmp_path: Path) -> None:
    dataset = read_tree(sound_tree(tmp_path).file("data.yaml", b"names: [caf\xe9]").root)
    assert notes(dataset) == ["data.yaml: not UTF-8 at byte 11"]


def test_lists_count_from_their_own_folder_and_from_the_root(tmp_path: Path) -> None:
    data = (
        tree(tmp_path)
        .config("train: lists/train.txt\nval: lists/val.txt")
        .image("all", "a")
        .image("all", "b")
    )
    data.image("all", "c").file("lists/train.txt", f"../all/images/a.jpg\n{data.root}/all/images/b.jpg\n")
    data.file("lists/val.txt", "all/images/c.jpg\n/etc/passwd\n../../../etc/passwd\nlists/val.txt\n")
    dataset = read_tree(data.root)
    assert images(dataset) == {
        "all/images/a.jpg": "train", "all/images/b.jpg": "train", "all/images/c.jpg": "val",
    }  # fmt: skip
    assert dataset.images["listed"].all()
    assert [note.split(" ")[0] for note in places(dataset)] == [
        "lists/val.txt:2", "lists/val.txt:3", "lists/val.txt:4",
    ]  # fmt: skip


def test_an_image_of_two_splits_is_reported_and_listed(tmp_path: Path) -> None:
    built = tree(tmp_path).image("a", "one").image("a", "two").label("a", "one").label("a", "two")
    built.file("val.txt", "a/images/two.jpg\n").config(
        "train: a/images\nval: val.txt\nnc: 1\nnames: [hold]\n"
    )
    dataset = read_tree(built.root)
    assert dataset.images.select("path", "unit", "listed").rows() == [
        ("a/images/one.jpg", "train", False),
        ("a/images/two.jpg", "train", True),
    ]
    assert notes(dataset) == [
        "val.txt: val names 1 of another split's images, first a/images/two.jpg of train"
    ]


def test_labels_beside_those_of_listed_images(tmp_path: Path) -> None:
    data = tree(tmp_path).config("train: all/images/train.txt\nval: all/labels/listed.txt\nnames: [a]")
    data.file("all/images/train.txt", "./all/images/a.jpg\n").file(
        "all/labels/listed.txt", "all/images/b.jpg"
    )
    for name in ("a", "b", "unlisted"):
        data.image("all", name).label("all", name)
    data.label("all", "lost").file("all/labels/more/other.txt").file("all/labels/classes.txt")
    dataset = read_tree(data.root)
    assert dataset.labels.select("path", "unit", "image").rows() == [
        ("all/labels/a.txt", "train", "all/images/a.jpg"),
        ("all/labels/b.txt", "val", "all/images/b.jpg"),
        ("all/labels/lost.txt", "train", None),
    ]


def test_classes_reach_the_collections_below(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder", "sites/mountain", "own").config("nc: 2\nnames: [a, b]\n")
    data.file("own/data.yaml", "train: train\nval: valid\nnames: [c]\n").label("boulder/train", "train", LINE)
    dataset = read_tree(data.root)
    assert {place: named(dataset, place) for place in ("boulder", "sites/mountain", "own")} == {
        "boulder": ("a", "b"), "sites/mountain": ("a", "b"), "own": ("c",),
    }  # fmt: skip
    assert notes(dataset) == []
    assert [finding.message for finding in check(data.root, "unknown_class").findings] == [
        "class 7; 2 declared, counted from 0"
    ]


def test_a_declared_pose_is_no_problem(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config("train: train\nval: valid\nkpt_shape: [17, 3]\nnames: [a]\n")
    assert notes(read_tree(data.root)) == []
