"""Random histories of repairs, undos, edits, kills and failing calls."""

from __future__ import annotations

from pathlib import Path

from tests.faults import stateful
from tests.faults.stateful import Repairs


def test_histories(world: Path) -> None:
    tally = stateful.campaign(2_000, 1, world)
    assert tally.failures == []
    assert tally.count >= 2_000
    assert Repairs.applies > 900, "about half of the steps are repairs that were carried out"
