"""What each split should hold: from a dataset, and what may move, to a deal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import Dataset
from holdfast.repair.resplit.deal import Deal, Floats, Integers
from holdfast.repair.resplit.kin import SPLITS, Movable, Wish

IMAGES = -1
"""The class number under which images are counted."""

_IMAGES_OFF = 0.01
"""Share of a collection's images by which a split may differ at no cost: one point."""
_CLASS_OFF = 0.02
"""Share of a class's annotations by which a split may differ at no cost: two points."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What is counted, in order (collection and class, IMAGES for images), and how much of it each image
    holds: `rows`, `kinds` (positions in `names`) and `amounts` side by side."""

    names: tuple[tuple[str, int], ...]
    rows: Integers
    kinds: Integers
    amounts: Floats


def measures_of(dataset: Dataset) -> Measures:
    """Images by collection, annotations by collection and class. A label file counts for one image."""
    images = dataset.images.with_row_index("row")
    plain = pl.col("collection").cast(pl.String)
    each = images.select("row", plain, class_id=pl.lit(IMAGES, pl.Int64), amount=pl.lit(1, pl.UInt32))
    counts = dataset.annotations.group_by(pl.col("image").alias("path"), "class_id").len("amount")
    owners = images.select("row", plain, "path")
    table = pl.concat([each, owners.join(counts, on="path").select(each.columns)]).sort("row", "class_id")
    names = table.select("collection", "class_id").unique().sort("collection", "class_id")
    kinds = table.join(names.with_row_index("kind"), on=names.columns, maintain_order="left")["kind"]
    return Measures(
        tuple(names.rows()),
        table["row"].to_numpy().astype(np.int64),
        kinds.to_numpy().astype(np.int64),
        table["amount"].to_numpy().astype(np.float64),
    )


def deal_of(dataset: Dataset, measures: Measures, movable: Sequence[Movable], wish: Wish) -> Deal:
    """The deal: what may move, what the splits hold besides, and what they should hold."""
    place = np.array([SPLITS.index(split) for split in dataset.images["split"]], dtype=np.int64)
    group = np.full(len(place), -1, dtype=np.int64)
    for number, one in enumerate(movable):
        group[list(one.rows)] = number
    free = group[measures.rows] >= 0
    present = np.zeros((len(movable), len(SPLITS)), dtype=np.int64)
    np.add.at(present, (group[group >= 0], place[group >= 0]), 1)
    entries, amounts = _entries(group[measures.rows][free], measures.kinds[free], measures.amounts[free])
    total = held(measures, place)
    limits = [_IMAGES_OFF if number == IMAGES else _CLASS_OFF for _, number in measures.names]
    return Deal(
        entries=entries,
        amounts=amounts,
        present=present,
        allowed=np.array([one.allowed for one in movable], dtype=np.bool_).reshape(-1, len(SPLITS)),
        fixed=_sum(measures, place, ~free),
        wanted=total if wish.shares is None else _wanted(total, wish),
        tolerance=np.maximum(
            limits * total.sum(axis=0), 1.0
        ),  # of few, one image is no reason to move others
    )


def held(measures: Measures, place: Integers) -> Floats:
    """What each split holds of each measure (splits, measures); `place` is the split of each image."""
    return _sum(measures, place, np.ones(len(measures.rows), dtype=np.bool_))


def _sum(measures: Measures, place: Integers, which: NDArray[np.bool_]) -> Floats:
    table = np.zeros((len(SPLITS), len(measures.names)))
    np.add.at(table, (place[measures.rows[which]], measures.kinds[which]), measures.amounts[which])
    return table


def _wanted(total: Floats, wish: Wish) -> Floats:
    """Frozen splits hold what they hold; the others share the rest."""
    shares = wish.shares or {}
    frozen = np.array([name in wish.frozen for name in SPLITS])
    weights = np.where(frozen, 0.0, [shares.get(name, 0.0) for name in SPLITS])
    rest = total[~frozen].sum(axis=0)
    shared = np.outer(weights / max(weights.sum(), np.finfo(float).tiny), rest)
    return np.where(frozen[:, None], total, shared)


def _entries(groups: Integers, kinds: Integers, amounts: Floats) -> tuple[Integers, Floats]:
    """One entry for each group and measure, in order."""
    keys, place = np.unique(np.stack([groups, kinds]), axis=1, return_inverse=True)
    summed = np.bincount(place.ravel(), amounts, minlength=keys.shape[1])
    return keys.astype(np.int64), summed.astype(np.float64)
