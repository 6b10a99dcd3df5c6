"""Which distance is proposed, from figures."""

from __future__ import annotations

import json

from holdfast.calibrate.proposal import propose
from holdfast.calibrate.tally import Found, Row, row_of
from holdfast.calibrate.text import Calibration, as_json, as_lines
from holdfast.dataset import PairKind, Signal


def row(
    distance: int,
    candidates: int,
    copies: int,
    seconds: float,
    sampled: int | None = None,
    alone: bool = True,
) -> Row:
    some = candidates if sampled is None else sampled
    found = [Found(PairKind.RESIZED, alone)] * copies + [Found(None, True)] * (some - copies)
    return row_of(Signal.PHASH, distance, candidates, found, seconds)


def calibration(*rows: Row, scan: float = 100.0) -> Calibration:
    kinds: tuple[str | None, ...] = ("resized", "resized", "same scene", None)
    return Calibration(500, scan, 0, 200, 16, rows, kinds, propose(rows, scan), True)


def test_the_largest_distance_that_finds_a_copy() -> None:
    rows = [row(0, 9, 9, 0.1), row(2, 5, 4, 0.1), row(4, 7, 1, 0.2), row(6, 40, 0, 1.0), row(8, 300, 0, 5.0)]
    found = propose(rows, scan=100.0)
    assert (found.distance, found.copies, round(found.seconds, 3), found.dear) == (4, 14.0, 0.4, None)


def test_a_distance_that_costs_too_much_ends_it() -> None:
    rows = [row(0, 9, 9, 1.0), row(2, 900, 5, 20.0), row(4, 9000, 50, 200.0), row(6, 9, 1, 1.0)]
    found = propose(rows, scan=100.0)
    assert (found.distance, found.dear, found.allowed) == (2, 4, 30.0)
    assert propose(rows, scan=1.0).distance == 0  # ten seconds are allowed at least


def test_copies_are_estimated_from_the_sample() -> None:
    found = propose([row(0, 1000, 50, 1.0, sampled=200)], scan=100.0)
    assert found.copies == 250.0


def test_nothing_found_proposes_equal_hashes_only() -> None:
    assert propose([row(0, 0, 0, 0.0), row(2, 8, 0, 0.1)], scan=10.0).distance == 0
    assert propose([], scan=10.0).distance == 0


def test_the_lines_say_what_to_write_and_what_was_sampled() -> None:
    features = row_of(Signal.FEATURES, None, 12, [Found(None, True)] * 12, 0.5)
    turned = row_of(Signal.ORIENTATIONS, None, 1, [Found(PairKind.TURNED, True)], 0.5)
    text = "\n".join(
        as_lines(calibration(row(0, 1000, 50, 1.0, sampled=200), row(6, 8, 2, 0.1), turned, features))
    )
    assert "at most 200 candidates of a row were proved (drawn with seed 0)" in text
    assert "[rules.near_duplicate]\ndistance = 6\n# features = false" in text
    assert "# orientations" not in text
    assert "kinds: 2 resized, 1 same scene" in text
    assert "1,000" in text


def test_the_json_has_the_same_figures() -> None:
    data = json.loads(as_json(calibration(row(0, 9, 9, 0.1), row(2, 10, 1, 0.5))))
    assert data["proposal"]["distance"] == 2
    assert data["rows"][1] == {
        "signal": "phash", "distance": 2, "candidates": 10, "sampled": 10, "copies": 1, "alone": 1,
        "scenes": 0, "unlike": 9, "seconds": 0.5, "expected": 1.0,
    }  # fmt: skip
    assert data["kinds"] == {"resized": 2, "same scene": 1}


def test_it_is_said_how_many_copies_no_other_signal_finds() -> None:
    rows = [row(0, 9, 9, 0.1), row(8, 5, 4, 0.1), row(14, 7, 5, 0.2, alone=False)]
    text = "\n".join(as_lines(calibration(*rows)))
    assert "distance = 14" in text
    assert "no other signal does: 13, at any distance" in text
