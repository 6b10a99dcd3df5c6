"""The same done with many arrays on all processors: numpy lets other threads work while it computes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import cpu_count
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def in_threads(make: Callable[[Given], Made], each: Iterable[Given]) -> Iterator[Made]:
    """What is made of each, in order; not many more are made than are taken."""
    threads = cpu_count()
    waiting: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for given in each:
                waiting.append(pool.submit(make, given))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
