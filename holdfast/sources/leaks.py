"""Sources that lie in two splits, one by one, with what is known of each."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from holdfast.sources.naming import KEY, KnownBy, groups
from holdfast.sources.verdicts import SourceVerdict

RELATED = 50
"""Images of a source that a finding names."""
_HOW: dict[str, str] = {
    KnownBy.COLUMN: "as the column of [sources] says",
    KnownBy.PATTERN: "as a pattern of [sources] says",
    KnownBy.EXPORT: "as the names of exports say",
    KnownBy.PHONE: "as a phone names a picture and its edit",
    KnownBy.COPY: "as a copy or edited version is named",
}


class SourceLeak(NamedTuple):
    """A source in two splits. `paths` are its images, RELATED at most; the first two lie in different splits
    and are the pair that says most: proved (`kind`, a `PairKind`), else most alike. `images` are how many
    there are in each of the two splits, `pairs` were looked at, `proved` of them are the same shot,
    `likeness` is that of the others in the median."""

    name: str
    verdict: SourceVerdict
    known_by: str
    kind: str | None
    paths: tuple[str, ...]
    images: tuple[int, int]
    pairs: int
    proved: int
    likeness: float | None

    @property
    def how(self) -> str:
        """How the source is known, in words."""
        return _HOW[self.known_by]

    @property
    def seen(self) -> str:
        """What the pictures say, in words."""
        pairs = f"{self.pairs} pair{'s' * (self.pairs != 1)} of it"
        alike = "" if self.likeness is None else f", likeness {self.likeness:.2f}"
        if self.proved:
            return f"pixels confirm {self.proved} of {pairs}: {self.kind}"
        if self.verdict is SourceVerdict.ALIKE:
            return f"no pair is proved, but the pictures look alike{alike}"
        return f"pixels do not confirm it: none of {pairs} is proved{alike}"


def source_leaks(
    images: pl.DataFrame, relatives: pl.DataFrame, sides: tuple[str, str]
) -> Iterator[SourceLeak]:
    """The sources in the two splits, in path order; both tables are of these splits."""
    of_sources = relatives.filter(pl.col("known_by").is_in([str(how) for how in KnownBy]))
    named = groups(images)
    named = named.with_columns(path=images["path"].gather(named["row"])).sort("path")
    members = dict(named.group_by(KEY).agg(pl.struct("path", "split")).iter_rows())
    rows = of_sources.join(named.select("path", KEY), on="path").sort(
        pl.col("kind").is_null(), -pl.col("likeness").fill_null(-1), "path", "other"
    )
    for key, pairs in rows.partition_by(KEY, as_dict=True, maintain_order=True).items():
        yield _leak(pairs, members[key[0]], sides)


def _leak(pairs: pl.DataFrame, members: list[dict[str, str]], sides: tuple[str, str]) -> SourceLeak:
    best = pairs.row(0, named=True)
    pair = best["path"], best["other"]
    rest = [member["path"] for member in members if member["path"] not in pair]
    splits = [member["split"] for member in members]
    likeness = pairs.filter(pl.col("kind").is_null())["likeness"].drop_nulls().to_list()
    verdict = SourceVerdict(best["verdict"])
    return SourceLeak(
        best["name"], verdict, best["known_by"], best["kind"], (*pair, *rest)[:RELATED],
        (splits.count(sides[0]), splits.count(sides[1])), pairs.height, pairs["kind"].count(),
        statistics.median(likeness) if likeness else None,
    )  # fmt: skip
