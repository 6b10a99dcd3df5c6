from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.trial import scratch


@pytest.fixture
def world() -> Iterator[Path]:
    """A folder for small trees, in memory where that is possible."""
    with scratch() as folder:
        yield folder
