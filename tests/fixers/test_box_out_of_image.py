"""An annotation is clipped to its image."""

from __future__ import annotations

import pytest

from tests.repair.tools import BOX, LABEL, OTHER, Data, refused, repaired


@pytest.mark.parametrize(
    ("line", "clipped"),
    [
        ("0 0.95 0.5 0.2 0.2", "0 0.925000 0.500000 0.150000 0.200000"),
        ("3 -0.1 0.5 0.4 2", "3 0.050000 0.500000 0.100000 1.000000"),
        ("0 0.1 0.1 1.5 0.1 0.1 0.7", "0 0.100000 0.100000 1.000000 0.100000 0.100000 0.700000"),
        ("0 0.999 0.5 0.004 0.2", "0 0.998500 0.500000 0.003000 0.200000"),
    ],
)
def test_box_out_of_image_is_clipped(data: Data, line: str, clipped: str) -> None:
    data.label(LABEL, f"{OTHER}{line}\r\n{BOX}")
    data.found("box_out_of_image", LABEL, line=2)
    repaired(data, "--unsafe-fixes")
    assert data.text(LABEL) == f"{OTHER}{clipped}\r\n{BOX}"


@pytest.mark.parametrize("line", ["0 1.5 0.5 0.2 0.2", "0 1.1 0.1 1.5 0.1 1.1 0.7"])
def test_box_wholly_outside_is_left(data: Data, capsys: pytest.CaptureFixture[str], line: str) -> None:
    data.label(LABEL, line)
    data.found("box_out_of_image", LABEL, line=1)
    refused(data, capsys, "nothing of it lies inside", "--unsafe-fixes")
