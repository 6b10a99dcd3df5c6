"""Which predicted box is which annotated one."""

from __future__ import annotations

import numpy as np
import pytest

from holdfast.impact import matching
from holdfast.impact.matching import Boxes, Matches, match
from holdfast.impact.precision import Precision


def boxes(*edges: tuple[float, ...], score: tuple[float, ...] = (), crowd: tuple[int, ...] = ()) -> Boxes:
    """Boxes of one class on one image."""
    none, number = np.zeros(len(edges), np.int64), len(edges)
    crowds = np.isin(np.arange(number), crowd)
    return Boxes(none, none, np.array(edges, np.float64), np.array(score or (0.0,) * number), crowds)


def score(found: Matches) -> tuple[float, ...]:
    return Precision(found)(np.ones(1))


def test_a_box_is_found_once() -> None:
    found = match(boxes((0, 0, 9, 9), (0, 0, 9, 9), score=(0.5, 0.9)), boxes((0, 0, 9, 9)))
    assert found.hit.tolist() == [0] * 10
    assert score(found) == (1.0, 1.0)


def test_what_lies_in_a_crowd_is_neither_right_nor_wrong() -> None:
    truth = boxes((0, 0, 50, 50), (100, 0, 110, 10), crowd=(0,))
    found = match(boxes((3, 3, 9, 9), (100, 0, 110, 10), score=(0.9, 0.5)), truth)
    assert score(found) == (1.0, 1.0)
    assert score(
        match(boxes((3, 3, 9, 9), (100, 0, 110, 10), score=(0.9, 0.5)), boxes((100, 0, 110, 10)))
    ) == (
        0.5,
        0.5,
    )


def test_boxes_without_area_match_nothing() -> None:
    assert score(match(boxes((5, 5, 5, 5), (9, 9, 1, 1), score=(1, 1)), boxes((5, 5, 5, 5)))) == (0.0, 0.0)


def test_few_overlaps_at_once_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    corner = random.uniform(0, 60, (80, 2))
    edges = np.hstack([corner, corner + 30])
    truth = boxes(*map(tuple, edges), crowd=(3, 4))
    said = boxes(*map(tuple, edges + random.normal(0, 3, edges.shape)), score=tuple(random.random(80)))
    whole = match(said, truth)
    monkeypatch.setattr(matching, "_AT_ONCE", 1)
    parts = match(said, truth)
    assert len(whole.hit) > 100
    assert all(np.array_equal(a, b) for a, b in zip(rows(whole), rows(parts), strict=True))


def rows(found: Matches) -> list[np.ndarray]:
    return [found.image, found.hit, found.threshold, found.right]
