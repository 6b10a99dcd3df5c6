"""A label file without an image goes."""

from __future__ import annotations

import pytest

from tests.repair.tools import BOX, LABEL, TRAIN, Data, refused, repaired


def test_orphan_label_without_annotation_is_safe(data: Data) -> None:
    orphan = data.label("train/labels/orphan.txt", "\n")
    data.found("orphan_label", orphan)
    assert repaired(data) == {orphan}


@pytest.mark.parametrize("claimed", [LABEL, TRAIN, "data.yaml"])
def test_orphan_label_that_is_none_stays(
    data: Data, capsys: pytest.CaptureFixture[str], claimed: str
) -> None:
    data.label("data.yaml", "train: train/images\nval: valid/images\nnames: [hold]\n")
    data.found("orphan_label", claimed)
    refused(data, capsys, f"{claimed}: not in the dataset as it is read now", "--unsafe-fixes")


def test_orphan_label_with_one_annotation(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.found("orphan_label", data.label("train/labels/orphan.txt", BOX))
    refused(data, capsys, "it holds 1 annotation\n")


@pytest.mark.parametrize("text", [BOX, "not a label\n"])
def test_orphan_label_with_content_is_unsafe(
    data: Data, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    data.found("orphan_label", data.label("train/labels/orphan.txt", text))
    refused(data, capsys, "needs --unsafe-fixes")
