"""A label file without an image goes."""

from __future__ import annotations

import pytest

from tests.repair.tools import BOX, Data, refused, repaired


def test_orphan_label_without_annotation_is_safe(data: Data) -> None:
    orphan = data.label("train/labels/orphan.txt", "\n")
    data.found("orphan_label", orphan)
    assert repaired(data) == {orphan}


@pytest.mark.parametrize("text", [BOX, "not a label\n"])
def test_orphan_label_with_content_is_unsafe(
    data: Data, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    data.found("orphan_label", data.label("train/labels/orphan.txt", text))
    refused(data, capsys, "needs --unsafe-fixes")
