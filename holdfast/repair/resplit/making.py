"""From groups of relatives to a plan: deal them out, then name every file that moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from holdfast.dataset import Dataset
from holdfast.finding import Finding
from holdfast.names import display
from holdfast.repair.planning.outcome import Decision, Outcome
from holdfast.repair.plans.plan import Group as Acts
from holdfast.repair.resplit.deal import Floats, Integers, assign
from holdfast.repair.resplit.groups import Group
from holdfast.repair.resplit.kin import SPLITS, Left, Movable, Wish, sort_out_all
from holdfast.repair.resplit.moving import RULE, Moved, Mover
from holdfast.repair.resplit.wanted import Measures, deal_of, held, measures_of
from holdfast.repair.runs.fit import Tick
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree

_DEALS = 8
"""Times at most that groups are dealt out around those that are refused."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the splits hold of each measure before and after, and what they should hold (splits, measures)."""

    measures: Measures
    before: Floats
    after: Floats
    wanted: Floats


@dataclass(frozen=True, slots=True)
class Resplit:
    """Groups of acts, their image moves, what has to be left or was refused, and the figures."""

    groups: tuple[Acts, ...]
    moves: tuple[Moved, ...]
    decisions: tuple[Decision, ...]
    numbers: Numbers


def resplit(dataset: Dataset, groups: Sequence[Group], wish: Wish, tick: Tick) -> Resplit:
    """The new split of a dataset. Reads the files that move, changes nothing. Raises UsageError for a wish
    that does not fit the dataset."""
    movable, left = sort_out_all(dataset, groups, wish)
    measures = measures_of(dataset)
    before = _places(dataset)
    refused: dict[tuple[int, ...], Decision] = {}
    possible: dict[tuple[int, ...], int] = {}
    for _ in range(_DEALS):  # what is refused stays where it is: the others are dealt out around it
        deal = deal_of(dataset, measures, movable, wish)
        dealt = _named(dataset, movable, assign(deal), before, tick)
        possible |= dealt.moved
        refused |= {rows: why for rows, why in dealt.refused.items() if rows not in possible}
        if not dealt.refused:
            break
        movable = list(_around(movable, dealt, possible))
    return Resplit(
        tuple(acts for acts, _ in dealt.made),
        tuple(move for _, moves in dealt.made for move in moves),
        (*refused.values(), *(_left(dataset, one) for one in left)),
        Numbers(measures, held(measures, before), held(measures, dealt.after), deal.wanted),
    )


@dataclass(frozen=True, slots=True)
class _Dealt:
    """What became of groups: acts with their moves, the split of each image then, and by the rows of a group
    where it moved and why others do not."""

    made: list[tuple[Acts, list[Moved]]]
    after: Integers
    moved: dict[tuple[int, ...], int]
    refused: dict[tuple[int, ...], Decision]


def _named(
    dataset: Dataset, movable: Sequence[Movable], targets: Integers, before: Integers, tick: Tick
) -> _Dealt:
    dealt = _Dealt([], before.copy(), {}, {})
    with Tree(dataset.root) as tree:
        mover = Mover(dataset, tree)
        for done, (one, target) in enumerate(zip(movable, targets.tolist(), strict=True), 1):
            rows = [row for row in one.rows if before[row] != target]
            if rows:
                try:
                    dealt.made.append(_moved(mover, one, rows, before, target))
                    dealt.after[rows] = target
                    dealt.moved[one.rows] = target
                except (Refused, OSError) as error:
                    dealt.refused[one.rows] = _refused(dataset, rows[0], one, error)
            tick(done, len(movable))
    return dealt


def _around(
    movable: Sequence[Movable], dealt: _Dealt, possible: Mapping[tuple[int, ...], int]
) -> Iterator[Movable]:
    """What may move without the groups that are refused; one that could go elsewhere before goes there."""
    for one in movable:
        if one.rows not in dealt.refused:
            yield one
        elif one.rows in possible:
            target = possible[one.rows]
            yield replace(one, allowed=tuple(split == target for split in range(len(SPLITS))))


def _moved(
    mover: Mover, one: Movable, rows: Sequence[int], place: Integers, target: int
) -> tuple[Acts, list[Moved]]:
    paths = [mover.dataset.images["path"][row] for row in rows]
    moves = [mover.move(path, SPLITS[target]) for path in paths]
    return mover.group(moves, _why(one, place, target)), moves


def _why(one: Movable, place: Integers, target: int) -> str:
    splits = sorted({int(place[row]) for row in one.group.rows})
    if len(splits) == 1:
        return f"to {SPLITS[target]}, for the shares"
    names = ", ".join(SPLITS[split] for split in splits)
    return f"to {SPLITS[target]}, with its group ({', '.join(one.group.ties)}), which lies in {names}"


def _refused(dataset: Dataset, row: int, one: Movable, error: Refused | OSError) -> Decision:
    reason = str(error) if isinstance(error, Refused) else f"cannot be read: {error.strerror}"
    of = f" (its group of {len(one.rows)} images stays)" if len(one.rows) > 1 else ""
    return Decision(_finding(dataset, row), None, Outcome.REFUSED, reason + of)


def _left(dataset: Dataset, one: Left) -> Decision:
    other = display(dataset.images["path"][one.other])
    split = dataset.images["split"][one.other]
    return Decision(
        _finding(dataset, one.row, one.other),
        None,
        Outcome.REFUSED,
        f"leaks into {split}, {one.why}, with {other}: take one of them out "
        "(`plan --rule split_leakage` where the pictures are copies)",
    )


def _finding(dataset: Dataset, row: int, *related: int) -> Finding:
    paths = dataset.images["path"]
    return Finding(paths[row], "", rule=RULE, related=tuple(paths[other] for other in related))


def _places(dataset: Dataset) -> Integers:
    return np.array([SPLITS.index(split) for split in dataset.images["split"]], dtype=np.int64)
