"""Leaving one thing out turns a campaign red: so the campaigns can fail."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from holdfast.repair.runs import apply
from holdfast.repair.runs.fit import Unfit
from holdfast.repair.runs.places import Place
from tests.faults import power
from tests.faults.ablations import NoFolderSync, NoJournalSync, NoStagedSync, QuarantineLast
from tests.faults.disks import SystemDisk
from tests.faults.recorded import RecordedDisk
from tests.faults.shapes import flat
from tests.faults.trial import Trial

posix = pytest.mark.skipif(os.name != "posix", reason="the model knows folders by their inodes")
LATER = b"somebody's later work"


@posix
@pytest.mark.parametrize("disk", [NoFolderSync, NoJournalSync, NoStagedSync, QuarantineLast])
def test_without_a_sync_power_cuts_are_seen(world: Path, disk: type[RecordedDisk]) -> None:
    tally = power.campaign(600, 5, world, lambda done, tally: None, disk)
    assert len(tally.failures) > 5


@posix
def test_without_folder_syncs_bytes_are_lost(world: Path) -> None:
    assert power.campaign(600, 5, world, lambda done, tally: None, NoFolderSync).bytes_lost > 0


class Racing(SystemDisk):
    """Somebody writes a new version of a file in the instant before it is moved."""

    def __init__(self, trial: Trial, path: str) -> None:
        super().__init__()
        self._file = trial.path(path)

    def rename(self, source: Place, target: Place) -> None:
        self._race(source)
        super().rename(source, target)

    def exchange(self, one: Place, other: Place, spare: Place) -> None:
        self._race(one)
        super().exchange(one, other, spare)

    def _race(self, place: Place) -> None:
        if place.name == self._file.name and not place.private and self._file.exists():
            new = self._file.with_name("new version")
            new.write_bytes(LATER)
            new.replace(self._file)


@pytest.fixture
def trial(world: Path) -> Trial:
    return Trial(flat(), world)


PLANNED = sorted({op.path for op in flat().plan.ops if op.pre is not None})


@pytest.mark.parametrize("path", PLANNED)
def test_an_edit_in_the_last_instant_stays_and_all_else_is_as_before(trial: Trial, path: str) -> None:
    with pytest.raises(Unfit, match="changed while the plan was carried out"):
        trial.apply(Racing(trial, path))
    now = trial.snapshot()
    assert now.pop(path)[0] == LATER
    assert now == {name: was for name, was in trial.before.items() if name != path}


@pytest.mark.parametrize("path", PLANNED)
def test_without_the_check_after_isolation_the_edit_is_gone(
    trial: Trial, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: Any, **__: Any) -> None:
        pass

    monkeypatch.setattr(apply, "_expect", nothing)
    trial.apply(Racing(trial, path))
    assert trial.snapshot().get(path, (b"", 0))[0] != LATER
