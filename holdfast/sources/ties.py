"""Images that belong in one split: what `resplit` keeps together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import polars as pl

from holdfast.dataset import Dataset
from holdfast.facts.scan import Scanner
from holdfast.sources.clips import CLOSE, clips
from holdfast.sources.looks import Looks, looks_of
from holdfast.sources.naming import DECLARED, KEY, groups
from holdfast.sources.neighbours import timelines
from holdfast.sources.pairs import LIMIT
from holdfast.sources.relatives import timed_stems, without_times
from holdfast.sources.series import frames
from holdfast.sources.verdicts import SourceVerdict

SOURCE = "one source"
CLIP = "frames of one clip"
BURST = "taken within moments"
_GAP, _SECONDS = 1, 10
"""Steps between frames, seconds between times, as `sequence_leakage` has them by default."""
_FORMAT = re.compile(r"[_-](jpe?g|png|bmp|webp|tiff?|gif|heic)$", re.IGNORECASE)
_GENERIC = re.compile(
    "capture|default|downloads?|file|frame|hqdefault|images?|img|index|maxresdefault|original|photos?|pics?|"
    "pictures?|scan|screen|screenshot|snapshot|thumb|thumbnail|unnamed|untitled"
)

Tie = tuple[int, int, str]
"""Rows of two images, and what ties them, in words."""


def ties(dataset: Dataset, scanner: Scanner) -> Iterator[Tie]:
    """Ties by source and sequence; the chains of them are the groups.

    `dataset` has its relatives. A source is tied whatever its pictures look like: that costs nothing. Not so
    one whose name covers unlike pictures in two splits and many images, or tells nothing (`i_jpg`).
    """
    looks = looks_of(dataset.images, scanner)
    named = timed_stems(dataset)
    yield from _of_sources(dataset)
    found = clips(frames(named), looks)
    yield from _in_clips(found, dataset)
    numbered = pl.Series(range(named.height), dtype=pl.UInt32).is_in(found["row"].implode())
    for _, timed in timelines(without_times(named, numbered)):
        yield from _in_time(timed, looks)


def _of_sources(dataset: Dataset) -> Iterator[Tie]:
    unlike = dataset.relatives.filter(verdict=str(SourceVerdict.UNLIKE))
    named = groups(dataset.images)
    doubtful = set(named.join(_rows(dataset, unlike["path"]), on="row")[KEY])
    found = named.group_by(KEY, maintain_order=True).agg("row", pl.col("source").first(), "known_by")
    for key, rows, source, known_by in found.iter_rows():
        if known_by[0] in DECLARED or (_tells(source) and not (key in doubtful and len(rows) > LIMIT)):
            yield from ((one, other, SOURCE) for one, other in pairwise(rows))


def _rows(dataset: Dataset, paths: pl.Series) -> pl.DataFrame:
    rows = dataset.images.select("path").with_row_index("row")
    return rows.filter(pl.col("path").is_in(paths.implode())).select("row")


def _in_clips(found: pl.DataFrame, dataset: Dataset) -> Iterator[Tie]:
    """Neighbours of each clip. Where they hang together as more than half of a collection, it is left to a
    person where to cut: as one group it could not be split at all."""
    table = found.sort("series", "frame", "row")
    first = pl.col("frame") - pl.col("frame").shift(1).over("series") > _GAP * pl.col("step")
    table = table.with_columns(run=first.fill_null(value=True).cum_sum())
    sizes = dataset.images["collection"].cast(pl.String).value_counts(name="size")
    table = table.with_columns(collection=dataset.images["collection"].cast(pl.String).gather(table["row"]))
    table = table.join(sizes, on="collection", how="left", maintain_order="left")
    table = table.filter(2 * pl.len().over("run") <= pl.col("size"))
    for rows in table.group_by("run", maintain_order=True).agg("row")["row"]:
        yield from ((one, other, CLIP) for one, other in pairwise(rows))


def _in_time(timed: pl.DataFrame, looks: Looks) -> Iterator[Tie]:
    """Successive pictures that look alike."""
    before = pl.col("row", "at").shift(1).over("name").name.suffix("_before")
    pairs = timed.sort("name", "at", "row").with_columns(before).drop_nulls("row_before")
    pairs = pairs.filter(pl.col("at") - pl.col("at_before") <= _SECONDS)
    first, second = (pairs[end].to_numpy().astype(np.int64) for end in ("row_before", "row"))
    near = looks.bits(first, second) <= CLOSE
    yield from ((int(one), int(other), BURST) for one, other in zip(first[near], second[near], strict=True))


def _tells(source: str) -> bool:
    letters = re.sub(r"[\W_]+", "", _FORMAT.sub("", source)).lower()
    return not _GENERIC.fullmatch(letters) and (len(letters) > 2 or letters.isdigit())
