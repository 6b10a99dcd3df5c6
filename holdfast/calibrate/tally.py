"""What came of candidates: how many there are at each distance, and what the proof says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.dataset import COPIES, PairKind, Signal


@dataclass(frozen=True, slots=True)
class Found:
    """What was proved of one candidate: its kind (None: nothing), and whether no other signal finds it."""

    kind: str | None
    alone: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The candidates of one signal, at one distance where the signal has distances (pHash), else None.

    `sampled` of them were proved; `copies`, `scenes` and `unlike` are how many of those were what, `alone`
    how many of the copies no other signal finds. `seconds` is what the proof of all of them takes, the full
    decode of pictures that no row before needs included.
    """

    signal: Signal
    distance: int | None
    candidates: int
    sampled: int
    copies: int
    alone: int
    scenes: int
    unlike: int
    seconds: float

    @property
    def expected(self) -> float:
        """Copies among all of the candidates, as the sample says."""
        return self.candidates * self.copies / self.sampled if self.sampled else 0.0


def row_of(
    signal: Signal, distance: int | None, candidates: int, found: Sequence[Found], seconds: float
) -> Row:
    """The row of so many candidates, from what was proved of some."""
    counts = Counter(one.kind for one in found)
    copies = [one for one in found if one.kind in COPIES]
    alone = sum(one.alone for one in copies)
    scenes, unlike = counts[PairKind.SCENE], counts[None]
    return Row(
        signal, distance, candidates, len(found), len(copies), alone, scenes, unlike, round(seconds, 3)
    )


def kinds_of(kinds: Iterable[str | None]) -> list[tuple[str, int]]:
    """How often each kind was proved, in the order of PairKind."""
    counts = Counter(kinds)
    return [(str(kind), counts[kind]) for kind in PairKind if counts[kind]]
