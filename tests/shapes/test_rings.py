"""Rings against exact arithmetic and a comparison of every edge with every other."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast import ring_faults
from holdfast.shapes import crossings

Point = tuple[Fraction, Fraction]
SQUARE = [0.0, 0, 1, 0, 1, 1, 0, 1]


def table(polygons: list[list[float]], rings: list[list[int] | None] | None = None) -> pl.DataFrame:
    types = {"values": pl.List(pl.Float64), "rings": pl.List(pl.Int32)}
    rows = pl.DataFrame({"values": polygons, "rings": rings or [None] * len(polygons)}, schema=types)
    return rows.with_columns(kind=pl.lit("polygon"))


def side(a: Point, b: Point, p: Point) -> int:
    cross = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    return (cross > 0) - (cross < 0)


def crosses(values: list[float]) -> bool:
    points = [(Fraction(x), Fraction(y)) for x, y in zip(values[0::2], values[1::2], strict=True)]
    edges = list(pairwise([*points, points[0]]))
    return any(
        side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        for (a, b), (c, d) in combinations(edges, 2)
    )


def is_flat(values: list[float]) -> bool:
    points = sorted({(Fraction(x), Fraction(y)) for x, y in zip(values[0::2], values[1::2], strict=True)})
    return all(side(points[0], points[-1], point) == 0 for point in points)


small = st.integers(0, 4).map(float)
fine = st.integers(0, 1000).map(lambda value: value / 8)
RINGS = st.one_of(*(st.lists(number, min_size=2, max_size=40).map(lambda v: v[: len(v) // 2 * 2])
                    for number in (small, fine)))  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(RINGS, min_size=1, max_size=6))
def test_as_by_definition(polygons: list[list[float]]) -> None:
    found = {row["row"]: row for row in ring_faults(table(polygons)).iter_rows(named=True)}
    for row, values in enumerate(polygons):
        distinct = len(set(zip(values[0::2], values[1::2], strict=True)))
        crossed, flat = crosses(values), is_flat(values)
        assert (row in found) == (crossed or flat or distinct < 3)
        if row in found:
            fault = found[row]
            assert (fault["first"] is not None) == crossed
            assert (fault["flat"], fault["distinct"]) == (flat, min(distinct, 3))
            assert (fault["points"], fault["examined"]) == (len(values) // 2, True)


@settings(max_examples=100, deadline=None)
@given(st.lists(RINGS, min_size=1, max_size=5))
def test_rings_of_one_polygon_are_as_if_alone(polygons: list[list[float]]) -> None:
    alone = ring_faults(table(polygons)).drop("ring", "rings")
    joined = ring_faults(table([[*chain.from_iterable(polygons)]], [[len(values) for values in polygons]]))
    assert joined.with_columns(row=pl.col("ring") - 1).drop("ring", "rings").equals(alone)
    assert set(joined["rings"]) <= {len(polygons)}


def test_named_edges() -> None:
    [fault] = ring_faults(table([[0, 0, 1, 1, 1, 0, 0, 1]])).rows(named=True)
    assert (fault["first"], fault["second"]) == (1, 3)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [0.0, 0, 1, 0, 1, float("nan")],
        [0.0, 0, 1, 0, 1, float("inf")],
        [0.0, 0, 1e300, 0, 1e300, -1e300],
    ],
    ids=["nothing", "half a point", "NaN", "infinite", "beyond counting"],
)
def test_numbers_that_are_none(values: list[float]) -> None:
    found = ring_faults(table([SQUARE, values, [0.0, 0, 1, 1, 1, 0, 0, 1], SQUARE]))
    assert [row for row in found["row"] if row != 1] == [2]


def test_lengths_that_do_not_fit() -> None:
    rings: list[list[int] | None] = [[3, 5], [4], [-4, 12], [], [8, 0]]
    found = ring_faults(table([SQUARE] * 5, rings))
    assert found.select("row", "ring", "points").rows() == [(4, 2, 0)]


def test_rounding_is_no_crossing_and_no_area() -> None:
    line = [step / 10 for step in range(11) for _ in "xy"]
    [fault] = ring_faults(table([line])).rows(named=True)
    assert (fault["flat"], fault["first"]) == (True, None)


def comb(teeth: int, cross: bool) -> list[float]:
    """Long teeth side by side, along a diagonal: every edge lies beside every other, whatever the axis."""
    values: list[float] = []
    for tooth in range(teeth):
        values += [
            tooth,
            -tooth,
            tooth + 1e6,
            1e6 - tooth,
            tooth + 1e6 + 0.4,
            1e6 - tooth - 0.4,
            tooth + 0.4,
            -tooth - 0.4,
        ]
    end = [-1.0, 2e6] if cross else [-2e6, -2e6]
    return [*values, teeth, -teeth, *end]


def test_ten_thousand_points() -> None:
    faults = ring_faults(table([comb(2500, cross=True), comb(2500, cross=False)]))
    assert faults.select("row", "points", "examined").rows() == [(0, 10_002, True)]
    assert faults["first"][0] is not None


def test_a_comparison_that_takes_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossings, "MOST_PAIRS", 10_000)
    found = ring_faults(table([SQUARE, comb(500, cross=False), SQUARE]))
    assert found.select("row", "first", "examined").rows() == [(1, None, False)]
