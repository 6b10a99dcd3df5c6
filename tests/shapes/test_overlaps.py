"""Overlaps of boxes against a comparison of all with all."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import overlapping

KEY = ("image", "class_id")
Box = tuple[int, int, float, float, float, float]


def table(boxes: list[Box], crowd: list[bool] | None = None) -> pl.DataFrame:
    names = {"image": pl.Int64, "class_id": pl.Int64} | dict.fromkeys(
        ("x_min", "y_min", "x_max", "y_max"), pl.Float64
    )
    rows = pl.DataFrame(boxes, schema=names, orient="row")
    return rows.with_columns(crowd=pl.Series(crowd or [None] * len(boxes), dtype=pl.Boolean))


def iou(one: Box, other: Box) -> float:
    width = min(one[4], other[4]) - max(one[2], other[2])
    height = min(one[5], other[5]) - max(one[3], other[3])
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box[4] - box[2]) * (box[5] - box[3]) for box in (one, other))
    return width * height / (areas - width * height)


def partners(boxes: list[Box], least: float, unlike: bool) -> dict[int, set[int]]:
    """For each row all earlier ones that it overlaps, by definition."""
    found: dict[int, set[int]] = {}
    for row, box in enumerate(boxes):
        for earlier, other in enumerate(boxes[:row]):
            fits = box[0] == other[0] and (box[1] != other[1] if unlike else box[1] == other[1])
            if fits and iou(box, other) >= least:
                found.setdefault(row, set()).add(earlier)
    return found


near = st.integers(0, 100).map(lambda value: value / 100)
side = near.map(lambda value: value + 0.01)
moved = st.sampled_from([0.0, 0.0, 1e-3, 1e-2])
BOXES = st.builds(
    lambda image, kind, x, y, width, height, by: (image, kind, x + by, y, x + by + width, y + height),
    st.integers(0, 1), st.integers(0, 2), near, near, side, side, moved,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(BOXES, max_size=25),
    st.sampled_from([0.1, 0.5, 0.9, 0.99]),
    st.booleans(),
    st.sampled_from([1, 1e4]),
)
def test_every_overlap_is_found(boxes: list[Box], least: float, unlike: bool, scale: float) -> None:
    boxes = [(image, kind, x * scale, y * scale, r * scale, b * scale) for image, kind, x, y, r, b in boxes]
    boxes += boxes[:3]
    found = (
        overlapping(table(boxes), least, ("image",), "class_id")
        if unlike
        else overlapping(table(boxes), least, KEY)
    )
    expected = partners(boxes, least, unlike)
    rows = {row: (earlier, overlap) for row, earlier, overlap in found.rows()}
    borderline = {row for row, earlier in expected.items()
                  if all(math.isclose(iou(boxes[row], boxes[e]), least) for e in earlier)}  # fmt: skip
    assert rows.keys() <= expected.keys() | borderline
    assert expected.keys() - borderline <= rows.keys()
    for row, (earlier, overlap) in rows.items():
        assert math.isclose(overlap, iou(boxes[row], boxes[earlier]), rel_tol=1e-9)
        assert overlap >= least


def test_what_overlaps_nothing() -> None:
    box = (0, 0, 0.1, 0.1, 0.5, 0.5)
    nan, inf = float("nan"), float("inf")
    odd = [
        (0, 0, nan, 0.1, 0.5, 0.5),
        (0, 0, 0.1, 0.1, inf, 0.5),
        (0, 0, 0.5, 0.1, 0.1, 0.5),
        (0, 0, 0.1, 0.1, 0.1, 0.5),
    ]
    huge = [(0, 0, -1e300, -1e300, 1e300, 1e300)] * 2
    assert overlapping(table([*odd, *odd, *huge]), 0.9, KEY).is_empty()
    assert overlapping(table([box, box], [False, True]), 0.9, KEY).is_empty()
    assert overlapping(table([]), 0.9, KEY).is_empty()
    assert overlapping(table([box, (1, *box[1:])]), 0.9, KEY).is_empty()
    assert overlapping(table([box, box, box]), 0.9, KEY).rows() == [(1, 0, 1.0), (2, 1, 1.0)]


@pytest.mark.parametrize("columns", [1, 100], ids=["one stack", "a grid"])
def test_very_many_boxes_on_one_image(columns: int) -> None:
    """A comparison of all with all would be 20,000 million pairs: it would not end."""
    boxes = [(0, 0, float(n % columns) * 9, float(n // columns), n % columns * 9 + 5.0, n // columns + 5.0)
             for n in range(200_000)]  # fmt: skip
    assert overlapping(table(boxes), 0.99, KEY).is_empty()
    assert overlapping(table([*boxes, *boxes[:50]]), 0.99, KEY)["row"].to_list() == [*range(200_000, 200_050)]
