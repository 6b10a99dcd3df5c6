"""One of two near duplicates goes."""

from __future__ import annotations

import pytest

from tests.repair.tools import BOX, TRAIN, Data, copied, refused, repaired
from tests.trees import picture


def test_near_duplicate_is_unsafe_and_the_larger_stays(data: Data) -> None:
    small, drawn = "train/images/a.png", picture(1)
    drawn.save(data.path(TRAIN))
    drawn.resize((96, 72)).save(data.path(small))
    data.label("train/labels/a.txt", BOX)
    data.pair("near_duplicate", small, TRAIN, kind="resized")
    assert repaired(data, "--unsafe-fixes") == {small, "train/labels/a.txt"}


def test_near_duplicate_of_severity_info_stays(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.pair("near_duplicate", TRAIN, copied(data), kind="re-encoded", severity="info")
    refused(data, capsys, "nothing to apply", "--unsafe-fixes")
