"""Every fixer: found, planned, applied, undone to the same bytes, names, modes and times."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from holdfast.repair.fixers import fixer_names, fixers_folder
from tests.repair.tools import BOX, OTHER, Data

TRAIN = "train/images/train0.png"
LABEL = "train/labels/train0.txt"


def repaired(data: Data, *arguments: str) -> set[str]:
    """Plan, apply, undo: the files that went, as seen between apply and undo; apply stays done."""
    before = data.snapshot()
    assert data.plan(*arguments) == 0
    assert data.snapshot() == before
    assert data.run("apply") == 0
    gone = set(before) - set(data.snapshot())
    assert data.run("undo") == 0
    assert data.snapshot() == before
    assert data.run("apply") == 0
    return gone


def refused(data: Data, capsys: pytest.CaptureFixture[str], reason: str, *arguments: str) -> None:
    """Plan: nothing would be done, for that reason."""
    assert data.plan(*arguments) in (0, 1)
    output = capsys.readouterr().out
    assert reason in output
    assert "nothing to apply" in output


def copied(data: Data, split: str = "train", label: str | None = BOX) -> str:
    """A copy of an image, in a split, with a label."""
    copy = data.copy(TRAIN, f"{split}/images/zcopy.png")
    if label is not None:
        data.label(f"{split}/labels/zcopy.txt", label)
    return copy


@pytest.mark.parametrize("name", fixer_names())
def test_every_fixer_says_how_safe_it_is(name: str) -> None:
    text = Path(fixers_folder(), f"{name}.py").read_text()
    assert "## Fix safety" in (ast.get_docstring(ast.parse(text)) or "")


def test_exact_duplicate_goes_with_its_label(data: Data) -> None:
    data.pair("exact_duplicate", TRAIN, copied(data))
    assert repaired(data) == {"train/images/zcopy.png", "train/labels/zcopy.txt"}


def test_same_picture_in_other_bytes_is_unsafe(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.pair("exact_duplicate", TRAIN, copied(data), kind="picture")
    refused(data, capsys, "needs --unsafe-fixes: 1")
    assert repaired(data, "--unsafe-fixes") == {"train/images/zcopy.png", "train/labels/zcopy.txt"}


def test_near_duplicate_is_unsafe_and_the_larger_stays(data: Data) -> None:
    small = data.image("train/images/a.png", side=8)
    data.label("train/labels/a.txt", BOX)
    data.pair("near_duplicate", small, TRAIN, kind="near")
    assert repaired(data, "--unsafe-fixes") == {small, "train/labels/a.txt"}


def test_near_duplicate_of_severity_info_stays(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.pair("near_duplicate", TRAIN, copied(data), kind="near", severity="info")
    refused(data, capsys, "nothing to apply", "--unsafe-fixes")


@pytest.mark.parametrize(
    ("keep", "gone"),
    [
        ("evaluation", "train/images/train0.png"),
        ("training", "test/images/zcopy.png"),
        ("first", "test/images/zcopy.png"),
    ],
)
def test_split_leakage_leaves_the_copy_that_the_policy_keeps(data: Data, keep: str, gone: str) -> None:
    data.pair("split_leakage", TRAIN, copied(data, "test"))
    label = gone.replace("images", "labels").replace("png", "txt")
    assert repaired(data, "--unsafe-fixes", f"--keep={keep}") == {gone, label}


def test_different_annotations_are_left_to_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.pair("exact_duplicate", TRAIN, copied(data, label=OTHER * 2))
    refused(data, capsys, "different annotations (kept 1, removed 2)", "--unsafe-fixes")


def test_conflict_keep_says_what_goes(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.pair("exact_duplicate", TRAIN, copied(data, label=OTHER * 2))
    repaired(data, "--unsafe-fixes", "--on-conflict=keep")
    assert "2 go to the quarantine" in capsys.readouterr().out
    assert data.text(LABEL) == BOX


@pytest.mark.parametrize(
    ("kept", "gone", "merged"),
    [
        (BOX, BOX + OTHER, BOX + OTHER),
        (BOX, "0 0.501 0.5 0.2 0.2\n" + OTHER, BOX + OTHER),
        (BOX.strip(), OTHER, BOX + OTHER),
        (BOX.replace("\n", "\r\n"), OTHER, BOX.replace("\n", "\r\n") + OTHER.replace("\n", "\r\n")),
        ("", OTHER, OTHER),
        (BOX, "0 0.1 0.1 0.2 0.1 0.2 0.00001\n", BOX + "0 0.1 0.1 0.2 0.1 0.2 0.00001\n"),
    ],
)
def test_conflict_union_adds_what_is_missing(data: Data, kept: str, gone: str, merged: str) -> None:
    data.pair("exact_duplicate", TRAIN, copied(data, label=gone))
    data.label(LABEL, kept)
    repaired(data, "--unsafe-fixes", "--on-conflict=union", "--keep=first")
    assert data.text(LABEL) == merged


@pytest.mark.parametrize("gone", [BOX.replace("0 ", "1 ", 1), "0 0.55 0.5 0.2 0.2\n", "0 0.5 x 0.2 0.2\n"])
def test_conflict_union_leaves_contradictions(
    data: Data, capsys: pytest.CaptureFixture[str], gone: str
) -> None:
    data.pair("exact_duplicate", TRAIN, copied(data, label=gone))
    refused(data, capsys, "left to a person: 1", "--unsafe-fixes", "--on-conflict=union")


def test_conflict_union_of_several_copies_adds_each_annotation_once(data: Data) -> None:
    for number in (1, 2):
        copy = data.copy(TRAIN, f"train/images/z{number}.png")
        data.label(f"train/labels/z{number}.txt", BOX + OTHER)
        data.pair("exact_duplicate", TRAIN, copy)
    assert len(repaired(data, "--unsafe-fixes", "--on-conflict=union")) == 4
    assert data.text(LABEL) == BOX + OTHER


def test_conflict_union_creates_the_label_of_the_kept_image(data: Data) -> None:
    data.path(LABEL).unlink()
    data.pair("exact_duplicate", TRAIN, copied(data))
    repaired(data, "--unsafe-fixes", "--on-conflict=union", "--keep=first")
    assert data.text(LABEL) == BOX


def test_conflict_union_translates_classes_by_name(data: Data) -> None:
    for name, classes in (("boulder", "[hold, volume]"), ("mountain", "[volume, hold]")):
        for split in ("train", "valid"):
            data.image(f"{name}/{split}/images/{name}.png")
            data.label(f"{name}/{split}/labels/{name}.txt", BOX)
        data.label(
            f"{name}/data.yaml", f"train: ../train/images\nval: ../valid/images\nnc: 2\nnames: {classes}\n"
        )
    for split in ("train", "valid", "test"):
        for file in (data.root / split).rglob("*.*"):
            file.unlink()
        (data.root / split / "images").rmdir()
        (data.root / split / "labels").rmdir()
        (data.root / split).rmdir()
    copy = data.copy("boulder/train/images/boulder.png", "mountain/train/images/z.png")
    data.label("mountain/train/labels/z.txt", "1 0.5 0.5 0.2 0.2\n0 0.2 0.2 0.1 0.1\n")
    data.pair("exact_duplicate", "boulder/train/images/boulder.png", copy)
    repaired(data, "--unsafe-fixes", "--on-conflict=union", "--keep=first")
    assert data.text("boulder/train/labels/boulder.txt") == BOX + "1 0.2 0.2 0.1 0.1\n"


def test_unreadable_image_goes_with_its_label(data: Data) -> None:
    data.path(TRAIN).write_bytes(b"")
    data.found("unreadable_image", TRAIN, kind="zero bytes")
    assert repaired(data, "--unsafe-fixes") == {TRAIN, LABEL}


@pytest.mark.parametrize(
    ("kind", "advice"), [("Git LFS pointer", "git lfs pull"), ("not checked", "proves nothing")]
)
def test_unreadable_image_that_may_be_sound_is_left(
    data: Data, capsys: pytest.CaptureFixture[str], kind: str, advice: str
) -> None:
    data.found("unreadable_image", TRAIN, kind=kind)
    refused(data, capsys, advice, "--unsafe-fixes")


def test_missing_label_takes_the_image(data: Data) -> None:
    data.path(LABEL).unlink()
    data.found("missing_label", TRAIN)
    assert repaired(data, "--unsafe-fixes") == {TRAIN}


def test_orphan_label_without_annotation_is_safe(data: Data) -> None:
    orphan = data.label("train/labels/orphan.txt", "\n")
    data.found("orphan_label", orphan)
    assert repaired(data) == {orphan}


@pytest.mark.parametrize("text", [BOX, "not a label\n"])
def test_orphan_label_with_content_is_unsafe(
    data: Data, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    data.found("orphan_label", data.label("train/labels/orphan.txt", text))
    refused(data, capsys, "needs --unsafe-fixes")


@pytest.mark.parametrize(
    ("line", "clipped"),
    [
        ("0 0.95 0.5 0.2 0.2", "0 0.925000 0.500000 0.150000 0.200000"),
        ("3 -0.1 0.5 0.4 2", "3 0.050000 0.500000 0.100000 1.000000"),
        ("0 0.1 0.1 1.5 0.1 0.1 0.7", "0 0.100000 0.100000 1.000000 0.100000 0.100000 0.700000"),
        ("0 0.99999 0.5 0.00004 0.2", "0 0.999985 0.500000 0.000030 0.200000"),
    ],
)
def test_box_out_of_image_is_clipped(data: Data, line: str, clipped: str) -> None:
    data.label(LABEL, f"{OTHER}{line}\r\n{BOX}")
    data.found("box_out_of_image", LABEL, line=2)
    repaired(data, "--unsafe-fixes")
    assert data.text(LABEL) == f"{OTHER}{clipped}\r\n{BOX}"


@pytest.mark.parametrize("line", ["0 1.5 0.5 0.2 0.2", "0 1.1 0.1 1.5 0.1 1.1 0.7"])
def test_box_wholly_outside_is_left(data: Data, capsys: pytest.CaptureFixture[str], line: str) -> None:
    data.label(LABEL, line)
    data.found("box_out_of_image", LABEL, line=1)
    refused(data, capsys, "nothing of it lies inside", "--unsafe-fixes")


def test_degenerate_box_goes_and_the_rest_stays_byte_for_byte(data: Data) -> None:
    data.label(LABEL, f"\n0  0.50 .5 2e-1 0.2\t\r\n0 0.5 0.5 0 0.2\n{OTHER.strip()}")
    data.found("degenerate_box", LABEL, line=3)
    repaired(data)
    assert data.text(LABEL) == f"\n0  0.50 .5 2e-1 0.2\t\r\n{OTHER.strip()}"


def test_duplicate_box_leaves_the_first_of_three(data: Data) -> None:
    data.label(LABEL, BOX + OTHER + BOX + BOX)
    data.found("duplicate_box", LABEL, line=3)
    data.found("duplicate_box", LABEL, line=4)
    repaired(data)
    assert data.text(LABEL) == BOX + OTHER


def test_wrong_extension_renames_the_image_only(data: Data) -> None:
    image = data.image("train/images/wall.PNG", format="JPEG")
    data.label("train/labels/wall.txt", BOX)
    data.found("wrong_extension", image)
    assert repaired(data) == {image}
    assert {"train/images/wall.jpg", "train/labels/wall.txt"} <= data.files()


def test_wrong_extension_refuses_a_name_that_differs_in_case_only(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    data.found("wrong_extension", data.image("train/images/wall.png", format="JPEG"))
    data.image("train/images/WALL.JPG", format="JPEG")
    refused(data, capsys, "is taken")


def test_wrong_extension_of_a_listed_image_is_left(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    image = data.image("train/images/wall.png", format="JPEG")
    data.label("train.txt", f"./{image}\n./{TRAIN}\n")
    data.label("data.yaml", "train: train.txt\nval: valid/images\nnames: [hold]\n")
    data.found("wrong_extension", image)
    refused(data, capsys, "a list names it")
