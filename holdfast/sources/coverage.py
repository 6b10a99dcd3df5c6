"""Which names were recognised as telling what belongs together, and how many images they cover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from holdfast.sources.naming import KEY, groups

_MOST = 20
"""Forms of clips that are told one by one."""


class Coverage(NamedTuple):
    """A kind of name: what it tells of (sources by how they are known, or clips by their form, # for
    numbers), how many images it covers, of how many sources or clips, and the first image."""

    what: str
    images: int
    groups: int
    path: str


def source_coverage(images: pl.DataFrame) -> Iterator[Coverage]:
    """Sources of several images, by what tells them: `what` is a `KnownBy`."""
    named = groups(images)
    named = named.with_columns(path=images["path"].gather(named["row"]))
    found = named.group_by("known_by").agg(pl.len(), pl.col(KEY).n_unique(), pl.col("path").min())
    yield from (Coverage(*row) for row in found.sort("known_by").iter_rows())


def clip_coverage(images: pl.DataFrame) -> Iterator[Coverage]:
    """Clips by the form of their names, the largest forms first."""
    clips = images.filter(pl.col("clip").is_not_null())
    form = pl.col("clip").str.replace_all(r"\d+", "#").alias("form")
    found = clips.group_by(form).agg(pl.len(), pl.col("clip").n_unique(), pl.col("path").min())
    found = found.sort("len", "form", descending=[True, False]).head(_MOST)
    yield from (Coverage(*row) for row in found.iter_rows())
