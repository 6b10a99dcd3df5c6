"""From groups of relatives to a plan: deal them out, then name every file that moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    deal = deal_of(dataset, measures, movable, wish)
    targets = assign(deal)
    before = _places(dataset)
    after = before.copy()
    made: list[tuple[Acts, list[Moved]]] = []
    refused: list[Decision] = []
    with Tree(dataset.root) as tree:
        mover = Mover(dataset, tree)
        for done, (one, target) in enumerate(zip(movable, targets.tolist(), strict=True), 1):
            rows = [row for row in one.rows if before[row] != target]
            if rows:
                try:
                    made.append(_moved(mover, one, rows, before, target))
                    after[rows] = target
                except (Refused, OSError) as error:
                    refused.append(_refused(dataset, rows[0], one, error))
            tick(done, len(movable))
    return Resplit(
        tuple(acts for acts, _ in made),
        tuple(move for _, moves in made for move in moves),
        (*refused, *(_left(dataset, one) for one in left)),
        Numbers(measures, held(measures, before), held(measures, after), deal.wanted),
    )


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
