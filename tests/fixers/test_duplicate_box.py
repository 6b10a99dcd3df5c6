"""A repeated annotation goes."""

from __future__ import annotations

from tests.repair.tools import BOX, LABEL, OTHER, Data, repaired


def test_duplicate_box_leaves_the_first_of_three(data: Data) -> None:
    data.label(LABEL, BOX + OTHER + BOX + BOX)
    data.found("duplicate_box", LABEL, line=3)
    data.found("duplicate_box", LABEL, line=4)
    repaired(data)
    assert data.text(LABEL) == BOX + OTHER
