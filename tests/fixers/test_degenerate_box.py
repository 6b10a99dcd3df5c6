"""An annotation without area goes."""

from __future__ import annotations

from tests.repair.tools import LABEL, OTHER, Data, repaired


def test_degenerate_box_goes_and_the_rest_stays_byte_for_byte(data: Data) -> None:
    data.label(LABEL, f"\n0  0.50 .5 2e-1 0.2\t\r\n0 0.5 0.5 0 0.2\n{OTHER.strip()}")
    data.found("degenerate_box", LABEL, line=3)
    repaired(data)
    assert data.text(LABEL) == f"\n0  0.50 .5 2e-1 0.2\t\r\n{OTHER.strip()}"
