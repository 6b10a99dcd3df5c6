from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, Tree, picture, tree

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
    assert finding.kind == "bytes"
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
    assert finding.kind == "picture"


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
