"""How right the pairs of a tool are, by the truth of `truth.py`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.truth_likenesses import LIKENESSES
from benchmarks.truth_plan import OPERATIONS

SCENE = "same scene"
"""What Holdfast calls pairs that are no copies."""

INDIRECT = "two of one picture"
Key = tuple[str, str]


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    @property
    def part(self) -> float:
        """The share; 1 of nothing."""
        return self.hits / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.part:.4f} ({self.hits} of {self.of})"


class Related(NamedTuple):
    """A pair that the truth lists; `row` is its operation or likeness, or the size of small pictures."""

    relation: str
    kind: str | None
    row: str
    direct: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """The related pairs, and the images that are likenesses or copies of them."""

    pairs: Mapping[Key, Related]
    likenesses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """What a tool found. Recall is of pairs of which one was made from the other, but for INDIRECT.

    `operations` and `kinds` are recalls of pictures above 100 pixels; the small ones have rows of their own.
    `held_back`: hard negatives that were not called copies; `by_likeness` has them one by one. In
    `hard_precision` are the pairs of likenesses and their copies that were called copies: those that are.
    `said`: the kinds by operation.
    """

    recall: Share
    main_kinds: Share
    precision: Share
    held_back: Share
    hard_precision: Share
    indirect: Share
    kinds: Mapping[str, Share]
    operations: Mapping[str, Share]
    by_likeness: Mapping[str, Share]
    said: Mapping[str, Mapping[str, int]]


MAIN_KINDS = ("re-encoded", "resized", "recoloured", "rotated/flipped")


def load(file: Path) -> Truth:
    """The truth of a set."""
    known = json.loads(file.read_text(encoding="utf-8"))
    images = {image["path"]: image for image in known["list"]}
    pairs = {}
    for pair in known["related"]:
        small = images[pair["path"]]["small"]
        row = f"{small} px" if small and pair["relation"] == "copy" else pair["operation"]
        row = row if pair["direct"] or pair["relation"] != "copy" else INDIRECT
        found = Related(pair["relation"], pair["kind"], row, pair["direct"])
        pairs[pair["path"], pair["other"]] = found
    return Truth(pairs, frozenset(path for path, image in images.items() if image["scene"] in LIKENESSES))


def score(truth: Truth, found: Mapping[Key, str | None]) -> Score:
    """How right these pairs are; the kind of a pair, where a tool says one, tells copies from scenes."""
    called = {pair for pair, kind in found.items() if kind != SCENE}
    copies = {pair: known for pair, known in truth.pairs.items() if known.relation == "copy"}
    direct = {pair: known for pair, known in copies.items() if known.direct}
    negatives = {pair: known for pair, known in truth.pairs.items() if known.relation != "copy"}
    large = {pair: known for pair, known in direct.items() if known.row in OPERATIONS}
    hard = {pair for pair in called if set(pair) <= truth.likenesses}
    kinds = {str(known.kind): None for known in large.values()}
    return Score(
        recall=_among(direct, called),
        main_kinds=_among((pair for pair, known in large.items() if known.kind in MAIN_KINDS), called),
        precision=Share(len(called & copies.keys()), len(called)),
        held_back=_outside(negatives, called),
        hard_precision=Share(len(hard & copies.keys()), len(hard)),
        indirect=_among((pair for pair, known in copies.items() if not known.direct), called),
        kinds={
            kind: _among((pair for pair, known in large.items() if known.kind == kind), called)
            for kind in kinds
        },
        operations={
            row: _among((pair for pair, known in direct.items() if known.row == row), called)
            for row in _rows(direct)
        },
        by_likeness={
            row: _outside((pair for pair, known in negatives.items() if known.row == row), called)
            for row in _rows(negatives)
        },
        said=_said(truth, found),
    )


def wrong(truth: Truth, found: Mapping[Key, str | None]) -> list[str]:
    """A line for each copy that is missed and for each pair that is called a copy and is none."""
    called = {pair for pair, kind in found.items() if kind != SCENE}
    lines = [
        f"missed\t{known.kind}\t{known.row}\t{found.get(pair) or 'nothing'}\t{pair[0]}\t{pair[1]}"
        for pair, known in truth.pairs.items()
        if known.relation == "copy" and known.direct and pair not in called
    ]
    for pair in sorted(called):
        known = truth.pairs.get(pair)
        if known is None or known.relation != "copy":
            what = known.row if known else "not related"
            lines.append(f"false\t{found[pair]}\t{what}\t\t{pair[0]}\t{pair[1]}")
    return sorted(lines)


def _rows(pairs: Mapping[Key, Related]) -> list[str]:
    order = {name: number for number, name in enumerate((*OPERATIONS, *LIKENESSES))}
    return sorted({known.row for known in pairs.values()}, key=lambda row: (order.get(row, len(order)), row))


def _among(pairs: Iterable[Key], called: set[Key]) -> Share:
    own = set(pairs)
    return Share(len(own & called), len(own))


def _outside(pairs: Iterable[Key], called: set[Key]) -> Share:
    own = set(pairs)
    return Share(len(own - called), len(own))


def _said(truth: Truth, found: Mapping[Key, str | None]) -> dict[str, dict[str, int]]:
    """How often each kind was said of the pairs of each row; nothing for tools that say none."""
    counts: dict[str, Counter[str]] = {}
    for pair, known in truth.pairs.items():
        if kind := found.get(pair):
            counts.setdefault(known.row, Counter())[kind] += 1
    return {row: dict(counter.most_common()) for row, counter in sorted(counts.items())}
