"""The trees that CSV lists are published in."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import UsageError
from tests.formats.csv_list.writing import HEADER
from tests.formats.reading import images, notes, read_tree
from tests.trees import BOX, Tree, tree

ROW = "{},64,48,hold,1,2,3,4\n"


def drawn(built: Tree, *names: str) -> Tree:
    """Images of these names; what is in them is not looked at here."""
    for name in names:
        built.file(name, b"picture")
    return built


def places(root: Path) -> list[tuple[object, ...]]:
    """Image, class number, class name, line and column of each annotation."""
    columns = ("image", "class_id", "class_name", "line", "column")
    return read_tree(root).annotations.select(columns).rows()


def test_lists_named_after_splits_with_images_in_folders_of_their_names(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "images/train/a.jpg", "images/train/b.jpg", "images/test/a.jpg")
    built.file("data/train_labels.csv", f"{HEADER}\n" + ROW.format("a.jpg") + ROW.format("b.jpg"))
    built.file("data/test_labels.csv", f"{HEADER}\n" + ROW.format("a.jpg"))
    dataset = read_tree(built.root)
    assert dataset.problems.is_empty()
    assert images(dataset) == {
        "images/train/a.jpg": "train", "images/train/b.jpg": "train", "images/test/a.jpg": "test",
    }  # fmt: skip


def test_lists_of_one_folder_of_images(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "images/a.jpg", "images/b.jpg", "images/c.jpg")
    built.file("train.csv", f"{HEADER}\n" + ROW.format("images/a.jpg"))
    built.file("val.csv", f"{HEADER}\n" + ROW.format("images/b.jpg"))
    dataset = read_tree(built.root)
    assert images(dataset) == {"images/a.jpg": "train", "images/b.jpg": "val"}
    assert dataset.problems.select("kind", "path").rows() == [("unreferenced", "images/c.jpg")]


def test_one_list_over_folders_of_splits(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", "valid/b.jpg", "test/c.jpg")
    names = ("train/a.jpg", "valid/b.jpg", "test/c.jpg")
    built.file("labels.csv", "image,label\n" + "".join(f"{name},cat\n" for name in names))
    dataset = read_tree(built.root)
    assert dataset.problems.is_empty()
    assert images(dataset) == {"train/a.jpg": "train", "valid/b.jpg": "val", "test/c.jpg": "test"}


def test_one_list_without_splits_is_train_and_its_other_images_are_unlisted(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "pictures/a.jpg", "pictures/b.jpg").file("x.csv", "id,breed\na,pug\n")
    dataset = read_tree(built.root)
    assert images(dataset) == {"pictures/a.jpg": "train", "pictures/b.jpg": "train"}
    assert dataset.problems.select("kind", "path").rows() == [("unlisted", "pictures/b.jpg")]
    assert dataset.annotations.select("image", "kind", "class_name").rows() == [
        ("pictures/a.jpg", "class", "pug")
    ]


def test_collections(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "boulder/train/a.jpg", "mountain/train/a.jpg")
    for name, label in (("boulder", "jug"), ("mountain", "crack")):
        built.file(
            f"{name}/train/_annotations.csv", f"filename,class,xmin,ymin,xmax,ymax\na.jpg,{label},1,2,3,4\n"
        )
    dataset = read_tree(built.root)
    assert set(images(dataset).values()) == {"boulder/train", "mountain/train"}
    assert dataset.annotations.select("unit", "class_id", "class_name").rows() == [
        ("boulder/train", 0, "jug"), ("mountain/train", 0, "crack"),
    ]  # fmt: skip


def test_settings_say_which_folder_is_which_split(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "one/a.jpg", "two/b.jpg").settings(
        '[splits]\ntrain = "one"\ntest = "two"\n'
    )
    built.file("one/_annotations.csv", f"{HEADER}\n" + ROW.format("a.jpg"))
    built.file("two/_annotations.csv", f"{HEADER}\n" + ROW.format("b.jpg"))
    assert images(read_tree(built.root)) == {"one/a.jpg": "train", "two/b.jpg": "test"}


def test_settings_that_name_a_missing_folder_are_reported(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg").settings('[splits]\ntrain = "train"\nval = "gone"\n')
    built.file("train/_annotations.csv", f"{HEADER}\n" + ROW.format("a.jpg"))
    assert notes(read_tree(built.root)) == ["holdfast.toml: [splits] val names a missing folder: gone"]


def test_keras_retinanet_without_a_header(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "images/a.jpg", "images/b.jpg", "images/c.jpg")
    built.file("annotations.csv", "images/a.jpg,1,2,3,4,dog\nimages/b.jpg,1,2,3,4,cow\nimages/c.jpg,,,,,\n")
    built.file("classes.csv", "cat,0\ndog,5\n")
    dataset = read_tree(built.root)
    assert dataset.images["has_label"].to_list() == [True] * 3
    assert dataset.names_of("") == {0: "cat", 5: "dog"}
    assert places(built.root) == [("images/a.jpg", 5, "dog", 1, 22), ("images/b.jpg", 6, "cow", 2, 22)]
    assert dataset.problems.select("kind", "path", "line", "message").rows() == [
        ("dangling reference", "annotations.csv", 2, "class cow is none of the 2 declared")
    ]


def test_a_file_of_classes_with_faults(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "a.jpg").file("train.csv", "a.jpg,1,2,3,4,dog\n")
    built.file("classes.csv", "class,id\ndog,0\ncat,0\ndog,1\ncow\nowl,x\n")
    dataset = read_tree(built.root)
    assert dataset.names_of("") == {0: "dog"}
    assert [row[:2] for row in dataset.problems.select("kind", "line").rows()] == [
        ("duplicate id", 3), ("duplicate id", 4), ("malformed", 5), ("malformed", 6),
    ]  # fmt: skip


def test_a_column_for_each_class(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", "train/b.jpg", "train/c.jpg", "valid/d.jpg")
    built.file("train/_classes.csv", "filename, cat, dog\na.jpg, 1, 1\nb.jpg, 0, 0\nc.jpg, 2, 1\na.jpg,0,1\n")
    built.file("valid/_classes.csv", "filename, dog, owl\nd.jpg,0,1\n")
    dataset = read_tree(built.root)
    assert dataset.names_of("") == {0: "cat", 1: "dog", 2: "owl"}
    assert dataset.annotations.select(
        "image", "entry", "class_id", "class_name", "line", "column"
    ).rows() == [
        ("train/a.jpg", 0, 0, "cat", 2, 7),
        ("train/a.jpg", 1, 1, "dog", 2, 10),
        ("train/a.jpg", 2, 1, "dog", 5, 9),
        ("valid/d.jpg", 0, 2, "owl", 2, 9),
    ]
    assert dataset.images["has_label"].all()
    assert dataset.problems.select("kind", "line", "column", "message").rows() == [
        ("malformed", 4, 7, "cat is '2', neither 0 nor 1"),
        ("duplicate id", 5, None, "names a.jpg again, first in line 2"),
    ]


def test_fractions_of_the_sides(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg")
    built.file("train/x.csv", "filename,class,xmin,ymin,xmax,ymax\na.jpg,hold,0.25,0,1,0.5\n")
    annotations = read_tree(built.root).annotations
    assert annotations.select("pixels", "x_min", "x_max").rows() == [(False, 0.25, 1)]
    assert annotations["values"].to_list() == [[0.25, 0, 1, 0.5]]


def test_lines_are_counted_through_quoted_line_ends(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", 'train/b".jpg')
    text = 'note,filename,class\r\n"one\r\ntwo\r\n",a.jpg,"hold, red"\r\n\r\n  \r\nx,"b"".jpg",hold'
    built.file("train/x.csv", b"\xef\xbb\xbf" + text.encode())
    assert places(built.root) == [
        ("train/a.jpg", 1, "hold, red", 2, None),
        ('train/b".jpg', 0, "hold", 7, None),
    ]


def test_what_follows_an_open_quote_is_read(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", "train/b.jpg")
    built.file("train/x.csv", 'filename,class\na.jpg,hold\na.jpg,"hold\n' + "b.jpg,hold\n" * 20_000)
    dataset = read_tree(built.root)
    assert dataset.annotations.height == 20_001
    assert dataset.problems.select("kind", "line").rows() == [("malformed", 3)]


def test_an_image_in_two_lists_of_one_split(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", "train/b.jpg", "train/c.jpg")
    built.file("train/new.csv", "image,label\na.jpg,cat\nb.jpg,cat\n")
    built.file("train/old.csv", "image,label\nb.jpg,dog\nc.jpg,cat\nb.jpg,dog\n")
    problems = read_tree(built.root).problems
    assert problems.select("kind", "path", "unit").rows() == [("merged", "train/old.csv", "train")]
    assert problems["message"][0] == "names 1 images that train/new.csv names as well, first train/b.jpg"
    built.file("train/old.csv", "image,label\nc.jpg,cat\n")
    assert read_tree(built.root).problems.is_empty()


def test_names_with_raw_bytes(tmp_path: Path) -> None:
    built = tree(tmp_path).file("train/x.csv", b"filename,class\n\xff.jpg,hold\n")
    (built.root / "train" / "\udcff.jpg").write_bytes(b"picture")
    dataset = read_tree(built.root)
    assert dataset.problems.is_empty()
    assert dataset.annotations["image"].to_list() == dataset.images["path"].to_list()


def test_a_class_that_is_not_utf_8_is_said_once(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", "train/b.jpg", "train/c.jpg")
    rows = b"filename,class\na.jpg,hold\nb.jpg,caf\xe9\nc.jpg,caf\xe9\n"
    dataset = read_tree(built.file("train/x.csv", rows).root)
    assert dataset.problems.select("kind", "line", "column").rows() == [("malformed", 3, 7)]
    assert "class caf\\xe9 is not UTF-8" in dataset.problems["message"][0]
    assert dataset.annotations["entry"].to_list() == [0, 1, 2]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_separators(tmp_path: Path, mark: str) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", "train/b,c.jpg")
    text = f"{HEADER}\n{ROW.format('a.jpg')}".replace(",", mark) + ROW.replace(",", mark).format("b,c.jpg")
    built.file("train/x.csv", text).file("train/classes.csv", f"hold{mark}4\n")
    dataset = read_tree(built.root)
    assert dataset.problems.is_empty()
    assert places(built.root) == [
        ("train/a.jpg", 4, "hold", 2, 13), ("train/b,c.jpg", 4, "hold", 3, 15),
    ]  # fmt: skip
    assert dataset.annotations["x_max"].to_list() == [3.0, 3.0]


@pytest.mark.parametrize(
    "text", ["image;label\na.jpg;cat\nb.jpg\n", "image;label,x\na.jpg;cat,1\n", "image\na.jpg\n"]
)
def test_marks_that_separate_nothing(tmp_path: Path, text: str) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", "train/b.jpg").file("train/x.csv", text)
    with pytest.raises(UsageError, match="no dataset recognised"):
        read_tree(built.root)


def test_utf_16_is_said(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg", "valid/b.jpg")
    built.file("valid/_annotations.csv", f"{HEADER}\n{ROW.format('b.jpg')}")
    built.file("train/_annotations.csv", f"{HEADER}\n{ROW.format('a.jpg')}".encode("utf-16"))
    dataset = read_tree(built.root)
    assert [(path, kind) for path, kind in dataset.problems.select("path", "kind").rows()] == [
        ("train/_annotations.csv", "malformed"), ("train/a.jpg", "unlisted"),
    ]  # fmt: skip


def test_half_of_the_images_missing_is_less_sure_and_none_a_guess(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg")
    built.file("train/_annotations.csv", f"{HEADER}\n{ROW.format('a.jpg')}{ROW.format('b.jpg')}")
    assert "1 of the first 2 images named are there" in read_tree(built.root).evidence


@pytest.mark.parametrize(
    "text", ["", "\n", "epoch,loss\n1,0.5\n", "image,label\nother.jpg,cat\n", "a,b,c\n1,2,3\n", "\x00" * 4096]
)
def test_other_tables_are_no_lists(tmp_path: Path, text: str) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg").file("train/results.csv", text)
    with pytest.raises(UsageError, match="no dataset recognised"):
        read_tree(built.root)


def test_a_yolo_tree_with_a_table_stays_one(tmp_path: Path) -> None:
    built = tree(tmp_path).image("train", "a").label("train", "a", BOX)
    built.file("results.csv", "epoch,loss\n1,0.5\n").file("metadata.csv", "image,label\n")
    dataset = read_tree(built.root)
    assert dataset.format == "yolo"
    assert notes(dataset) == []


def test_more_tables_than_are_looked_at_are_said(tmp_path: Path) -> None:
    built = drawn(tree(tmp_path), "train/a.jpg").file("train/a.csv", f"{HEADER}\n{ROW.format('a.jpg')}")
    for number in range(1002):
        built.file(f"train/results-{number:04d}.csv", "epoch,loss\n")
    dataset = read_tree(built.root)
    assert dataset.problems.select("kind", "path", "message").rows() == [
        ("not read", "train/results-0999.csv", "this and 2 more CSV files are not looked at; 1000 are")
    ]
