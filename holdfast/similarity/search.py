"""All close pairs of distinct hashes: shares the work out, finds each pair once, and stops at a limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from holdfast.similarity.bands import CELLS, Band, masks
from holdfast.similarity.table import Asked, Batch, Hashes, Indices, Table, looked_up, row_pairs, table

_ROWS = 64
"""Hashes that are compared with all others in one task."""
_AHEAD = 4
"""Tasks for each thread that are begun before the oldest is done: some take longer than others."""

Task = Callable[[], Batch]
Progress = Callable[[int, int], None]
"""Called with about how many hashes have been compared with all others, and how many there are."""


def quiet(done: int, total: int) -> None:
    """Progress that nobody sees."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How a search runs: on so many threads, and whom it tells how far it is."""

    threads: int = 2
    progress: Progress = quiet


USUAL = Effort()


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: pairs within a radius, one of each `asked` (None: all are), up to a limit."""

    values: Hashes
    radius: int
    asked: Asked
    limit: int

    def found(self, bands: Sequence[Band], effort: Effort) -> Batch:
        """The pairs of indices; more than the limit where it stopped there. The same whatever the effort."""
        with ThreadPoolExecutor(effort.threads) as pool:
            tasks = self._band_tasks(bands, pool, effort) if bands else self._block_tasks(effort)
            return gathered(_in_order(pool, tasks, _AHEAD * effort.threads), self.limit)

    def _block_tasks(self, effort: Effort) -> Iterator[Task]:
        positions = np.arange(len(self.values)) if self.asked is None else np.flatnonzero(self.asked)
        for start in range(0, len(positions), _ROWS):
            effort.progress(start, len(positions))
            rows = positions[start : start + _ROWS]
            yield partial(self._gathered, partial(self._block_pairs, rows))

    def _block_pairs(self, rows: Indices) -> Iterator[Batch]:
        """Close pairs of these hashes and any other, found once as in `looked_up`."""
        step = CELLS // _ROWS
        stop = len(self.values) if self.asked is not None else int(rows[-1])
        for start in range(0, stop, step):
            others = self.values[start : min(start + step, stop)]
            bits = np.bitwise_count(self.values[rows][:, None] ^ others)
            if bits.min() <= self.radius:
                row, column = np.nonzero(bits <= self.radius)
                first, second = rows[row], start + column
                once = second < first if self.asked is None else ~self.asked[second] | (second < first)
                yield Batch(first[once], second[once], bits.size)
            else:
                yield Batch(row := np.empty(0, np.int64), row, bits.size)

    def _band_tasks(self, bands: Sequence[Band], pool: ThreadPoolExecutor, effort: Effort) -> Iterator[Task]:
        following = pool.submit(table, self.values, bands[0], self.asked)
        for number in range(len(bands)):
            effort.progress(len(self.values) * number // len(bands), len(self.values))
            held = following.result()
            if number + 1 < len(bands):  # made beside the work on this one
                following = pool.submit(table, self.values, bands[number + 1], self.asked)
            settle = partial(_settled, held, bands[:number])
            for row in range(len(held.places)):
                yield partial(self._gathered, partial(row_pairs, held, row, self.radius), settle)
            rest = np.flatnonzero(held.asked)
            step = max(1, CELLS // len(masks(held.band.width, held.band.flips)))
            for start in range(0, len(rest), step):
                positions = rest[start : start + step]
                yield partial(self._gathered, partial(looked_up, held, positions, self.radius), settle)

    def _gathered(
        self, batches: Callable[[], Iterator[Batch]], settle: Callable[[Batch], Batch] | None = None
    ) -> Batch:
        return gathered(map(settle, batches()) if settle else batches(), self.limit)


def gathered(batches: Iterable[Batch], limit: int) -> Batch:
    """The batches as one, as far as the first that passes the limit."""
    kept: list[Batch] = []
    count = 0
    for batch in batches:
        kept.append(batch)
        count += len(batch.first)
        if count > limit:
            break
    none = np.empty(0, np.int64)
    return Batch(
        np.concatenate([none, *(batch.first for batch in kept)]),
        np.concatenate([none, *(batch.second for batch in kept)]),
        sum(batch.compared for batch in kept),
    )


def _settled(held: Table, earlier: Sequence[Band], batch: Batch) -> Batch:
    """The batch in indices instead of positions, without the pairs that an earlier band has found."""
    differing = held.values[batch.first] ^ held.values[batch.second]
    new = np.ones(len(differing), np.bool_)
    for band in earlier:
        new &= np.bitwise_count(band.keys(differing)) > band.flips
    return Batch(held.order[batch.first[new]], held.order[batch.second[new]], batch.compared)


def _in_order(pool: ThreadPoolExecutor, tasks: Iterator[Task], ahead: int) -> Iterator[Batch]:
    """Results in the order of the tasks, with few of them waiting: their results are what takes memory."""
    waiting: deque[Future[Batch]] = deque()
    for task in tasks:
        waiting.append(pool.submit(task))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
