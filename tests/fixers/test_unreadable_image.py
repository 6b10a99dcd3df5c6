"""An image that cannot be decoded goes."""

from __future__ import annotations

import pytest

from tests.repair.tools import LABEL, TRAIN, Data, refused, repaired


def test_unreadable_image_goes_with_its_label(data: Data) -> None:
    data.path(TRAIN).write_bytes(b"")
    data.found("unreadable_image", TRAIN, kind="zero bytes")
    assert repaired(data, "--unsafe-fixes") == {TRAIN, LABEL}


@pytest.mark.parametrize(
    ("kind", "advice"), [("Git LFS pointer", "git lfs pull"), ("not checked", "proves nothing")]
)
def test_unreadable_image_that_may_be_sound_is_left(
    data: Data, capsys: pytest.CaptureFixture[str], kind: str, advice: str
) -> None:
    data.found("unreadable_image", TRAIN, kind=kind)
    refused(data, capsys, advice, "--unsafe-fixes")
