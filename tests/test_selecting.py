"""A unit gets the same rows, however they lie in the table and whichever table was asked for before."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from holdfast.check import Per
from holdfast.selecting import selected
from holdfast.units import Unit

SPLITS = ["a/train", "a/val", "b/train", "b/val"]
PLACES = st.lists(st.tuples(st.sampled_from([*SPLITS, "c/train", None]), st.integers(1, 90)), max_size=9)
UNITS = [
    Unit("a/train", Per.SPLIT, ("a/train",)),
    Unit("train", Per.SPLIT_NAME, ("a/train", "b/train")),
    Unit("train-val", Per.SPLIT_PAIR, tuple(SPLITS), ("train", "val")),
    Unit("b", Per.COLLECTION, ("b/train", "b/val")),
]


def table_of(units: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"row": range(len(units)), "unit": pl.Series(units, dtype=pl.Categorical())})


@given(PLACES, st.booleans())
def test_a_unit_gets_its_rows_in_their_order(runs: list[tuple[str | None, int]], mixed: bool) -> None:
    units = [unit for unit, length in runs for _ in range(length)]
    units = units[::2] + units[1::2] if mixed else units
    table = table_of(units)
    for unit in UNITS:
        wanted = [row for row, place in enumerate(units) if place in unit.splits]
        assert selected("images", table, unit)["row"].to_list() == wanted
    assert selected("images", table, Unit("all", Per.DATASET, ()))["row"].to_list() == [*range(len(units))]


def test_a_table_of_very_many_runs_is_read_as_well() -> None:
    units: list[str | None] = ["a/train", "b/val"] * 500
    found = selected("images", table_of(units), UNITS[0])
    assert found["row"].to_list() == [*range(0, 1000, 2)]
