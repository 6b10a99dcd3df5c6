"""Neighbours in a sequence that lie in two splits: frames of a clip, pictures taken within moments."""

from __future__ import annotations

from itertools import combinations, product
from typing import Literal

import polars as pl

from holdfast.sources.clips import CLOSE
from holdfast.sources.looks import Looks
from holdfast.sources.verdicts import SourceVerdict

FRAMES, NAMED_TIME, TAKEN = "frame number", "time in the name", "time of capture"
FARTHEST_FRAMES = 1_000.0
FARTHEST_SECONDS = 3_600.0
"""How far apart neighbours are looked for."""
PAIR = ("first", "second", "known_by", "name", "apart", "kind", "distance", "likeness", "verdict")
_ORDER = ("train", "val", "test")

Way = Literal["nearest", "backward", "forward"]


def in_clips(images: pl.DataFrame, looks: Looks) -> pl.DataFrame:
    """For each frame the nearest of its clip in each split before its own (train, val, test), as PAIR."""
    table = images.select(pl.col("split").cast(pl.String), name="clip", at="frame").with_row_index("row")
    nearest = _nearest(table.filter(pl.col("name").is_not_null()), FARTHEST_FRAMES, "nearest")
    return _described(nearest, FRAMES, looks)


def in_time(named: pl.DataFrame, looks: Looks) -> pl.DataFrame:
    """For each picture the nearest in time in each split before its own, one taken before and one after, if
    the two look alike: columns PAIR.

    `named` gives each row `collection`, `folder`, `stem`, the `moment` that its name tells, the time that it
    was `taken`, and `split`.
    """
    parts = [
        _described(_nearest(timed, FARTHEST_SECONDS, "backward", "forward"), known_by, looks)
        for known_by, timed in timelines(named)
    ]
    return pl.concat(parts).filter(pl.col("distance") <= CLOSE)


def timelines(named: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """By what tells the time: rows with their `split`, the time `at` in seconds, and the `name` within which
    times are compared: the form of names, `#` for numbers, or the collection where no other has it."""
    digits = pl.col("stem").str.replace_all(r"\d+", "#")
    form = pl.concat_str("collection", "folder", digits, separator="/").str.replace(r"^/+", "")
    table = named.with_row_index("row").with_columns(pl.col("split").cast(pl.String), name=form)
    many = pl.len().over("name") > 1
    table = table.with_columns(name=pl.when(many).then("name").otherwise("collection"))
    return [
        (known_by, table.select("row", "split", "name", at=column).drop_nulls("at"))
        for known_by, column in ((NAMED_TIME, "moment"), (TAKEN, "taken"))
    ]


def _nearest(table: pl.DataFrame, farthest: float, *ways: Way) -> pl.DataFrame:
    """Rows `first` and `second`, `name` and how far `apart`: of each row the nearest ones of the same name in
    each split before its own, one for each of the ways to look."""
    parts = []
    for (earlier, later), way in product(combinations(_ORDER, 2), ways):
        ours = table.filter(split=later).sort("at", "row")
        theirs = table.filter(split=earlier).sort("at", "row").select("name", "at", first="row", there="at")
        found = ours.join_asof(
            theirs, on="at", by="name", strategy=way, tolerance=farthest, check_sortedness=False
        )
        parts.append(found.filter(pl.col("first").is_not_null()))
    apart = (pl.col("at") - pl.col("there")).abs()
    return pl.concat(parts).select("first", "name", second="row", apart=apart)


def _described(nearest: pl.DataFrame, known_by: str, looks: Looks) -> pl.DataFrame:
    first, second = (nearest[end].to_numpy().astype("int64") for end in ("first", "second"))
    return nearest.with_columns(
        known_by=pl.lit(known_by),
        kind=pl.lit(None, pl.String),
        distance=looks.distances(first, second),
        likeness=pl.lit(None, pl.Float64),
        verdict=pl.lit(str(SourceVerdict.ALIKE)),
    ).select(*PAIR)
