"""An image without a label file goes."""

from __future__ import annotations

import shutil

import pytest

from tests.repair.tools import LABEL, TRAIN, Data, refused, repaired


def test_missing_label_takes_the_image(data: Data) -> None:
    data.path(LABEL).unlink()
    data.found("missing_label", TRAIN)
    assert repaired(data, "--unsafe-fixes") == {TRAIN}


def test_a_split_without_any_label_is_for_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(data.root / "test/labels")
    data.found("missing_label", "test/images/test0.png", kind="split")
    refused(data, capsys, "annotate it, or take it out", "--unsafe-fixes")
