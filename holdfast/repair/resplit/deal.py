"""Deal groups out to splits: shares as wanted, with as few moves as possible.

Every group is in one split. What a split holds is measured: its images, and of each class its annotations,
each by collection. A measure may differ from what is wanted by its tolerance at no cost; beyond that it costs
the square of the rest, in tolerances:

    loss = sum over splits and measures of max(0, |held - wanted| / tolerance - 1) ** 2

An image that moves costs PRICE / images: little, so it decides between what is equally good and keeps things
where they are. First each group goes where most of its images are (of equals to test, then val: evaluation
does not shrink). Then groups move one at a time, best first, and two at a time where no single one helps,
until neither is worth it. That the rarest classes weigh most is the idea of iterative stratification
(Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-Label Data", 2011); unlike theirs this
starts from the split that there is.

Without a clock and without chance: the same data gives the same result, and a result dealt out again
stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRICE = 0.01
"""What moving all images would cost, in the unit of the loss."""

_TRIED = 24
"""First moves that are tried for a move of two groups."""
_WORTH = 0.02
"""Part of the loss that a move of two groups must take away: so their number is bounded."""
_DECAY = 0.5
"""A move that was worth more before others were made waits for the next look at all of them."""
_FREE = 0.1
"""Images that a move counts as at least."""
_NOTHING = 1e-12

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Deal:
    """What is to be dealt out, as numbers: groups 0 to G, splits 0 to S, measures 0 to M.

    `entries` says which group holds how much of which measure (rows of group, measure; amounts in
    `amounts`), in order of the groups. `present` are the images of each group in each split today (G, S),
    `allowed` where it may go (G, S; at least one each). `fixed` is what the splits hold besides, `wanted`
    all that they should hold (both S, M), `tolerance` the difference that is none (M, above 0).
    """

    entries: Integers
    amounts: Floats
    present: Integers
    allowed: NDArray[np.bool_]
    fixed: Floats
    wanted: Floats
    tolerance: Floats


def assign(deal: Deal) -> Integers:
    """The split of each group."""
    table = _Table(deal)
    while table.move_one_by_one() or table.move_two():
        pass
    return np.array(table.where, dtype=np.int64)


def loss(deal: Deal, where: Integers) -> float:
    """What an assignment costs, moves not counted."""
    held = deal.fixed.copy()
    groups, measures = deal.entries
    np.add.at(held, (where[groups], measures), deal.amounts)
    return float(np.sum(_cost(held, deal.wanted, deal.tolerance)))


def settled(deal: Deal) -> Integers:
    """Where most of each group lies, of the splits that it may go to; of equals the last one."""
    held = np.where(deal.allowed, deal.present, -1)
    splits = held.shape[1]
    return np.asarray(splits - 1 - np.argmax(held[:, ::-1], axis=1), dtype=np.int64)


def _cost(held: Floats, wanted: Floats, tolerance: Floats) -> Floats:
    return np.maximum(0.0, np.abs(held - wanted) / tolerance - 1.0) ** 2


class _Table:
    """Who is where while it is dealt."""

    def __init__(self, deal: Deal) -> None:
        self.deal = deal
        self.splits = range(deal.fixed.shape[0])
        self.groups, self.measures = deal.entries
        self.where: list[int] = settled(deal).tolist()
        self.held = deal.fixed.copy()
        np.add.at(self.held, (np.array(self.where, dtype=np.int64)[self.groups], self.measures), deal.amounts)
        sizes = deal.present.sum(axis=1, keepdims=True)
        self.price = PRICE / max(int(sizes.sum()), 1) * (sizes - deal.present)
        self.starts = np.searchsorted(self.groups, np.arange(len(self.where) + 1)).tolist()

    def move_one_by_one(self) -> bool:
        """Make the single moves that are worth it; whether there was one."""
        moved = False
        while candidates := self._candidates():
            for worth, group, split in candidates:
                now = self._gain(group, split)
                if now > _NOTHING and now >= _DECAY * worth:
                    self._move(group, split)
            moved = True
        return moved

    def move_two(self) -> bool:
        """Make the best move of two groups, if it is worth it."""
        present = float(np.sum(_cost(self.held, self.deal.wanted, self.deal.tolerance)))
        best = max(_WORTH * present, _NOTHING)
        moves: tuple[tuple[int, int], ...] = ()
        for group, split in self._least_bad():
            first, back = self._gain(group, split), self.where[group]
            self._move(group, split)
            gains = self._gains(priced=True)
            gains[group] = -np.inf
            other, target = divmod(int(np.argmax(gains)), len(self.splits))
            if first + gains[other, target] > best:
                best, moves = first + gains[other, target], ((group, split), (other, target))
            self._move(group, back)
        for group, split in moves:
            self._move(group, split)
        return bool(moves)

    def _candidates(self) -> list[tuple[float, int, int]]:
        """Moves that are worth it now, most gain an image first: what it gains, group, split."""
        gains = self._gains(priced=True)
        numbers = np.arange(len(gains))
        targets = np.argmax(gains, axis=1)
        worth = gains[numbers, targets]
        useful = np.flatnonzero(worth > _NOTHING)
        # a group that lies in several splits may change its mind at no cost
        images = self.deal.present[numbers, self.where] - self.deal.present[numbers, targets]
        order = useful[np.argsort(-worth[useful] / np.maximum(images[useful], _FREE), kind="stable")]
        return [(float(worth[group]), int(group), int(targets[group])) for group in order]

    def _least_bad(self) -> Sequence[tuple[int, int]]:
        """The single moves that do the least harm, one of each kind: of equal gain the first.

        Without the price, so that a second run tries the same.
        """
        gains = self._gains(priced=False).ravel()
        order = np.argsort(-gains, kind="stable")
        _, firsts = np.unique(-np.round(gains[order], 9), return_index=True)
        places = order[firsts[:_TRIED]]
        return [divmod(int(place), len(self.splits)) for place in places if gains[place] > -np.inf]

    def _gains(self, *, priced: bool) -> Floats:
        """What each group would gain in each split (G, S); -inf where it is or may not go."""
        deal, where = self.deal, np.array(self.where, dtype=np.int64)
        here, tolerance = where[self.groups], deal.tolerance[self.measures]
        gains = np.empty((len(where), len(self.splits)))

        def change(split: Integers | int, amounts: Floats) -> Floats:
            held, wanted = self.held[split, self.measures], deal.wanted[split, self.measures]
            return _cost(held + amounts, wanted, tolerance) - _cost(held, wanted, tolerance)

        leaving = change(here, -deal.amounts)
        for split in self.splits:
            total = leaving + change(split, deal.amounts)
            gains[:, split] = -np.bincount(self.groups, total, minlength=len(where))
        if priced:
            gains += self.price[np.arange(len(where)), where][:, None] - self.price
        gains[~deal.allowed] = -np.inf
        gains[np.arange(len(where)), where] = -np.inf
        return gains

    def _gain(self, group: int, split: int) -> float:
        """The same of one group in one split."""
        if split == self.where[group]:
            return 0.0
        part = slice(self.starts[group], self.starts[group + 1])
        measures, amounts = self.measures[part], self.deal.amounts[part]
        tolerance = self.deal.tolerance[measures]
        total = 0.0
        for place, change in ((self.where[group], -amounts), (split, amounts)):
            held, wanted = self.held[place, measures], self.deal.wanted[place, measures]
            total += np.sum(_cost(held, wanted, tolerance) - _cost(held + change, wanted, tolerance))
        return total + float(self.price[group, self.where[group]] - self.price[group, split])

    def _move(self, group: int, split: int) -> None:
        part = slice(self.starts[group], self.starts[group + 1])
        measures, amounts = self.measures[part], self.deal.amounts[part]
        self.held[self.where[group], measures] -= amounts
        self.held[split, measures] += amounts
        self.where[group] = split
