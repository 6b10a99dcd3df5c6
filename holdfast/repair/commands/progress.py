"""A line on stderr every two seconds, for work that takes longer."""

from __future__ import annotations

import sys
import time

EVERY = 2.0
"""Seconds between two lines."""


class Progress:
    """Tells how far some work is; silent when it is quick. Call it with done and total."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = time.monotonic() + EVERY

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            sys.stderr.write(f"{self._what}: {done} of {total}\n")
            sys.stderr.flush()
