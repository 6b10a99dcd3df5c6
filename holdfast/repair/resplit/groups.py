"""Groups of relatives: the images that have to be in one split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import Dataset
from holdfast.repair.resplit.sources import Named, clips, exports
from holdfast.similarity.groups import components

COPIES = "copies"
SOURCE = "exports of one picture"
CLIP = "frames of one clip"
LABEL = "one label file"

_Edge = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of the table of images that are relatives, in order, and what relates them, in words."""

    rows: tuple[int, ...]
    ties: tuple[str, ...]


def find_groups(dataset: Dataset, sketches: pl.DataFrame) -> list[Group]:
    """The groups of a dataset whose pairs are found; an image without relatives is one of its own.

    Connected components: of a chain a ~ b ~ c all three stay together, though nobody proved a ~ c.
    Groups are in order of the name of their first file, which a move to another folder does not change.
    `sketches` are the scanner's, with a hash for each content.
    """
    edges = list(_edges(dataset, sketches))
    first, second = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    leader = components(first, second, dataset.images.height)
    ties: dict[int, set[str]] = defaultdict(set)
    for one, _, tie in edges:
        ties[int(leader[one])].add(tie)
    names = [(path.rpartition("/")[2], path) for path in dataset.images["path"]]
    groups = [Group(rows, tuple(sorted(ties[rows[0]]))) for rows in _members(leader)]
    return sorted(groups, key=lambda group: min(names[row] for row in group.rows))


def _members(leader: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
    order = np.argsort(leader, kind="stable")
    starts = np.flatnonzero(np.diff(leader[order], prepend=-1))
    for part in np.split(order, starts[1:]) if len(order) else ():
        yield tuple(part.tolist())


def _edges(dataset: Dataset, sketches: pl.DataFrame) -> Iterator[_Edge]:
    images = dataset.images
    row_of = {path: row for row, path in enumerate(images["path"])}
    for one, other in dataset.pairs.select("path", "other").iter_rows():
        yield row_of[one], row_of[other], COPIES
    named = _named(images, sketches)
    for tie, found in ((SOURCE, exports(named)), (CLIP, clips(named)), (LABEL, _sharing(images))):
        for members in found:
            yield from ((one, other, tie) for one, other in pairwise(members))


def _named(images: pl.DataFrame, sketches: pl.DataFrame) -> list[Named]:
    hashed = images.select("path", "collection", "source", "sha256").join(
        sketches.select("sha256", "hash"), on="sha256", how="left", maintain_order="left"
    )
    return [Named(*row) for row in hashed.drop("sha256").iter_rows()]


def _sharing(images: pl.DataFrame) -> Iterator[Sequence[int]]:
    """Images whose names differ in the suffix only have one label file, which cannot be in two splits."""
    users: dict[str, list[int]] = defaultdict(list)
    for row, label in enumerate(images["label"]):
        if label is not None:
            users[label].append(row)
    return (rows for rows in users.values() if len(rows) > 1)
