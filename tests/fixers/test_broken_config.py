"""A data.yaml is mended in one place: a split's folder, `nc`, names; the rest stays to the byte."""

from __future__ import annotations

import shutil

import pytest

from tests.repair.tools import Data, refused, repaired

YAML = "train: train/images\r\nval: valid/images\r\nnc:  2  # two\nnames: [hold, volume, wall] # nc: 2\n"


def mended(data: Data, text: str, old: str, new: str) -> None:
    """The line with `old` is found; in it that becomes `new`, and nothing else changes."""
    assert text.count(old) == 1
    data.label("data.yaml", text)
    data.found("broken_config", "data.yaml", line=text[: text.index(old)].count("\n") + 1)
    repaired(data, "--unsafe-fixes", "--rule=broken_config")
    assert data.text("data.yaml") == text.replace(old, new)


def left(data: Data, capsys: pytest.CaptureFixture[str], text: str, line: int = 2) -> None:
    """Nothing is proposed for that line."""
    data.label("data.yaml", text)
    data.found("broken_config", "data.yaml", line=line)
    refused(data, capsys, "correct it by hand", "--unsafe-fixes")


def rename(data: Data, old: str, new: str) -> None:
    data.path(old).rename(data.root / new)


def test_one_number_changes_and_nothing_else(data: Data) -> None:
    mended(data, YAML, "nc:  2  #", "nc:  3  #")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("../valdation/images", "val"),
        ("'gone/images'", "validation"),
        ('"./x y/images"', "Val"),
        ("[ gone ]", "eval_set"),
        ("/elsewhere/data/gone", "val2017"),
    ],
)
def test_a_split_gets_the_folder_that_is_named_like_it(data: Data, place: str, name: str) -> None:
    rename(data, "valid", name)
    text = f"# mine\r\ntrain: train/images\nval: {place}   # here\nnames: [hold]\n"
    data.label("data.yaml", text)
    data.found("broken_config", "data.yaml", line=3)
    repaired(data, "--unsafe-fixes", "--rule=broken_config")
    begin, _, end = data.text("data.yaml").partition(f"{name}/images")
    quote = place[0] if place[0] in "'\"" else ""
    bracket = place[0] == "["
    assert begin == f"# mine\r\ntrain: train/images\nval: {quote}{'[ ' * bracket}"
    assert end == f"{' ]' * bracket}{quote}   # here\nnames: [hold]\n"


def test_the_folder_is_written_as_the_other_name_was(data: Data) -> None:
    rename(data, "valid", "validate")
    text = "path: .\ntrain: ../train/images\nval: ../valid/images\nnames: [hold]\n"
    mended(data, text, "../valid/", "../validate/")


def test_images_first(data: Data) -> None:
    for split, folder in (("train", "train"), ("valid", "val"), ("test", "test")):
        data.path(f"images/{folder}").parent.mkdir(exist_ok=True)
        data.path(f"labels/{folder}").parent.mkdir(exist_ok=True)
        data.path(f"{split}/images").rename(data.path(f"images/{folder}"))
        data.path(f"{split}/labels").rename(data.path(f"labels/{folder}"))
    mended(data, "train: images/train\nval: images/valid\nnames: [hold]\n", "images/valid", "images/val")


def test_places_of_another_machine(data: Data) -> None:
    """Nothing that is declared is there: the splits were read by their folders' names."""
    text = "train: /elsewhere/d/train/images\nval: /elsewhere/d/valid/images\nnames: [hold]\n"
    data.label("data.yaml", text)
    data.found("broken_config", "data.yaml", line=1)
    repaired(data, "--unsafe-fixes", "--rule=broken_config")
    assert data.text("data.yaml") == text.replace("/elsewhere/d/train/images", "train/images")


@pytest.mark.parametrize(
    "text",
    [
        "train: train/images\nval: test/images\nnames: [hold]\n",  # is there
        "train: train/images\nval: [gone, away]\nnames: [hold]\n",  # several
        "train: train/images\nval: |\n  gone\nnames: [hold]\n",  # written in no way that is edited
        "train: train/images\nval: valid/images\nnc: 2\nnames: {0: hold, 1: wall}\nx: 1\nx: 2\n",
        "nc: 2\nval: gone/images\nnames: [hold]\ntrain: [gone, valid/images]\n",  # named elsewhere
    ],
)
def test_what_was_meant_is_for_a_person(data: Data, capsys: pytest.CaptureFixture[str], text: str) -> None:
    data.label("data.yaml", text)
    data.found("broken_config", "data.yaml", line=2)
    assert data.plan("--unsafe-fixes") in (0, 1)
    assert "nothing to apply" in capsys.readouterr().out


def test_two_folders_named_like_it(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.image("validate/images/x.png")
    left(data, capsys, "train: train/images\nval: gone/images\nnames: [hold]\n")


def test_a_folder_that_settings_name_is_not_taken(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label("holdfast.toml", '[splits]\ntest = "valid"\n')
    left(data, capsys, "train: train/images\nval: gone/images\nnames: [hold]\n")


def test_faults_of_what_is_read_from_then_on_do_not_stop_it(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    rename(data, "valid", "validate")
    data.label("validate/labels/lost.txt", "0 0.5 0.5 0.2 0.2\n")
    data.label("validate/labels/valid0.txt", "7 0.5 0.5 0.2 0.2\n0 nan\n")
    data.image("validate/images/none.png")
    data.copy("train/images/train0.png", "validate/images/leak.png")
    data.label("validate/labels/leak.txt", "0 0.5 0.5 0.2 0.2\n")
    mended(data, "train: train/images\nval: valid/images\nnames: [hold]\n", "valid/", "validate/")
    said = capsys.readouterr().out
    assert "val: read from now on, with 5 errors that were there before" in said
    assert "put back" not in said


@pytest.mark.parametrize(
    ("names", "more"),
    [
        ("[hold, wall]", "[hold, wall, class_2, class_3]"),
        ("['hold' , wall  # x\n ]", "['hold' , wall, class_2, class_3  # x\n ]"),
        ("{0: hold, 1: wall}", "{0: hold, 1: wall, 2: class_2, 3: class_3}"),
        (
            "\r\n  - hold\r\n  - wall # x\r\n",
            "\r\n  - hold\r\n  - wall # x\r\n  - class_2\r\n  - class_3\r\n",
        ),
        ("\n- hold\n- wall", "\n- hold\n- wall\n- class_2\n- class_3"),
        ("\n  0: hold\n  1: wall\nx: 1\n", "\n  0: hold\n  1: wall\n  2: class_2\n  3: class_3\nx: 1\n"),
    ],
)
def test_classes_that_annotations_use_get_a_name(data: Data, names: str, more: str) -> None:
    data.label("train/labels/train0.txt", "2 0.5 0.5 0.2 0.2\n")
    text = f"train: train/images\nval: valid/images\nnc: 4\nnames: {names}"
    data.label("data.yaml", text)
    data.found("broken_config", "data.yaml", line=3)
    repaired(data, "--unsafe-fixes", "--rule=broken_config")
    assert data.text("data.yaml") == text.replace(names, more)


def test_names_are_added_where_there_are_none(data: Data) -> None:
    text = "train: train/images\nval: valid/images\nnc: 2 # two\n"
    mended(data, text, "nc: 2 # two", "nc: 2 # two\nnames: [class_0, class_1]")


@pytest.mark.parametrize(
    "names", ["[hold, class_2]", "[hold, [x]]", "{0: hold, 2: wall}", "hold", "[&a hold, wall]"]
)
def test_other_names_are_for_a_person(data: Data, capsys: pytest.CaptureFixture[str], names: str) -> None:
    data.label("train/labels/train0.txt", "2 0.5 0.5 0.2 0.2\n")
    data.label("data.yaml", f"train: train/images\nval: valid/images\nnc: 3\nnames: {names}\n")
    data.found("broken_config", "data.yaml", line=3)
    assert data.plan("--unsafe-fixes") in (0, 1)
    assert "nothing to apply" in capsys.readouterr().out


def test_annotations_of_more_classes_than_both_say(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label("train/labels/train0.txt", "5 0.5 0.5 0.2 0.2\n")
    left(data, capsys, "train: train/images\nval: valid/images\nnc: 3\nnames: [hold]\n", line=3)


def test_by_default_it_stays(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label("data.yaml", YAML)
    data.found("broken_config", "data.yaml", line=3)
    refused(data, capsys, "needs --unsafe-fixes: 1")


WANTED = "[rules.broken_config]\ndata_yaml = true\n"


def test_a_data_yaml_where_there_is_none(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label("holdfast.toml", WANTED)
    data.label("train/labels/train1.txt", "2 0.5 0.5 0.2 0.2\n")
    data.image("test set/images/more.png")
    data.label("test set/labels/more.txt", "")
    data.found("broken_config", "test set/images/more.png")
    repaired(data, "--unsafe-fixes", "--rule=broken_config")
    splits = "train: train/images\nval: valid/images\ntest: [test/images, test set/images]\n"
    classes = "nc: 3\nnames:\n  0: class_0\n  1: class_1\n  2: class_2\n"
    assert data.text("data.yaml") == splits + classes
    assert "put back" not in capsys.readouterr().out


def test_a_collection_gets_its_own(data: Data) -> None:
    data.label("holdfast.toml", WANTED)
    for split in ("train", "val"):
        data.image(f"wall/{split}/images/{split}.png")
        data.label(f"wall/{split}/labels/{split}.txt", "1 0.5 0.5 0.2 0.2\n")
    data.label("wall/classes.txt", "yes\na: b\n")
    data.found("broken_config", "wall/train/images/train.png")
    repaired(data, "--unsafe-fixes", "--rule=broken_config")
    text = 'train: train/images\nval: val/images\nnc: 2\nnames:\n  0: "yes"\n  1: "a: b"\n'
    assert data.text("wall/data.yaml") == text


@pytest.mark.parametrize("lost", ["valid", "labels"])
def test_too_little_to_write_one(data: Data, capsys: pytest.CaptureFixture[str], lost: str) -> None:
    data.label("holdfast.toml", WANTED)
    for folder in data.root.glob(f"*/{lost}" if lost == "labels" else lost):
        shutil.rmtree(folder)
    data.found("broken_config", "test/images/test0.png")
    refused(data, capsys, "correct it by hand", "--unsafe-fixes")
