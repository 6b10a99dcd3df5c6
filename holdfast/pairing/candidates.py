"""Pairs of contents that are worth a full decode, from what the cheap stage measured of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, combinations, islice, product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.facts.messages import THUMB_SIDE
from holdfast.facts.pool import processors
from holdfast.facts.scan import Scanner
from holdfast.pairing.contents import Contents, Numbers, grouped
from holdfast.similarity.hamming import pairs_within
from holdfast.similarity.proof import MIN_SPREAD, correlations
from holdfast.similarity.search import Effort

DRIFT = 4
"""Bits by which a pair of cheap hashes may lie further apart than that of the full pictures: measured on
public sets and generated ones, see docs/detection.md."""
MIN_LIKENESS = 0.8
"""Correlation of the 16 x 16 thumbnails below which the pictures cannot correlate enough: measured, too."""
LIMIT = 1_000_000
"""Candidates that are compared; what is beyond is reported as not compared."""

_USUAL = 8
"""Bits that are looked through for equal pictures when nobody asks for near ones: as many as by default."""
_AT_ONCE = 4_096
"""Pairs of thumbnails that are compared together."""

Hashes = NDArray[np.uint64]
Some = NDArray[np.bool_] | None
"""Which are asked for; None: all."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of contents (first < second). `equal` are contents whose pixels may be equal to another's,
    `shapeless` those of them that have no structure and are in no pair; `complete` is false where there
    were more than LIMIT pairs."""

    first: Numbers
    second: Numbers
    equal: frozenset[int]
    shapeless: frozenset[int]
    complete: bool

    def parts(self, pairs: int) -> Iterator[Candidates]:
        """The same, so many pairs at a time; what is shapeless comes with the first."""
        shapeless = self.shapeless
        for start in range(0, max(len(self.first), 1), pairs):
            first, second = self.first[start : start + pairs], self.second[start : start + pairs]
            equal = self.equal & (shapeless | {*first.tolist(), *second.tolist()})
            yield Candidates(first, second, equal, shapeless, self.complete)
            shapeless = frozenset()


def find_candidates(contents: Contents, distance: int | None, scanner: Scanner) -> Candidates:
    """Pairs whose hashes are within the distance, as far as the cheap hashes can tell, and whose
    thumbnails look alike; and what has no structure, by size. Without a distance those that may be equal."""
    table = contents.table.with_row_index("content").filter(pl.col("hash").is_not_null())
    structured = pl.col("spread").is_null() | (pl.col("spread") >= MIN_SPREAD)
    near = _near(table.filter(structured), distance, scanner, contents.asked)
    first, second, digests = near.first, near.second, contents.table["sha256"]
    greys = scanner.cache.thumbnails(digests.gather(np.union1d(first, second)).to_list())
    alike, same = _compared(first, second, digests, greys)
    alike |= near.certain  # nothing to be saved: what is decoded in full has been decoded
    flat = table.filter(~structured)
    alike_shapes = grouped(flat.select("width", "height").rows(), flat["content"])
    asked = contents.asked
    groups = (group for group in alike_shapes if asked is None or asked[group].any())
    shapeless = frozenset(chain.from_iterable(groups))
    equal = shapeless.union(first[same].tolist(), second[same].tolist())
    return Candidates(first[alike], second[alike], equal, shapeless, near.complete)


def _near(hashed: pl.DataFrame, distance: int | None, scanner: Scanner, asked: Some) -> _Near:
    """Pairs of contents within the distance, or near enough to be where a hash is not exact."""
    exact, hashes = hashed["exact"].to_numpy(), hashed["hash"].to_numpy()
    distance = _USUAL if distance is None else distance
    reach = distance if exact.all() else distance + DRIFT
    numbers = hashed["content"].to_numpy().astype(np.int64)
    values, member = np.unique(hashes, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(np.bincount(member, minlength=len(values)))])
    members = _Members(numbers[np.argsort(member, kind="stable")], starts)
    fresh = None if asked is None else np.isin(values, hashes[asked[numbers]])
    a, b, complete = _close_hashes(values, reach, scanner, fresh)
    first, second = _content_pairs(members, a, b, fresh).T
    places = np.searchsorted(numbers, first), np.searchsorted(numbers, second)
    bits = np.bitwise_count(hashes[places[0]] ^ hashes[places[1]])
    certain = exact[places[0]] & exact[places[1]]
    kept = (bits <= distance) | ~certain
    kept &= True if asked is None else asked[first] | asked[second]
    return _Near(first[kept], second[kept], certain[kept], complete and len(first) < LIMIT)


@dataclass(frozen=True, slots=True)
class _Near:
    """Pairs of contents; `certain` where both hashes are those of the full pictures."""

    first: Numbers
    second: Numbers
    certain: NDArray[np.bool_]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Members:
    """The contents of each distinct hash: those of hash v are `numbers[starts[v]:starts[v + 1]]`."""

    numbers: Numbers
    starts: Numbers

    def of(self, value: int) -> list[int]:
        found: list[int] = self.numbers[self.starts[value] : self.starts[value + 1]].tolist()
        return found


def _content_pairs(members: _Members, a: Numbers, b: Numbers, fresh: Some) -> NDArray[np.int64]:
    """All pairs of contents of equal hashes (of the fresh ones, where some are), and of the near hashes a
    and b; LIMIT of them at most.

    All: near is not transitive, so that no member can stand for the others before they are compared.
    """
    counts = np.diff(members.starts)
    alone = (counts[a] == 1) & (counts[b] == 1)
    ends = (members.numbers[members.starts[side[alone]]] for side in (a, b))
    simple = np.sort(np.stack(list(ends), axis=1), axis=1)
    several_of = (counts > 1) & (True if fresh is None else fresh)
    equal = (combinations(members.of(value), 2) for value in np.flatnonzero(several_of).tolist())
    several = zip(a[~alone].tolist(), b[~alone].tolist(), strict=True)
    near = (product(members.of(one), members.of(other)) for one, other in several)
    more = np.array(list(islice(chain.from_iterable(chain(equal, near)), LIMIT)), np.int64).reshape(-1, 2)
    found = np.concatenate([simple, np.sort(more, axis=1)])
    return found[np.lexsort((found[:, 1], found[:, 0]))][:LIMIT]


def _close_hashes(values: Hashes, reach: int, scanner: Scanner, fresh: Some) -> tuple[Numbers, Numbers, bool]:
    """Pairs of these distinct hashes (ascending) within reach; those of the last search are known. Where
    some are fresh, pairs with one of those, and no search is remembered."""
    none = np.empty(0, np.uint64)
    last = scanner.cache.search(reach) if fresh is None else None
    hashes, first, second = last or (none, none, none)
    known = np.isin(values, hashes, assume_unique=True) if fresh is None else ~fresh
    order = np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)])
    effort = Effort(processors(), partial(scanner.progress, "comparing hashes"))
    found = pairs_within(values[order], reach, known=int(known.sum()), effort=effort)
    scanner.progress("comparing hashes", len(values), len(values))
    scanner.counts.compared += found.compared
    kept = np.isin(first, values) & np.isin(second, values)
    a = np.concatenate([np.searchsorted(values, first[kept]), order[found.first]])
    b = np.concatenate([np.searchsorted(values, second[kept]), order[found.second]])
    if fresh is None and found.complete and not (known.all() and kept.all()):
        scanner.cache.keep_search(reach, values, values[a], values[b])
    return a, b, found.complete


def _compared(
    first: Numbers, second: Numbers, digests: pl.Series, greys: Mapping[str, bytes]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pairs have thumbnails that look alike, and which have equal ones. One without is given the
    benefit of the doubt, and so is one without structure."""
    alike, same = np.ones(len(first), np.bool_), np.zeros(len(first), np.bool_)
    names = digests.to_list()
    for start in range(0, len(first), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        pairs = [
            (greys.get(names[a]), greys.get(names[b])) for a, b in zip(first[part], second[part], strict=True)
        ]
        both = np.array([None not in pair for pair in pairs], np.bool_)
        ours, theirs = (
            np.frombuffer(b"".join(pair[side] or b"" for pair in pairs if None not in pair), np.uint8)
            .reshape(-1, THUMB_SIDE**2) for side in (0, 1)
        )  # fmt: skip
        likeness = correlations(ours, theirs)
        alike[part][both] = ~likeness.structured | (likeness.correlation >= MIN_LIKENESS)
        same[part] = [ours == theirs for ours, theirs in pairs]
    return alike, same
