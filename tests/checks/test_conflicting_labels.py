from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, Tree, picture, tree
from tests.written import Coco, voc

OTHER = "1 0.1 0.1 0.1 0.1"


def copies(folder: Path, first: tuple[str, ...] | None, second: tuple[str, ...] | None) -> Tree:
    data = tree(folder).image("train", "a").copy("train/images/a.jpg", "valid/images/b.jpg")
    for split, name, lines in (("train", "a", first), ("valid", "b", second)):
        if lines is not None:
            data.label(split, name, *lines)
    return data


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            (BOX, OTHER),
            (BOX,),
            "2 and 1, 1 in common; only in one 1 or 0 (skip leaves, keep drops, union adds",
        ),
        ((BOX,), ("1 0.5 0.5 0.2 0.2",), "1 and 1, 0 in common; only in one 1 or 1"),
        ((BOX, BOX), (BOX,), "2 and 1, 1 in common"),
        ((BOX,), (), "1 and 0, 0 in common"),
        ((BOX,), None, "1 and no label, 0 in common"),
        ((), None, "0 and no label, 0 in common"),
    ],
)
def test_copies_that_disagree(
    tmp_path: Path, first: tuple[str, ...], second: tuple[str, ...] | None, message: str
) -> None:
    found = check(copies(tmp_path, first, second).root, "conflicting_labels")
    assert found.code == 1
    [finding] = found.findings
    assert (finding.path, finding.related) == ("train/images/a.jpg", ("valid/images/b.jpg",))
    assert message in finding.message
    assert finding.severity == "error"
    assert finding.kind == "identical bytes"
    assert finding.sha256 == finding.related_sha256[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [((BOX, OTHER), (OTHER, BOX)), ((BOX,), ("0 .5 .50 2e-1 0.2",)), ((), ()), (None, None)],
    ids=["order", "spelling", "both background", "both unlabelled"],
)
def test_copies_that_agree(
    tmp_path: Path, first: tuple[str, ...] | None, second: tuple[str, ...] | None
) -> None:
    assert check(copies(tmp_path, first, second).root, "conflicting_labels").code == 0


def test_equal_pictures_in_other_bytes(tmp_path: Path) -> None:
    data = tree(tmp_path).draw("train/images/a.png", picture(1)).draw("train/images/b.bmp", picture(1))
    data.label("train", "a", BOX).label("train", "b", OTHER)
    [finding] = check(data.root, "conflicting_labels").findings
    assert finding.kind == "identical picture"


def test_classes_are_compared_by_name(tmp_path: Path) -> None:
    data = tree(tmp_path).image("b/train", "a").copy("b/train/images/a.jpg", "m/train/images/a.jpg")
    data.label("b/train", "a", "0 .5 .5 .1 .1").label("m/train", "a", "1 .5 .5 .1 .1")
    data.file("b/data.yaml", "train: train/images\nnames: [hold]")
    data.file("m/data.yaml", "train: train/images\nnames: [wall, hold]")
    assert check(data.root, "conflicting_labels").code == 0


def test_other_pictures_may_differ(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").image("train", "b").label("train", "a", BOX)
    assert check(data.root, "conflicting_labels").code == 0


@pytest.mark.parametrize(("decimals", "code"), [(17, 1), (4, 0)])
def test_decimals(tmp_path: Path, decimals: int, code: int) -> None:
    data = copies(tmp_path, ("0 .50001 .5 .1 .1",), ("0 .50002 .5 .1 .1",))
    data.settings(f"[rules.conflicting_labels]\ndecimals = {decimals}\n")
    assert check(data.root, "conflicting_labels").code == code


def test_formats_without_label_files(tmp_path: Path) -> None:
    data = tree(tmp_path)
    train, valid = Coco(data, "train").image("a.jpg", seed=1), Coco(data, "valid").image("b.jpg", seed=1)
    train.box(0, 10, 10, 20, 20).box(1, 5, 5, 9, 9).write()
    valid.box(1, 5, 5, 9, 9).box(0, 10, 10, 20, 20).write()
    assert check(data.root, "conflicting_labels").findings == []
    valid.box(0, 50, 50, 20, 20).write()
    [finding] = check(data.root, "conflicting_labels").findings
    assert (finding.path, finding.related) == ("train/a.jpg", ("valid/b.jpg",))
    assert "2 and 3, 2 in common" in finding.message
    valid.annotations.clear()
    valid.write()
    [finding] = check(data.root, "conflicting_labels").findings
    assert "2 and 0, 0 in common" in finding.message


def test_classes_by_name_and_folders_of_classes(tmp_path: Path) -> None:
    data = voc(tree(tmp_path / "voc"), "train", "a", [("hold", 1, 1, 9, 9)])
    voc(data, "valid", "b", [("volume", 1, 1, 9, 9)]).copy("train/a.jpg", "valid/b.jpg")
    [finding] = check(data.root, "conflicting_labels").findings
    assert "1 and 1, 0 in common" in finding.message
    data = tree(tmp_path / "folders")
    for name, seed in (("cat/a", 1), ("cat/b", 1), ("cat/c", 2), ("dog/d", 3), ("dog/e", 4)):
        data.draw(f"train/{name}.jpg", picture(seed)).draw(f"val/{name}.jpg", picture(seed + 50))
    assert check(data.root, "conflicting_labels").findings == []
    [finding] = check(data.copy("train/cat/a.jpg", "train/dog/f.jpg").root, "conflicting_labels").findings[:1]
    assert {finding.path, *finding.related} == {"train/cat/a.jpg", "train/dog/f.jpg"}


def test_masks_that_lie_in_other_places(tmp_path: Path) -> None:
    data = tree(tmp_path)
    for split, left in (("train", 10), ("valid", 20)):
        rle = {"counts": [left * 96, 960, (118 - left) * 96], "size": [96, 128]}
        Coco(data, split).image("a.jpg", seed=1).box(0, left, 0, 10, 96, segmentation=rle).write()
    [finding] = check(data.root, "conflicting_labels").findings
    assert "1 and 1, 0 in common" in finding.message
