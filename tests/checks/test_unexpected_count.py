from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import sound_tree

SIX = '[counts]\nall = 6\ntrain = 2\nboulder = 3\n"mountain/val" = 1\n'


def test_numbers_that_hold(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder", "mountain").settings(SIX)
    assert check(data.root, "unexpected_count").code == 0


def test_nothing_expected(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, "unexpected_count").code == 0


@pytest.mark.parametrize(("key", "count"), [("all", 6), ("train", 2), ("boulder", 3), ("boulder/train", 1)])
def test_numbers_that_do_not_hold(tmp_path: Path, key: str, count: int) -> None:
    data = sound_tree(tmp_path, "boulder", "mountain").settings(f'[counts]\n"{key}" = 9427\n')
    found = check(data.root, "unexpected_count")
    assert found.code == 1
    [finding] = found.findings
    assert finding.message == f"{key}: {count} images, expected 9427"
    assert (finding.path, finding.severity, finding.fixable) == ("holdfast.toml", "error", False)


@pytest.mark.parametrize(
    ("key", "message"),
    [("valid", "val: 2"), ("Validation", "val: 2"), ("boulder/dev", "boulder/val: 1")],
)  # fmt: skip
def test_spellings_of_a_split(tmp_path: Path, key: str, message: str) -> None:
    data = sound_tree(tmp_path, "boulder", "mountain").settings(f'[counts]\n"{key}" = 3\n')
    [finding] = check(data.root, "unexpected_count").findings
    assert finding.message == f"{message} images, expected 3"


@pytest.mark.parametrize("key", ["nowhere", "boulder/nowhere", "nowhere/train"])
def test_a_unit_that_is_not_there(tmp_path: Path, key: str) -> None:
    data = sound_tree(tmp_path, "boulder").settings(f'[counts]\n"{key}" = 0\n')
    [finding] = check(data.root, "unexpected_count").findings
    assert finding.message == (
        f"{key}: no such unit; there are all, boulder, boulder/test, boulder/train, boulder/val, "
        "test, train, val"
    )


def test_one_split_in_two_spellings(tmp_path: Path) -> None:
    outcome = check(sound_tree(tmp_path).settings("[counts]\nval = 1\nvalid = 2\n").root, "unexpected_count")
    assert outcome.code == 4
    assert "holdfast.toml:3: 'valid' is another spelling of 'val', which has a count" in outcome.text
