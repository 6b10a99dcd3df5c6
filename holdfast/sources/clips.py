"""Which series of numbered names are frames of one clip: the pictures decide."""

from __future__ import annotations

import numpy as np
import polars as pl

from holdfast.sources.looks import UNKNOWN, Looks, Rows
from holdfast.sources.series import LEAST

CLOSE = 16
"""Bits (of 64) by which neighbouring frames of a clip differ at most, in the median. Measured: 4 in a drone's
video, 28 to 32 between pictures that a project only numbered."""
_CHANCE = 0.25
"""Share of neighbours that may have a stranger as near: more, and it is the camera that stands still."""
_STRANGERS = 1_024
_SAMPLE = 32
"""Strangers, and neighbours of a series, that are compared."""


def clips(frames: pl.DataFrame, looks: Looks) -> pl.DataFrame:
    """The series whose neighbouring frames look alike: row, series, frame, and `step`, the usual difference
    of two successive numbers. `frames` are all series that names count.

    Neighbours differ by CLOSE bits at most in the median, and are nearer to each other than to pictures
    that no series holds: where a fixed camera makes everything alike, a number tells nothing.
    """
    table = frames.sort("series", "frame", "row").unique(
        ["series", "frame"], keep="first", maintain_order=True
    )
    before = pl.all().shift(1).over("series").name.suffix("_before")
    pairs = table.with_columns(before).with_columns(gap=pl.col("frame") - pl.col("frame_before"))
    pairs = pairs.filter(pl.col("gap").is_not_null())
    steps = pairs.group_by("series", "gap").len().sort("len", "gap", descending=[True, False])
    steps = steps.group_by("series", maintain_order=True).agg(step=pl.col("gap").first())
    pairs = pairs.join(steps, on="series").filter(pl.col("gap") <= pl.col("step"))
    bits = looks.bits(*(_rows(pairs, side) for side in ("row", "row_before")))
    pairs = pairs.with_columns(bits=pl.Series(bits)).filter(pl.col("bits") < UNKNOWN)
    enough = (pl.len().over("series") >= LEAST - 1) & (pl.col("bits").median().over("series") <= CLOSE)
    pairs = pairs.filter(enough)
    stranger = np.setdiff1d(np.flatnonzero(looks.known), _rows(frames, "row"))
    kept = pairs["series"].unique() if not len(stranger) else _beyond_chance(pairs, stranger, looks)
    chosen = frames.filter(pl.col("series").is_in(kept.implode()))
    return chosen.join(steps, on="series", how="left", maintain_order="left")


def _beyond_chance(pairs: pl.DataFrame, strangers: Rows, looks: Looks) -> pl.Series:
    """The series of which few neighbours have a stranger that is as near."""
    sampled = pairs.filter(pl.int_range(pl.len()).over("series") < _SAMPLE)
    some = strangers[np.linspace(0, len(strangers) - 1, min(len(strangers), _STRANGERS)).astype(np.int64)]
    hashes = looks.hashes[some]
    nearest = [np.bitwise_count(one ^ hashes).min() for one in looks.hashes[_rows(sampled, "row")]]
    by_chance = pl.Series(nearest, dtype=pl.Int64) <= sampled["bits"]
    shares = sampled.with_columns(by_chance=by_chance).group_by("series").agg(pl.col("by_chance").mean())
    return shares.filter(pl.col("by_chance") <= _CHANCE)["series"]


def _rows(table: pl.DataFrame, column: str) -> Rows:
    return table[column].to_numpy().astype(np.int64)
