"""Pairs of images of one source in two splits, for the proof: few of each source."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.sources.naming import DECLARED, KEY, ROW, groups

LIMIT = 24
"""Pairs of one source between two splits that are looked at."""

Rows = NDArray[np.int64]


def named_pairs(images: pl.DataFrame) -> tuple[Rows, Rows]:
    """Rows of images that are of one source by their names and lie in two splits, first < second, in order.

    At most LIMIT pairs for each source and two splits, spread over its images. Sources that a person has
    declared are not among them: nothing has to be proved about those.
    """
    named = groups(images).filter(~pl.col("known_by").is_in(list(DECLARED)))
    pairs = sorted({pair for members in members_of(named) for pair in across(members)})
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def members_of(named: pl.DataFrame) -> Iterator[dict[str, list[int]]]:
    """The rows of each source that lies in several splits, by split; `named` is from `groups`."""
    torn = named.filter(pl.col("split").n_unique().over(KEY) > 1)
    sides = torn.group_by(KEY, "split", maintain_order=True).agg(ROW)
    found: dict[str, dict[str, list[int]]] = {}
    for key, split, rows in sides.iter_rows():
        found.setdefault(key, {})[split] = rows
    yield from found.values()


def across(members: dict[str, list[int]]) -> Iterator[tuple[int, int]]:
    """At most LIMIT pairs between each two splits, first < second."""
    for one, other in combinations(members.values(), 2):
        if len(one) * len(other) <= LIMIT:
            chosen = list(product(one, other))
        else:  # as many different images of each side as there can be
            chosen = [(one[at * 7 % len(one)], other[at * 5 % len(other)]) for at in range(LIMIT)]
        yield from {(min(pair), max(pair)) for pair in chosen}
