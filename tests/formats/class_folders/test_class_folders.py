from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.config import Settings
from holdfast.errors import UsageError
from holdfast.formats.readers import class_folders
from holdfast.formats.tree import walk
from tests.checking import check
from tests.formats.class_folders.writing import CLASSES, FAULTS, SPLITS, broken, paths, sound
from tests.formats.reading import images, read_tree
from tests.trees import BOX, Tree, tree


def drawn(built: Tree, *names: str) -> Tree:
    """Images of these names; what is in them is not looked at here."""
    for name in names:
        built.file(name, b"picture")
    return built


def classes(root: Path) -> dict[str, str]:
    """The class of each image."""
    return dict(read_tree(root).annotations.select("image", "class_name").rows())


def test_the_clean_twin(tmp_path: Path) -> None:
    dataset = read_tree(sound(tmp_path).root)
    assert (dataset.format, dataset.problems.height) == ("class_folders", 0)
    assert dataset.evidence == "3 splits, images in 9 folders of 3 classes"
    assert images(dataset) == {path: path.split("/")[0] for path in paths()}
    assert dataset.names_of("") == dict(enumerate(CLASSES))
    assert dataset.classes["path"].to_list() == [f"train/{name}" for name in CLASSES]
    rows = dataset.annotations.select(
        "label", "line", "entry", "image", "kind", "class_id", "class_name", "x_min"
    )
    assert rows.rows() == [
        (path, None, 0, path, "class", CLASSES.index(path.split("/")[1]), path.split("/")[1], None)
        for path in paths()
    ]
    assert dataset.images["has_label"].all()
    assert dataset.images["label"].null_count() == 36


def test_every_fault_once_and_nothing_else(tmp_path: Path) -> None:
    dataset = read_tree(broken(tmp_path).root)
    assert Counter(dataset.problems.select("kind", "path", "message").rows()) == Counter(FAULTS)
    assert images(dataset).keys() == set(paths())
    assert dataset.names_of("") == dict(enumerate(CLASSES))


def test_the_rules_report_them(tmp_path: Path) -> None:
    rules = ("broken_config", "unreferenced_image", "unreadable_image", "unused_class", "unknown_class")
    assert check(sound(tmp_path / "sound").root, *rules).code == 0
    outcome = check(broken(tmp_path / "broken").root, *rules)
    assert Counter(outcome.paths) == Counter(path for _, path, _ in FAULTS)


def test_without_splits_all_is_train(tmp_path: Path) -> None:
    dataset = read_tree(drawn(tree(tmp_path), "cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "docs/a.md").root)
    assert set(images(dataset).values()) == {"train"}
    assert dataset.names_of("") == {0: "cat", 1: "dog"}
    assert dataset.problems.is_empty()


def test_a_folder_around_all_is_the_collection(tmp_path: Path) -> None:
    dataset = read_tree(drawn(tree(tmp_path), "PetImages/Cat/1.jpg", "PetImages/Dog/1.jpg").root)
    assert set(images(dataset).values()) == {"PetImages/train"}
    assert dataset.names_of("PetImages") == {0: "Cat", 1: "Dog"}


def test_the_folder_directly_below_the_split_is_the_class(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/cat/indoors/1.jpg", "train/cat/2.jpg", "train/dog/a/b/3.jpg")
    assert classes(built.root) == {
        "train/cat/indoors/1.jpg": "cat", "train/cat/2.jpg": "cat", "train/dog/a/b/3.jpg": "dog",
    }  # fmt: skip


def test_collections_count_their_own_classes(tmp_path: Path) -> None:
    built = drawn(
        tree(tmp_path), "b/train/jug/1.jpg", "b/test/sloper/1.jpg", "m/train/crack/1.jpg", "m/valid/jug/1.jpg"
    )
    dataset = read_tree(built.root)
    assert dataset.names_of("b") == {0: "jug", 1: "sloper"}
    assert dataset.names_of("m") == {0: "crack", 1: "jug"}
    assert set(images(dataset).values()) == {"b/train", "b/test", "m/train", "m/val"}


def test_both_spellings_of_a_split_are_one(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a/1.jpg", "train/b/1.jpg", "valid/a/1.jpg", "validation/b/1.jpg")
    assert images(read_tree(built.root))["validation/b/1.jpg"] == "val"


def test_settings_say_which_folder_is_which_split(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "one/cat/1.jpg", "one/dog/1.jpg", "two/cat/1.jpg")
    built.settings('[splits]\ntrain = "one"\ntest = ["two", "three"]\n')
    dataset = read_tree(built.root)
    assert images(dataset) == {"one/cat/1.jpg": "train", "one/dog/1.jpg": "train", "two/cat/1.jpg": "test"}
    assert dataset.problems["message"].to_list() == ["[splits] test names a missing folder: three"]


@pytest.mark.parametrize(
    "names",
    [
        ("train/images/1.jpg", "train/masks/1.png"),
        ("images/a/1.jpg", "labels/a/1.txt"),
        ("JPEGImages/1.jpg", "SegmentationClass/1.png", "other/2.jpg"),
        ("train/1.jpg", "trainannot/1.png", "val/2.jpg", "valannot/2.png"),
        ("leftImg8bit/train/aachen/1.png", "leftImg8bit/train/bonn/1.png", "gtFine/train/aachen/1.png"),
        ("cat/1.jpg", "cat/1.txt", "dog/2.jpg", "dog/2.txt"),
        ("train/cat/1.jpg", "train/cat/2.jpg"),
        ("train/a/1.jpg", "train/b/1.jpg", "train/1.jpg", "train/2.jpg", "train/3.jpg"),
        ("a/1.jpg", "a/b/2.jpg", "c/3.jpg"),
        ("train2017/1.jpg", "val2017/2.jpg", "annotations/instances_train2017.json"),
        ("cat/1.jpg",),
    ],
)  # fmt: skip
def test_other_trees_are_none(tmp_path: Path, names: tuple[str, ...]) -> None:
    root = drawn(tree(tmp_path), *names).root
    assert class_folders.recognise(root, walk(root), Settings()) is None


def test_settings_can_want_a_single_class(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/cat/1.jpg").settings('format = "class_folders"\n')
    assert classes(built.root) == {"train/cat/1.jpg": "cat"}


def test_a_yolo_tree_is_no_tree_of_classes(tmp_path: Path) -> None:
    built = tree(tmp_path)
    for split in SPLITS:
        built.image(split, "a").label(split, "a", BOX)
    dataset = read_tree(built.root)
    assert dataset.format == "yolo"
    assert "other format" not in dataset.problems["kind"]


NAMES = st.sampled_from(
    ["train", "val", "cat", "dog", "images", "labels", "a.jpg", "b.png", "c.txt", "\udcff", "x y"]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.lists(NAMES, min_size=1, max_size=4), min_size=1, max_size=12))
def test_any_tree_is_read_or_refused(found: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        built = tree(Path(folder))
        for parts in found:
            place = built.root.joinpath(
                *(f"{part}.d" if "." in part else part for part in parts[:-1]), parts[-1]
            )
            if not place.exists() and all(not parent.is_file() for parent in place.parents):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(b"x")
        built.settings('format = "class_folders"\n')
        try:
            dataset = read_tree(built.root)
        except UsageError:
            return
        assert dataset.annotations["image"].to_list() == dataset.images["path"].to_list()
        assert dataset.annotations["class_id"].null_count() == 0
        noted = dataset.problems.filter(kind="unreferenced")["path"]
        lying = [path for path in built.root.rglob("*") if path.is_file() and path.suffix in (".jpg", ".png")]
        assert len(lying) == dataset.images.height + len(noted)
