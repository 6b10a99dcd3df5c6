from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, sound_tree

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [("Cat", "cat", "case"), ("caf\u00e9", "cafe\u0301", "the Unicode form of an accent"),
     ("\u00c9t\u00e9", "\u00e9t\u00e9", "case")],
)  # fmt: skip
def test_names_that_clash(tmp_path: Path, first: str, second: str, what: str) -> None:
    data = sound_tree(tmp_path)
    for name in (first, second):
        data.image("train", name).label("train", name, BOX)
    found = check(data.root, "unsafe_file_name")
    assert found.code == 1
    one, two = sorted((first, second))
    images, labels = found.findings
    assert (images.path, images.related) == (f"train/images/{one}.jpg", (f"train/images/{two}.jpg",))
    assert (labels.path, labels.related) == (f"train/labels/{one}.txt", (f"train/labels/{two}.txt",))
    assert (images.severity, images.kind) == ("error", "clash")
    assert images.message == f"differs only in {what} from {two}.jpg"


def test_folders_that_clash_are_reported_once(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for folder in ("A", "a"):
        data.image("train", f"{folder}/1").image("train", f"{folder}/2")
    found = check(data.root, "unsafe_file_name")
    assert found.places == [("train/images/A", None)]


@pytest.mark.parametrize(
    ("name", "what"),
    [("aux", "is reserved by Windows"), ("com1.b", "is reserved by Windows"), ("-rf", "begins with a dash"),
     ("a:b", 'holds one of < > : " | ? * \\'), ("a\\b", 'holds one of < > : " | ? * \\'),
     ("a\x07b", "holds a control character")],
)  # fmt: skip
def test_names_that_are_not_portable(tmp_path: Path, name: str, what: str) -> None:
    found = check(sound_tree(tmp_path).image("train", name).root, "unsafe_file_name")
    assert found.code == 0
    [finding] = found.findings
    assert (finding.path, finding.severity, finding.kind) == (
        f"train/images/{name}.jpg",
        "warning",
        "unportable",
    )
    assert finding.message == f"its name {what}"


def test_a_folder_that_ends_in_a_blank(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "walls /1")
    [finding] = check(data.root, "unsafe_file_name").findings
    assert (finding.path, finding.message) == ("train/images/walls ", "its name ends in a dot or a blank")


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", os.fsdecode(b"caf\xe9"))
    [finding] = check(data.root, "unsafe_file_name").findings
    assert finding.message == "its name is not UTF-8"


@pytest.mark.parametrize("name", ["console", "a.b.c", "a b", "été", "a-b", "IMG_0001 (1)", "日本", "con_1"])
def test_sound_names(tmp_path: Path, name: str) -> None:
    assert check(sound_tree(tmp_path).image("train", name).root, "unsafe_file_name").findings == []
