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
_VERSIONS = 4
"""Images of one number, as exports of a frame, that are compared: those that fit best count."""
_STRANGERS = 1_024
_SAMPLE = 32
"""Strangers, and neighbours of a series, that are compared."""


def clips(frames: pl.DataFrame, looks: Looks) -> pl.DataFrame:
    """The series whose neighbouring frames look alike: row, series, frame, and `step`, the usual difference
    of two successive numbers. `frames` are all series that names count.

    Neighbours differ by CLOSE bits at most in the median, and are nearer to each other than to pictures
    that no series holds: where a fixed camera makes everything alike, a number tells nothing.
    """
    pairs = _neighbours(frames)
    bits = looks.bits(*(_rows(pairs, side) for side in ("row", "row_before")))
    pairs = pairs.with_columns(bits=pl.Series(bits)).filter(pl.col("bits") < UNKNOWN)
    pairs = pairs.sort("series", "frame", "bits").unique(
        ["series", "frame"], keep="first", maintain_order=True
    )
    enough = (pl.len().over("series") >= LEAST - 1) & (pl.col("bits").median().over("series") <= CLOSE)
    pairs = pairs.filter(enough)
    stranger = np.setdiff1d(np.flatnonzero(looks.known), _rows(frames, "row"))
    kept = pairs["series"].unique() if not len(stranger) else _beyond_chance(pairs, stranger, looks)
    chosen = frames.filter(pl.col("series").is_in(kept.implode()))
    return chosen.join(_steps(_successive(frames)), on="series", how="left", maintain_order="left")


def _successive(frames: pl.DataFrame) -> pl.DataFrame:
    """Each number of a series with the one before it, and the `gap` between."""
    numbers = frames.select("series", "frame").unique().sort("series", "frame")
    before = pl.col("frame").shift(1).over("series")
    return numbers.with_columns(frame_before=before, gap=pl.col("frame") - before).drop_nulls()


def _steps(successive: pl.DataFrame) -> pl.DataFrame:
    """The usual step of each series: the most frequent gap, of equals the smallest."""
    counts = successive.group_by("series", "gap").len().sort("len", "gap", descending=[True, False])
    return counts.group_by("series", maintain_order=True).agg(step=pl.col("gap").first())


def _neighbours(frames: pl.DataFrame) -> pl.DataFrame:
    """Rows of images of successive numbers, a usual step apart at most; of few versions of each."""
    successive = _successive(frames)
    pairs = successive.join(_steps(successive), on="series").filter(pl.col("gap") <= pl.col("step"))
    few = frames.filter(pl.int_range(pl.len()).over("series", "frame") < _VERSIONS)
    before = few.rename({"frame": "frame_before", "row": "row_before"})
    return pairs.join(few, on=["series", "frame"]).join(before, on=["series", "frame_before"])


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
