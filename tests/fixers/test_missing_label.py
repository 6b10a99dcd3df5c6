"""An image without a label file goes."""

from __future__ import annotations

from tests.repair.tools import LABEL, TRAIN, Data, repaired


def test_missing_label_takes_the_image(data: Data) -> None:
    data.path(LABEL).unlink()
    data.found("missing_label", TRAIN)
    assert repaired(data, "--unsafe-fixes") == {TRAIN}
