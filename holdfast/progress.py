"""How much of something long is done, for a line that people watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def quiet(what: str, done: int, total: int) -> None:
    """Progress that nobody sees."""


_shown: ContextVar[Progress] = ContextVar("progress of reading", default=quiet)


@contextmanager
def showing(progress: Progress) -> Iterator[None]:
    """Whatever is read inside says here how far it is."""
    token = _shown.set(progress)
    try:
        yield
    finally:
        _shown.reset(token)


def report(what: str, done: int, total: int) -> None:
    """Say how far a reader is."""
    _shown.get()(what, done, total)
