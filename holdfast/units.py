"""Units: the parts of a dataset that one run of a check covers, and the tables of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import polars as pl

from holdfast.check import Per
from holdfast.dataset import Dataset, Split

_ORDER = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Unit:
    """One part of a dataset: `boulder/train`, `train`, `train-val`, `boulder` or `all`.

    `splits` are the units of the splits it covers, `sides` the two split names of a pair.
    """

    name: str
    per: Per
    splits: tuple[str, ...]
    sides: tuple[str, ...] = ()

    def select(self, table: pl.DataFrame) -> pl.DataFrame:
        """The rows of a table that belong to this unit; those without a place belong to the whole only."""
        if self.per is Per.DATASET:
            return table
        mine = table["unit"].is_in(self.splits).fill_null(value=False)
        first, count = mine.arg_max() or 0, int(mine.sum())
        if mine.slice(first, count).all():  # one run of rows: nothing is copied
            return table.slice(first, count)
        return table.filter(mine)

    def select_classes(self, classes: pl.DataFrame) -> pl.DataFrame:
        """The classes that are declared for this unit, or for the whole of its collections."""
        if self.per is Per.DATASET:
            return classes
        collections = {name.rpartition("/")[0] for name in self.splits}
        own = pl.col("unit").is_in(self.splits) | pl.col("unit").is_null()
        return classes.filter(pl.col("collection").is_in(list(collections)) & own)

    def select_pairs(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Pairs inside the unit; for a pair of splits those with one image in each."""
        if self.per is Per.DATASET:
            return pairs
        inside = pl.col("unit").is_in(self.splits) & pl.col("other_unit").is_in(self.splits)
        if self.per is Per.SPLIT_PAIR:
            inside &= pl.col("split") != pl.col("other_split")
        return pairs.filter(inside)


def units_of(dataset: Dataset, per: Per) -> list[Unit]:
    """The units of a kind, in order. Splits that are declared and missing are none."""
    splits = [split for split in dataset.splits if not split.missing]
    names = [name for name in _ORDER if any(split.name == name for split in splits)]
    if per is Per.SPLIT:
        return [Unit(split.unit, per, (split.unit,)) for split in splits]
    if per is Per.SPLIT_NAME:
        return [Unit(name, per, _units(splits, name)) for name in names]
    if per is Per.SPLIT_PAIR:
        return [
            Unit(f"{a}-{b}", per, _units(splits, a) + _units(splits, b), (a, b))
            for a, b in combinations(names, 2)
        ]
    everything = tuple(split.unit for split in splits)
    if per is Per.DATASET:
        return [Unit("all", per, everything)]
    collections = dict.fromkeys(split.collection for split in splits)
    return [
        Unit(name or "all", per, tuple(split.unit for split in splits if split.collection == name))
        for name in collections
    ]


def _units(splits: list[Split], name: str) -> tuple[str, ...]:
    return tuple(split.unit for split in splits if split.name == name)
