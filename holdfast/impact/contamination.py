"""Which share of each evaluation split, and of each of its classes, leaks tie to a split used before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from holdfast.dataset import Dataset
from holdfast.finding import Finding
from holdfast.impact.ties import BEFORE, LEAKS, no_ties, ties_of


class KindCount(NamedTuple):
    """How many images are tied in this way; each counts for the strongest only."""

    kind: str
    images: int


class Contamination(NamedTuple):
    """An evaluation split against one that is used before it.

    `tied` of its `images` are contaminated; `waived` more would be, were their findings not waived. `rules`
    are those that looked.
    """

    split: str
    against: str
    images: int
    tied: int
    waived: int
    kinds: tuple[KindCount, ...]
    rules: tuple[str, ...]


class ClassShare(NamedTuple):
    """A class in an evaluation split: its images and its annotations there, and how many of either are
    tied."""

    split: str
    against: str
    name: str
    images: int
    tied: int
    annotations: int
    tied_annotations: int
    kinds: tuple[KindCount, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What leaks contaminate. `splits` has every pair of splits that a rule looked at, `classes` the classes
    of those that are contaminated, the most contaminated first, `ties` the images, a row each and for each
    split against which."""

    splits: tuple[Contamination, ...] = ()
    classes: tuple[ClassShare, ...] = ()
    ties: pl.DataFrame = field(default_factory=no_ties)


def impact_of(dataset: Dataset, findings: Iterable[Finding], ran: Iterable[tuple[str, str]]) -> Impact:
    """The impact of what was found; `ran` are the rules that ran to their end, each with its unit."""
    looked: dict[str, list[str]] = {}
    for rule, unit in ran:
        if rule in LEAKS:
            looked.setdefault(unit, []).append(rule)
    if not looked:
        return Impact()
    ties = ties_of(findings, dataset.images)
    splits = tuple(_splits(dataset.images, ties, looked))
    classes = [share for row in splits if row.tied for share in _classes(dataset, ties, row)]
    return Impact(splits, tuple(classes), ties)


def _splits(
    images: pl.DataFrame, ties: pl.DataFrame, looked: dict[str, list[str]]
) -> Iterator[Contamination]:
    for split, befores in BEFORE.items():
        for before in befores:
            rules = looked.get(f"{before}-{split}", [])
            if rules:
                total = images.filter(pl.col("split") == split).height
                mine = ties.filter(pl.col("split") == split, pl.col("against") == before)
                tied = mine.filter(~pl.col("waived"))
                yield Contamination(
                    split, before, total, tied.height, mine.height - tied.height, _kinds(tied), tuple(rules)
                )


def _kinds(tied: pl.DataFrame) -> tuple[KindCount, ...]:
    counted = tied.group_by("rank", "kind").agg(pl.col("path").n_unique()).sort("rank", "kind")
    return tuple(KindCount(kind, count) for kind, count in counted.select("kind", "path").iter_rows())


def class_names() -> pl.Expr:
    """What an annotation's class is called: its name, else its number."""
    return pl.coalesce(pl.col("class_name").cast(pl.String()), pl.col("class_id").cast(pl.String()))


def _classes(dataset: Dataset, ties: pl.DataFrame, row: Contamination) -> Iterator[ClassShare]:
    """The classes of a contaminated split, the most contaminated first."""
    mine = ties.filter(
        pl.col("split") == row.split, pl.col("against") == row.against, ~pl.col("waived")
    ).select("path", "rank", "kind")
    table = dataset.annotations.filter(pl.col("split") == row.split).select("image", name=class_names())
    table = table.drop_nulls().join(mine, left_on="image", right_on="path", how="left")
    tied = pl.col("kind").is_not_null()
    shares = table.group_by("name").agg(
        images=pl.col("image").n_unique(),
        tied=pl.col("image").filter(tied).n_unique(),
        annotations=pl.len(),
        tied_annotations=tied.sum(),
    )
    kinds = {
        name: _kinds(rows.rename({"image": "path"})) for (name,), rows in table.filter(tied).group_by("name")
    }
    ranked = shares.sort(pl.col("tied") / pl.col("images"), "images", "name", descending=[True, True, False])
    for share in ranked.iter_rows(named=True):
        yield ClassShare(row.split, row.against, **share, kinds=kinds.get(share["name"], ()))
