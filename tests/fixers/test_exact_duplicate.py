"""One of two identical images goes."""

from __future__ import annotations

import pytest

from tests.repair.tools import TRAIN, Data, copied, refused, repaired


def test_exact_duplicate_goes_with_its_label(data: Data) -> None:
    data.pair("exact_duplicate", TRAIN, copied(data))
    assert repaired(data) == {"train/images/zcopy.png", "train/labels/zcopy.txt"}


def test_same_picture_in_other_bytes_is_unsafe(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    copy = copied(data)
    data.path(copy).write_bytes(data.path(TRAIN).read_bytes() + b"\0")
    data.pair("exact_duplicate", TRAIN, copy, kind="identical picture")
    refused(data, capsys, "needs --unsafe-fixes: 1")
    assert repaired(data, "--unsafe-fixes") == {"train/images/zcopy.png", "train/labels/zcopy.txt"}
