"""Groups of relatives: the images that have to be in one split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import COPIES as KINDS
from holdfast.dataset import Dataset
from holdfast.facts.scan import Scanner
from holdfast.similarity.groups import components
from holdfast.sources.ties import Tie, ties

COPIES = "copies"
LABEL = "one label file"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of the table of images that are relatives, in order, and what relates them, in words."""

    rows: tuple[int, ...]
    ties: tuple[str, ...]


def find_groups(dataset: Dataset, scanner: Scanner) -> list[Group]:
    """The groups of a dataset whose pairs and relatives are found; an image without any is one of its own.

    Connected components: of a chain a ~ b ~ c all three stay together, though nobody proved a ~ c.
    Groups are in order of the name of their first file, which a move to another folder does not change.
    `scanner` has measured its images.
    """
    edges = list(_edges(dataset, scanner))
    first, second = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    leader = components(first, second, dataset.images.height)
    known: dict[int, set[str]] = defaultdict(set)
    for one, _, tie in edges:
        known[int(leader[one])].add(tie)
    names = [(path.rpartition("/")[2], path) for path in dataset.images["path"]]
    groups = [Group(rows, tuple(sorted(known[rows[0]]))) for rows in _members(leader)]
    return sorted(groups, key=lambda group: min(names[row] for row in group.rows))


def _members(leader: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
    order = np.argsort(leader, kind="stable")
    starts = np.flatnonzero(np.diff(leader[order], prepend=-1))
    for part in np.split(order, starts[1:]) if len(order) else ():
        yield tuple(part.tolist())


def _edges(dataset: Dataset, scanner: Scanner) -> Iterator[Tie]:
    images = dataset.images
    row_of = {path: row for row, path in enumerate(images["path"])}
    copies = dataset.pairs.filter(pl.col("kind").is_in(KINDS))
    for one, other in copies.select("path", "other").iter_rows():
        yield row_of[one], row_of[other], COPIES
    yield from ties(dataset, scanner)
    for members in _sharing(images):
        yield from ((one, other, LABEL) for one, other in pairwise(members))


def _sharing(images: pl.DataFrame) -> Iterator[Sequence[int]]:
    """Images whose names differ in the suffix only have one label file, which cannot be in two splits."""
    users: dict[str, list[int]] = defaultdict(list)
    for row, label in enumerate(images["label"]):
        if label is not None:
            users[label].append(row)
    return (rows for rows in users.values() if len(rows) > 1)
