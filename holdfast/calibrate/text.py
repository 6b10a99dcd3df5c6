"""What was calibrated, as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from holdfast.calibrate.proposal import Proposal
from holdfast.calibrate.tally import Row, kinds_of
from holdfast.dataset import Signal

FARTHEST = 16
"""The distance that is looked at where there are not too many candidates."""
RULES = ("near_duplicate", "split_leakage")
_HEAD = (
    "found by",
    "distance",
    "candidates",
    "proved",
    "copies",
    "only here",
    "same scene",
    "not the same",
    "seconds",
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that was measured: images, seconds of a first scan (estimated from some of them), seed and size of
    the samples, the largest distance that was looked at, and what the signals found."""

    images: int
    scan: float
    seed: int
    most: int
    farthest: int
    rows: tuple[Row, ...]
    kinds: tuple[str | None, ...]
    proposal: Proposal
    complete: bool

    @property
    def is_sampled(self) -> bool:
        """Whether some candidates were left out."""
        return any(row.sampled < row.candidates for row in self.rows)


def as_lines(found: Calibration) -> Iterator[str]:
    """A table of what there are candidates of, what it means, and what to write into holdfast.toml."""
    yield from _table(found.rows)
    if found.is_sampled:
        yield (
            f"at most {found.most} candidates of a row were proved (drawn with seed {found.seed}); "
            "seconds are those of all"
        )
    if not found.complete:
        yield f"there are more candidates at distance {found.farthest} than can be counted: it is too much"
    elif found.farthest < FARTHEST:
        yield f"distances over {found.farthest} were not looked at: they have too many candidates"
    if kinds := kinds_of(found.kinds):
        yield "kinds: " + ", ".join(f"{count} {kind}" for kind, count in kinds)
    yield ""
    yield from _reasons(found)
    yield ""
    for rule in RULES:
        yield f"[rules.{rule}]"
        yield f"distance = {found.proposal.distance}"
        for signal in _useless(found.rows):
            yield f"# {signal} = false   # found no copy here"


def as_json(found: Calibration) -> str:
    """The same figures as one JSON object; ASCII."""
    rows = [asdict(row) | {"expected": round(row.expected, 1)} for row in found.rows]
    data = asdict(found) | {"rows": rows, "kinds": dict(kinds_of(found.kinds))}
    return json.dumps(data, indent=1)


def _table(rows: Sequence[Row]) -> Iterator[str]:
    cells = [_HEAD, *(_cells(row) for row in rows if row.candidates)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    for row in cells:
        yield "  ".join([f"{row[0]:<{widths[0]}}", *(f"{text:>{width}}" for text, width in
                                                    zip(row[1:], widths[1:], strict=True))])  # fmt: skip


def _cells(row: Row) -> tuple[str, ...]:
    distance = "" if row.distance is None else str(row.distance)
    counts = (row.candidates, row.sampled, row.copies, row.alone, row.scenes, row.unlike)
    return (str(row.signal), distance, *(f"{count:,}" for count in counts), f"{row.seconds:.1f}")


def _reasons(found: Calibration) -> Iterator[str]:
    best = found.proposal
    near = (row for row in found.rows if row.distance is not None and row.distance <= best.distance)
    about = "about " if any(row.sampled < row.candidates for row in near) else ""
    yield (
        f"proposal: distance {best.distance}, the largest at which a copy was proved: {about}"
        f"{best.copies:.0f} pairs of copies up to it, {best.seconds:.1f} s of proof beside "
        f"{found.scan:.1f} s of a first scan"
    )
    alone = sum(row.alone for row in found.rows if row.signal is Signal.PHASH)
    yield f"copies that the perceptual hash finds and no other signal does: {alone}, at any distance"
    if best.dear is not None:
        yield f"from distance {best.dear} on the proof takes longer than {best.allowed:.0f} s, held bearable"


def _useless(rows: Sequence[Row]) -> list[Signal]:
    """Signals beyond the hash that found no copy at all, though there were candidates."""
    others = (row for row in rows if row.signal in (Signal.ORIENTATIONS, Signal.FEATURES))
    return [row.signal for row in others if row.candidates and not row.copies]
