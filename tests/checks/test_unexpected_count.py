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


@pytest.mark.parametrize(
    ("key", "count"), [("all", 6), ("train", 2), ("boulder", 3), ("boulder/train", 1), ("nowhere", 0)]
)
def test_numbers_that_do_not_hold(tmp_path: Path, key: str, count: int) -> None:
    data = sound_tree(tmp_path, "boulder", "mountain").settings(f'[counts]\n"{key}" = 9427\n')
    found = check(data.root, "unexpected_count")
    assert found.code == 1
    [finding] = found.findings
    assert finding.message == f"{key}: {count} images, expected 9427"
    assert (finding.path, finding.severity, finding.fixable) == ("holdfast.toml", "error", False)
