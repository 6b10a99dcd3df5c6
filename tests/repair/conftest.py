from __future__ import annotations

from pathlib import Path

import pytest

from tests.repair.tools import BOX, COPY, COPY_LABEL, TRAIN, Data


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Data:
    """A dataset, with the current folder beside it."""
    (tmp_path / "work").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "work")
    return Data(tmp_path / "data")


@pytest.fixture
def copies(data: Data) -> Data:
    """A dataset with one pair of equal files."""
    data.copy(TRAIN, COPY)
    data.label(COPY_LABEL, BOX)
    data.pair("exact_duplicate", TRAIN, COPY)
    return data
