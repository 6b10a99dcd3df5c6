"""The line that makes a repair final is written, and its sync fails: what is said stays true."""

from __future__ import annotations

import errno
import os

import pytest

from holdfast.repair.runs.disk import Disk
from tests.attacks.ground import FAILURES, Ground


class Unsynced(Disk):
    """One sync of a file fails, or that and all later ones; all else works."""

    def __init__(self, first: int, lasting: bool) -> None:
        self.syncs, self._first, self._lasting = 0, first, lasting

    def sync(self, descriptor: int) -> None:
        self.syncs += 1
        if self.syncs == self._first or (self._lasting and self.syncs > self._first):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().sync(descriptor)


@pytest.mark.parametrize("lasting", [True, False])
def test_a_sync_that_fails(ground: Ground, lasting: bool) -> None:
    counting = Unsynced(0, lasting=False)
    ground.apply(counting)
    for first in range(1, counting.syncs + 1):
        ground.renew()
        with pytest.raises(FAILURES):
            ground.apply(Unsynced(first, lasting))
        ground.recover()
        assert ground.fault() is None, first
