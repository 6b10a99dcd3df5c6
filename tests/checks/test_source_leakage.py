"""One source in two splits: by names, patterns and a column file; the pictures have their say."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from tests.checking import check
from tests.trees import Tree, picture, tree

ONE, TWO, THREE = (digit * 32 for digit in "123")


def version(seed: int) -> Image.Image:
    """A version of the picture of a seed: turned, cropped and brighter."""
    turned = picture(seed, 160, 160).rotate(90).rotate(5, Image.Resampling.BICUBIC).crop((10, 8, 152, 150))
    return ImageEnhance.Brightness(turned.resize((160, 160))).enhance(1.15)


def strangers(data: Tree, count: int = 12) -> Tree:
    """Images that nothing relates, some in each split."""
    for number in range(count):
        data.image(("train", "valid", "test")[number % 3], f"{'abcdefghijklmnop'[number]}-stranger")
    return data


def export(data: Tree, split: str, source: str, digits: str, drawn: Image.Image) -> Tree:
    return data.draw(f"{split}/images/{source}.rf.{digits}.jpg", drawn)


def test_versions_that_look_alike_leak_once_a_source(tmp_path: Path) -> None:
    data = strangers(tree(tmp_path))
    export(data, "train", "wall12_jpg", ONE, picture(1, 160, 160))
    export(data, "train", "wall12_jpg", TWO, picture(1, 160, 160).rotate(90))
    export(data, "valid", "wall12_jpg", THREE, version(1))
    found = check(data.root, "source_leakage")
    [finding] = found.findings
    assert (found.code, finding.unit, str(finding.severity)) == (1, "train-val", "error")
    assert finding.message.startswith(
        "`wall12_jpg`: one source in train (2) and val (1 images), as the names of exports say; "
    )
    assert {finding.path, *finding.related} == {
        f"train/images/wall12_jpg.rf.{ONE}.jpg",
        f"train/images/wall12_jpg.rf.{TWO}.jpg",
        f"valid/images/wall12_jpg.rf.{THREE}.jpg",
    }
    assert finding.related[0].startswith("valid/")


def test_a_proved_pair_of_a_source_says_so_and_is_a_leak_of_both_rules(tmp_path: Path) -> None:
    data = strangers(tree(tmp_path))
    export(data, "train", "i_jpg", ONE, picture(1))
    data.copy(f"train/images/i_jpg.rf.{ONE}.jpg", f"test/images/i_jpg.rf.{TWO}.jpg")
    found = check(data.root, "source_leakage", "split_leakage")
    assert [finding.rule for finding in found.findings] == ["source_leakage", "split_leakage"]
    [finding] = [finding for finding in found.findings if finding.rule == "source_leakage"]
    assert "pixels confirm 1 of 1 pair of it: identical bytes" in finding.message
    assert (str(finding.severity), finding.kind, finding.fixable) == ("error", "identical bytes", True)


@pytest.mark.parametrize("source", ["i_jpg", "IMG_0001_jpg", "43_jpg", "images_jpeg"])
def test_a_name_that_covers_unlike_pictures_is_no_leak(tmp_path: Path, source: str) -> None:
    data = strangers(tree(tmp_path))
    for number in range(9):
        export(data, ("train", "valid")[number % 2], source, f"{number:032x}", picture(50 + number))
    found = check(data.root, "source_leakage")
    [finding] = found.findings
    assert (found.code, str(finding.severity)) == (0, "info")
    assert "5 train and 4 val images share a name that covers unlike ones: no leak" in finding.message
    assert "none of 20 pairs of it is proved" in finding.message


def test_a_copy_under_a_name_that_covers_unlike_pictures_is_left_to_split_leakage(tmp_path: Path) -> None:
    data = strangers(tree(tmp_path))
    for number in range(10):
        export(data, ("train", "valid")[number % 2], "i_jpg", f"{number:032x}", picture(50 + number))
    data.copy(f"train/images/i_jpg.rf.{0:032x}.jpg", f"valid/images/i_jpg.rf.{99:032x}.jpg")
    found = check(data.root, "source_leakage", "split_leakage")
    said = {
        (finding.rule, str(finding.severity)) for finding in found.findings if finding.kind != "same scene"
    }
    assert said == {("source_leakage", "info"), ("split_leakage", "error")}


def test_a_name_that_is_hardly_given_twice_is_a_warning_whatever_the_pictures(tmp_path: Path) -> None:
    data = strangers(tree(tmp_path))
    for split, digits, seed in (("train", ONE, 1), ("valid", TWO, 2)):
        export(data, split, "2xCHfdjBhQeqr6JwP_jpg", digits, picture(seed))
    found = check(data.root, "source_leakage")
    assert (found.code, found.severities) == (0, {"warning"})
    assert "pixels do not confirm it: none of 1 pair of it is proved" in found.findings[0].message


@pytest.mark.parametrize(
    ("original", "other"),
    [
        ("IMG_1234", "IMG_E1234"), ("wall", "wall (1)"), ("wall", "wall_copy"), ("wall", "wall copy 2"),
        ("wall", "wall-edited"), ("wall", "wall - Kopie (2)"), ("wall", "Copy of wall"), ("wall", "wall~2"),
        ("wall", "wall_hflip"), ("IMG_1234", "IMG_1234_aug_3"),
    ],
)  # fmt: skip
def test_edits_and_copies_beside_their_original(tmp_path: Path, original: str, other: str) -> None:
    data = strangers(tree(tmp_path)).draw(f"train/images/{original}.jpg", picture(1, 160, 160))
    data.draw(f"valid/images/{other}.png", version(1))
    [finding] = check(data.root, "source_leakage").findings
    assert finding.severity != "info"
    assert finding.message.startswith(f"`{original}`: one source in train (1) and val (1 images)")


@pytest.mark.parametrize(
    ("first", "second"),
    [("cat (1)", "cat (2)"), ("IMG_0001", "IMG_0001"), ("IMG_E1234", "IMG_E1235"), ("a_copy", "b_copy"),
     ("000001", "000002")],
)  # fmt: skip
def test_names_without_an_original_say_nothing(tmp_path: Path, first: str, second: str) -> None:
    data = strangers(tree(tmp_path)).image("train", first).image("valid", second)
    assert check(data.root, "source_leakage").findings == []


def test_two_pictures_of_two_phones_are_no_leak(tmp_path: Path) -> None:
    data = strangers(tree(tmp_path)).image("train", "IMG_0001").image("valid", "IMG_E0001")
    found = check(data.root, "source_leakage")
    assert (found.code, found.severities) == (0, {"info"})


def test_names_count_within_a_collection(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for collection, seed in (("boulder", 1), ("mountain", 2)):
        data.image(f"{collection}/train", "a", seed).image(f"{collection}/valid", "z", seed + 10)
    export(data, "boulder/train", "x_jpg", ONE, picture(3))
    export(data, "mountain/valid", "x_jpg", TWO, version(3))
    assert check(data.root, "source_leakage").findings == []


def test_a_pattern_makes_an_error_whatever_the_pictures_say(tmp_path: Path) -> None:
    data = tree(tmp_path).settings("[sources]\npatterns = ['^(?P<source>site\\d+)_']")
    data.image("train", "site1_a").image("train", "site2_a").image("valid", "site1_b").image("valid", "x")
    found = check(data.root, "source_leakage")
    [finding] = found.findings
    assert (found.code, str(finding.severity)) == (1, "error")
    assert finding.message.startswith("`site1`: one source in train (1) and val (1 images), as a pattern of")
    assert (finding.path, finding.related) == ("train/images/site1_a.jpg", ("valid/images/site1_b.jpg",))


def test_a_pattern_with_a_slash_is_searched_in_the_path(tmp_path: Path) -> None:
    data = tree(tmp_path).settings("[sources]\npatterns = ['images/(?P<source>[^/]+)/']")
    data.image("train", "visit7/a").image("valid", "visit7/b").image("valid", "visit8/a")
    [finding] = check(data.root, "source_leakage").findings
    assert finding.message.startswith("`visit7`: one source")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_column_file(tmp_path: Path, separator: str) -> None:
    data = tree(tmp_path).settings("[sources]\nfile = 'who.csv'\ncolumn = 'patient'")
    rows = ["path,age,patient", "train/images/a.jpg,1,7", "b.jpg,2,7", "c.jpg,3,", "test/images/d.jpg,4,8"]
    data.file("who.csv", "\ufeff" + "\r\n".join(rows).replace(",", separator))
    data.image("train", "a").image("valid", "b").image("train", "c").image("test", "d")
    found = check(data.root, "source_leakage", "dangling_reference", "broken_config")
    [finding] = found.findings
    assert finding.message.startswith("`7`: one source in train (1) and val (1 images), as the column of")
    assert (finding.unit, str(finding.severity)) == ("train-val", "error")


def test_a_column_file_that_does_not_fit_is_reported(tmp_path: Path) -> None:
    data = tree(tmp_path).settings("[sources]\nfile = 'who.csv'\ncolumn = 'site'")
    data.file("who.csv", "path,site\ntrain/images/a.jpg,1\ngone.jpg,1\nx.jpg,2\n")
    data.image("train", "a").image("train", "x").image("valid", "x").image("valid", "b")
    found = check(data.root, "dangling_reference", "broken_config")
    assert [(finding.rule, finding.path, finding.line) for finding in found.findings] == [
        ("broken_config", "who.csv", None),
        ("dangling_reference", "who.csv", 3),
        ("dangling_reference", "who.csv", 4),
    ]
    messages = [finding.message for finding in found.findings]
    assert messages[0].startswith("has no row for 3 of 4 images, train/images/x.jpg is the first: give their")
    assert messages[1:] == ["gone.jpg is no image of a split", "x.jpg names 2 images: give the path"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("path,site\n", ":1: no column 'patient'; it has path, site"),
        ("id,patient\n", ":1: no column 'path'"),
        ("path,patient\na.jpg\n", ":2: 1 fields instead of 2"),
        (b"\xff", ": cannot be read"),
    ],
)
def test_a_column_file_that_is_none(tmp_path: Path, content: str | bytes, message: str) -> None:
    data = tree(tmp_path).image("train", "a").image("valid", "b").file("who.csv", content)
    data.settings("[sources]\nfile = 'who.csv'\ncolumn = 'patient'")
    found = check(data.root, "source_leakage")
    assert found.code == 4
    assert re.search(re.escape("who.csv" + message), found.text)


def test_a_large_source_is_sampled(tmp_path: Path) -> None:
    data = tree(tmp_path).settings("[sources]\npatterns = ['^(?P<source>day)']")
    random = np.random.default_rng(1)
    for number in range(60):
        grey = Image.fromarray(random.integers(0, 255, (8, 8), dtype=np.uint8))
        data.draw(f"{('train', 'valid')[number % 2]}/images/day{number:02}.png", grey.resize((64, 64)))
    [finding] = check(data.root, "source_leakage").findings
    assert "one source in train (30) and val (30 images)" in finding.message
    assert len(finding.related) == 49
