from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.ground import Ground, scratch_folder


@pytest.fixture
def ground() -> Iterator[Ground]:
    """The small tree with its plan."""
    with scratch_folder() as scratch:
        yield Ground(scratch)
