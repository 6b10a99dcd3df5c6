"""The contents of a dataset: every file is compared once, however many copies it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import polars as pl
from numpy.typing import NDArray

ALL_PAIRS = 2_000
"""More pairs than this within one set of equals, or between two, become a star in each split: equal is
transitive, so that nothing is lost."""

Numbers = NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Contents:
    """Images by content.

    `table` has a row for each content, in path order of its first image: path, sha256, width, height,
    hash, exact, spread. `rows` gives the row numbers of the images of each, `splits` the split of each
    image. `asked` are the contents of which one of a pair must be (None: all are).
    """

    table: pl.DataFrame
    rows: Sequence[Sequence[int]]
    splits: Sequence[str]
    asked: NDArray[np.bool_] | None = None

    def image_pairs(self, first: int, second: int) -> Iterable[Pair]:
        """Pairs of images between two contents, or within one; of very many a star in each split."""
        ours, theirs = self.rows[first], self.rows[second]
        if len(ours) * len(theirs) <= ALL_PAIRS:
            return combinations(ours, 2) if first == second else product(ours, theirs)
        found = {*product(ours, self._firsts(theirs)), *product(self._firsts(ours), theirs)}
        return _ordered(found)

    def pairs_of(self, equal: Sequence[int]) -> Iterable[Pair]:
        """Pairs of contents that are all equal; of very many a star in each split, so that every split and
        pair of splits keeps its pairs."""
        if len(equal) ** 2 <= ALL_PAIRS:
            return combinations(equal, 2)
        return _ordered(product(equal, self._first_contents(equal)))

    @property
    def split_numbers(self) -> Numbers:
        """A number for the split of the first image of each content."""
        number = {split: place for place, split in enumerate(dict.fromkeys(self.splits))}
        return np.array([number[self.splits[rows[0]]] for rows in self.rows], np.int64)

    def _firsts(self, rows: Sequence[int]) -> list[int]:
        return list({self.splits[row]: row for row in reversed(rows)}.values())

    def _first_contents(self, contents: Sequence[int]) -> list[int]:
        first = {
            self.splits[row]: content
            for content in reversed(contents)
            for row in reversed(self.rows[content])
        }
        return list(dict.fromkeys(first.values()))


def contents_of(images: pl.DataFrame, sketches: pl.DataFrame, asked: int | None = None) -> Contents:
    """The contents of these images, all of which were digested, with what is known of their pictures; the
    first so many images are asked for (None: all)."""
    table = images.select("path", "sha256", "width", "height").unique(
        "sha256", keep="first", maintain_order=True
    )
    numbers = table.select("sha256").with_row_index("content")
    places = images.select("sha256").join(numbers, on="sha256", how="left", maintain_order="left")["content"]
    rows: list[list[int]] = [[] for _ in range(table.height)]
    for row, content in enumerate(places):
        rows[content].append(row)
    described = table.join(sketches, on="sha256", how="left", maintain_order="left")
    some = None if asked is None else np.array([own[0] < asked for own in rows], np.bool_)
    return Contents(described, rows, images["split"].to_list(), some)


def grouped(keys: Iterable[object], members: Iterable[int]) -> Iterator[list[int]]:
    """The members of each key that has several, in their order."""
    groups: dict[object, list[int]] = defaultdict(list)
    for key, member in zip(keys, members, strict=True):
        groups[key].append(member)
    return (group for group in groups.values() if len(group) > 1)


def _ordered(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
