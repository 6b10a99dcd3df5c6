"""The same done with many things on all processors."""

from __future__ import annotations

import time

import pytest

from holdfast.features.threads import in_threads


def test_what_is_made_comes_in_order() -> None:
    def late(number: int) -> int:
        time.sleep(0.01 * (number % 3 == 0))
        return number * number

    assert list(in_threads(late, range(40))) == [number * number for number in range(40)]
    assert list(in_threads(late, [])) == []


def test_no_more_is_made_than_is_taken_but_for_what_waits() -> None:
    made: list[int] = []
    each = in_threads(made.append, range(100_000))
    next(each)
    each.close()  # type: ignore[attr-defined] # a generator
    assert len(made) < 1_000


def test_what_goes_wrong_in_a_thread_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_threads(lambda number: 1 // number, [2, 1, 0, 1]))
