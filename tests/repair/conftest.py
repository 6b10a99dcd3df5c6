from __future__ import annotations

from pathlib import Path

import pytest

from tests.repair.tools import Data


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Data:
    """A dataset, with the current folder beside it."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Data(tmp_path / "data")
