from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, picture, sound_tree, tree


def test_missing_folder_has_its_line(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config("train: train/images\nval: nowhere/images\nnames: [a]\n")
    found = check(data.root, "broken_config")
    assert found.code == 1
    assert found.places == [("data.yaml", 2)]
    assert (
        found.findings[0].message == "val names a missing folder: nowhere/images (looked for nowhere/images)"
    )
    assert found.severities == {"error"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("train: [", "not valid YAML"),
        ("train: train/images\nval: /etc", "val leaves the dataset and is not read: /etc"),
        ("train: train/images\nval: ../../../x", "missing folder"),
        ("train: train/images\nval: no.txt", "val names a missing list: no.txt (looked for no.txt)"),
        ("train: train/images\nval: train/images", "train and val both read train/images"),
        ("train: train/images\nval: train", "both read train"),
        ("train: .\nval: .", "train and val both read ."),
        ("train: train/images\nval: .", "train and val both read train/images"),
        ("train: train/images\nval: valid/images\nnc: 2\nnames: [a]", "`nc` is 2 but `names` has 1"),
        ("train: train/images\nval: valid/images\nnc: two\nnames: [a]", "`nc` is not a whole number"),
        ("train: train/images\nval: valid/images\nnames: [a, a]", "classes 0 and 1 have the same name 'a'"),
        ("train: train/images\nval: valid/images\nnames: {0: a, 2: b}", "no name for class 1"),
        ("train: train/images\nval: valid/images\nnc: 3", "`names` is missing"),
        ("train: train/images\nval: valid/images\nvalid: test/images", "val is declared twice"),
        ("train: train/images\ntrain: valid/images", "key 'train' stands twice"),
        ("train: train/images\nnames: [a]", "`val` is missing or empty; trainers need `train` and `val`"),
        ("train: train/images\nval:\nnames: [a]", "`val` is missing or empty"),
        ("train: train/images\nval: []\nnames: [a]", "`val` is missing or empty"),
        ("test: test/images\nval: valid/images\nnames: [a]", "`train` is missing or empty"),
        ("train: train/images\nval: valid/images", "neither `names` nor `nc` is declared: no class is known"),
        ("train: train/images\nval: valid/images\nnames: {0: a, 000: b}", "class 0 stands twice in `names`"),
        ("", "holds no keys"),
        ("# nothing\n---\n", "holds no keys"),
        ("{}", "holds no keys"),
        ("train: {a: b}\nval: valid/images", "`train` is not a folder, a list of folders or a .txt list"),
    ],
)  # fmt: skip
def test_each_fault(tmp_path: Path, config: str, message: str) -> None:
    found = check(sound_tree(tmp_path).config(config).root, "broken_config")
    assert found.code == 1
    assert any(message in finding.message for finding in found.findings)
    assert {"data.yaml", "train/images", "."} >= set(found.paths)


def test_list_entries_without_an_image(tmp_path: Path) -> None:
    data = tree(tmp_path).image("all", "a").config("train: train.txt\nval: all/images\n")
    data.file("train.txt", "all/images/a.jpg\nall/images/b.jpg\n\nREADME\n").file("README")
    found = check(data.root, "broken_config")
    assert ("train.txt", 2) in found.places
    assert ("train.txt", 4) in found.places


def test_settings_that_name_a_missing_folder(tmp_path: Path) -> None:
    found = check(sound_tree(tmp_path).settings('[splits]\nval = "validate"').root, "broken_config")
    assert found.places == [("holdfast.toml", None)]


@pytest.mark.parametrize("val", ["val", "valid", "validation", "dev"])
def test_sound(tmp_path: Path, val: str) -> None:
    config = f"train: ../train/images\n{val}: ../valid/images\nnc: 1\nnames: [hold]"
    assert check(sound_tree(tmp_path).config(config).root, "broken_config").code == 0


def test_no_configuration(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, "broken_config").code == 0


def test_a_split_that_the_settings_give_need_not_be_declared(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config("train: train/images\nnames: [a]")
    assert check(data.settings('[splits]\nval = "valid"').root, "broken_config").code == 0


def test_a_data_yaml_where_one_is_wanted(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "a", "b").settings("[rules.broken_config]\ndata_yaml = true\n")
    data.file("a/data.yaml", "train: train/images\nval: valid/images\ntest: test/images\nnames: [hold]\n")
    found = check(data.root, "broken_config")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.message) == ("b/test/images/test.jpg", "no data.yaml says what b holds")
    data.file("data.yaml", "names: [hold]\n")
    assert check(data.root, "broken_config").code == 0


def test_folders_that_are_one_split_by_two_spellings(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("val", "other").label("val", "other", BOX)
    found = check(data.root, "broken_config")
    assert (found.code, found.severities) == (0, {"warning"})
    [finding] = found.findings
    assert finding.path == "valid/images"
    assert finding.message == "val is read from val/images and valid/images; [splits] says what is"
    data.settings('[splits]\nval = ["valid", "val"]\n')
    assert check(data.root, "broken_config").findings == []
    data.settings("").config("train: train/images\nval: [val/images, valid/images]\nnames: [hold]\n")
    assert check(data.root, "broken_config").findings == []


def test_class_folders_of_two_spellings(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for number, split in enumerate(("train", "test", "testing")):
        for kind in ("cat", "dog"):
            data.draw(f"{split}/{kind}/{number}.jpg", picture(10 * number + (kind == "cat")))
    found = check(data.root, "broken_config")
    assert [(f.path, f.severity) for f in found.findings] == [("testing", "warning")]
    data.settings('[splits]\ntest = ["test", "testing"]\n')
    assert check(data.root, "broken_config").findings == []
