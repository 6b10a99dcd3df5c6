"""Copies with different annotations."""

from __future__ import annotations

import pytest

from tests.repair.tools import BOX, LABEL, OTHER, TRAIN, Data, copied, refused, repaired

POLYGON = "0 0.3 0.3 0.7 0.3 0.3 0.7\n"


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
        (BOX, OTHER * 2, BOX + OTHER),
        (POLYGON, POLYGON + OTHER, POLYGON + OTHER),
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


@pytest.mark.parametrize(
    ("kept", "gone"),
    [
        ("0 0.3 0.3 0.7 0.3 0.3 0.7\n", "0 0.7 0.7 0.7 0.3 0.3 0.7\n"),
        ("0 0.5 0.5 0.4 0.4\n", "0 0.3 0.3 0.7 0.3 0.7 0.7 0.3 0.7\n"),
        ("0 0.3 0.3 0.7 0.3 0.7 0.7 0.3 0.7\n", "0 0.5 0.5 0.4 0.4\n"),
    ],
)
def test_conflict_union_loses_no_polygon_of_the_same_bounds(
    data: Data, capsys: pytest.CaptureFixture[str], kept: str, gone: str
) -> None:
    data.label(LABEL, kept)
    data.pair("exact_duplicate", TRAIN, copied(data, label=gone))
    refused(data, capsys, "of one class overlap by 1.00", "--unsafe-fixes", "--on-conflict=union")


def test_conflict_union_names_the_strongest_doubt(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label(LABEL, "0 0.52 0.5 0.2 0.2\n1 0.54 0.5 0.2 0.2\n1 0.51 0.5 0.2 0.2\n0 0.54 0.5 0.2 0.2\n")
    data.pair("exact_duplicate", TRAIN, copied(data, label="0 0.5 0.5 0.2 0.2\n"))
    reason = "two boxes of different classes overlap by 0.90"
    refused(data, capsys, reason, "--unsafe-fixes", "--on-conflict=union")


def test_conflict_union_saves_an_image_without_a_label(data: Data) -> None:
    """The evaluation copy gets the label of the training copy, and is no fault any more."""
    copy = data.copy(TRAIN, "test/images/zcopy.png")
    data.found("missing_label", copy)
    data.pair("split_leakage", TRAIN, copy)
    assert repaired(data, "--unsafe-fixes", "--on-conflict=union") == {TRAIN, LABEL}
    assert data.text("test/labels/zcopy.txt") == BOX


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
