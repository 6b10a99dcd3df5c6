"""Random histories of repairs, undos, edits, kills and failing calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import stateful
from tests.faults.stateful import Repairs


@pytest.mark.parametrize("seed", [1])
def test_histories(world: Path, seed: int) -> None:
    Repairs.steps = Repairs.applies = 0
    while Repairs.steps < 2_000:
        tally = stateful.campaign(1_000, seed + Repairs.steps, world)
        assert tally.failures == []
    assert Repairs.applies > Repairs.steps * 0.45
