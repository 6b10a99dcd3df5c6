"""A leaked picture stays in one split."""

from __future__ import annotations

import pytest

from tests.repair.tools import TRAIN, Data, copied, repaired


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
