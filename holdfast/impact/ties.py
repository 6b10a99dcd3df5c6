"""Which images of val and test a leak ties to a split that is used before them, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import polars as pl

from holdfast.dataset import PairKind, Problem
from holdfast.finding import Finding, Severity
from holdfast.sources.naming import KEY, ROW, groups

LEAKS = {"split_leakage": "", "source_leakage": "same source", "sequence_leakage": "same sequence"}
"""Rules whose findings tie images of two splits, strongest first, and their kind; '' where each finding
has its own, a `PairKind`."""
BEFORE = {"val": ("train",), "test": ("train", "val")}
"""Splits that are used before an evaluation split: to train a model, to choose one."""

_NO_TIES = (PairKind.SCENE, Problem.NOT_COMPARED)
_KINDS = [*(kind for kind in PairKind if kind not in _NO_TIES), *filter(None, LEAKS.values())]
_SCHEMA = {"finding": pl.Int64(), "path": pl.String(), "kind": pl.String(), "rank": pl.Int64()}
_SCHEMA |= {"waived": pl.Boolean()}
_RANK = {str(kind): rank for rank, kind in enumerate(_KINDS)}


class _Row(NamedTuple):
    """One image of one finding."""

    finding: int
    path: str
    kind: str
    rank: int
    waived: bool


def ties_of(findings: Iterable[Finding], images: pl.DataFrame) -> pl.DataFrame:
    """A row for each image of val or test and each split that a leak ties it to: path, split, against, kind
    (the strongest), waived (every finding that ties them is).

    A finding ties all images that it names, whatever splits they lie in, and one of a source all images of
    that source in these splits: it names some of them only.
    """
    rows = pl.DataFrame(list(_rows(findings)), schema=_SCHEMA, orient="row")
    places = images.select("path", pl.col("split").cast(pl.String()))
    named = rows.join(places, on="path", maintain_order="left")
    placed = pl.concat([named, _of_source(named, images)]).unique(maintain_order=True)
    found = [
        placed.filter(pl.col("split") == split, (pl.col("split") == before).any().over("finding"))
        .with_columns(against=pl.lit(before))
        for split, befores in BEFORE.items() for before in befores
    ]  # fmt: skip
    strongest = pl.concat(found).sort("waived", "rank", maintain_order=True)
    ties = strongest.unique(["path", "against"], keep="first", maintain_order=True)
    return ties.select("path", "split", "against", "kind", "rank", "waived").sort("path", "against")


def no_ties() -> pl.DataFrame:
    """The table without a row."""
    return ties_of((), pl.DataFrame(schema={"path": pl.String(), "split": pl.String()}))


def _of_source(named: pl.DataFrame, images: pl.DataFrame) -> pl.DataFrame:
    """Rows for every image of the sources that these rows name, in the splits that a finding names."""
    rows = named.filter(pl.col("kind") == LEAKS["source_leakage"])
    if rows.is_empty() or "known_by" not in images.columns:
        return rows
    found = groups(images)
    members = found.select(KEY, "split", path=images["path"].gather(found[ROW]))
    sides = rows.join(members.select("path", KEY), on="path").drop("path").unique(maintain_order=True)
    return sides.join(members, on=[KEY, "split"], maintain_order="left").select(rows.columns)


def _rows(findings: Iterable[Finding]) -> Iterator[_Row]:
    """The images of each finding that ties any."""
    for number, finding in enumerate(findings):
        if finding.rule not in LEAKS or not finding.related or finding.kind in _NO_TIES:
            continue
        if finding.severity is Severity.INFO and finding.rule == "source_leakage":
            continue  # a name that covers unlike pictures
        kind = LEAKS[finding.rule] or finding.kind or "same picture"
        for path in {finding.path: None, **dict.fromkeys(finding.related)}:
            yield _Row(number, path, kind, _RANK.get(kind, len(_RANK)), finding.waived)
