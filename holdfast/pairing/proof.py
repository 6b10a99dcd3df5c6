"""Proof of candidates: the full pictures are decoded and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from holdfast.dataset import PairKind, Signal
from holdfast.facts.scan import Look, Scanner
from holdfast.pairing.candidates import Candidates
from holdfast.pairing.contents import Contents, Pair, grouped
from holdfast.similarity.groups import components

Looks = Mapping[int, Look]
"""The full picture of a content that has been looked at and decodes."""


@dataclass(frozen=True, slots=True)
class Same:
    """How the pictures of two contents are the same: columns of PAIRS, and the map (2 x 3 numbers) from the
    first picture to the second."""

    kind: PairKind
    distance: int = 0
    correlation: float = 1.0
    transform: str = "none"
    differing: float = 0.0
    overlap: float = 1.0
    signal: str = Signal.DIGEST
    map: tuple[float, ...] = (1, 0, 0, 0, 1, 0)


def look_at(contents: Contents, candidates: Candidates, scanner: Scanner) -> dict[int, Look]:
    """The full pictures of the candidates; those that may be equal to another with their pixels digested.

    JPEGs that are decoded from the same data show the same picture: one of them is decoded, and none
    where there is nothing else to compare it with.
    """
    numbers = sorted({*candidates.first.tolist(), *candidates.second.tolist(), *candidates.equal})
    path_of: dict[str, str] = dict(contents.table[numbers].select("sha256", "path").iter_rows())
    digest_of: dict[int, str] = dict(zip(numbers, path_of, strict=True))
    equal = {digest_of[content] for content in candidates.equal}
    codes = scanner.codes({digest: path_of[digest] for digest in sorted(equal)})
    first: dict[str, str] = {codes[digest]: digest for digest in reversed(path_of) if digest in codes}
    shown = {number: first.get(codes.get(digest, ""), digest) for number, digest in digest_of.items()}
    ends = zip(candidates.first.tolist(), candidates.second.tolist(), strict=True)
    other = {shown[end] for pair in ends if shown[pair[0]] != shown[pair[1]] for end in pair}
    wanted = other | {shown[content] for content in candidates.shapeless}
    alone = {digest for digest, count in Counter(shown.values()).items() if count == 1}
    looks = scanner.looks({digest: path_of[digest] for digest in wanted}, equal & wanted & alone)
    if unsure := _unsure(looks.values()):
        looks |= scanner.looks({digest: path_of[digest] for digest in unsure}, unsure)
    return {
        number: _as_one(looks.get(shown[number]), digest, codes.get(digest))
        for number, digest in digest_of.items()
    }


def _unsure(looks: Iterable[Look]) -> set[str]:
    """Those whose pixels may equal another's and are not digested yet."""
    whole = [look for look in looks if look.fault is None]
    groups = grouped((look.fingerprint for look in whole), range(len(whole)))
    return {whole[place].sha256 for group in groups for place in group if whole[place].picture is None}


def _as_one(look: Look | None, digest: str, code: str | None) -> Look:
    """The look of a content whose picture was decoded from another with the same data, or not at all."""
    if look is None or (look.fault is not None and look.sha256 != digest):
        return Look(digest, picture=code)
    return look._replace(sha256=digest, picture=look.picture or code)


def equal_pictures(contents: Contents, pictures: Iterable[tuple[int, str]]) -> dict[Pair, Same]:
    """Pairs of contents whose pictures are equal in every pixel; `pictures` are contents with a digest of
    their pixels, or of what they are decoded from: one may have both, and be equal to others by either."""
    said = sorted(set(pictures))
    same = list(grouped((digest for _, digest in said), (content for content, _ in said)))
    edges = np.array([pair for group in same for pair in pairwise(group)], np.int64)
    first, second = edges.reshape(-1, 2).T
    least = components(first, second, contents.table.height)
    several = np.unique(edges)
    groups = grouped(least[several].tolist(), several.tolist())
    return {pair: Same(PairKind.PICTURE) for group in groups for pair in contents.pairs_of(group)}


def bits_between(looks: Looks, first: int, second: int) -> int:
    """Distance of two hashes; 65 where one picture cannot be decoded, or both are equal in every pixel."""
    one, other = looks.get(first), looks.get(second)
    if one is None or other is None or (one.picture is not None and one.picture == other.picture):
        return 65
    return (one.hash ^ other.hash).bit_count()
