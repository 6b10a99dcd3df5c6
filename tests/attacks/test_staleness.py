"""A file that is not the one that was planned for stops the apply, whatever happened to it."""

from __future__ import annotations

import os

import pytest

from tests.attacks.staleness import campaign


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes pipes and links")
def test_every_change_of_a_planned_file_is_refused() -> None:
    assert campaign(300, seed=4).failures == []
