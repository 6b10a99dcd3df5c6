"""Two appliers at once, and an editor that works on the same files meanwhile."""

from __future__ import annotations

import pytest

from tests.attacks.racing import racing_editor, two_appliers

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def test_two_appliers_one_of_them_killed_in_a_third_of_the_rounds() -> None:
    tally, ends = two_appliers(24, seed=4)
    assert tally.failures == []
    assert ends["after"] > 0


def test_no_edit_of_another_program_is_lost() -> None:
    tally, ends = racing_editor(40, seed=4)
    assert tally.failures == []
    assert ends["edits"] > 0
