"""Which files are as they were when they were measured."""

from __future__ import annotations

import os
from collections.abc import Sequence

import polars as pl

from holdfast.archives import member_state
from holdfast.facts.tables import STAMPS
from holdfast.files import NotRead
from holdfast.names import to_os

_GRAIN = 2_000_000_000
"""Nanoseconds: the coarsest clock of a common file system (FAT)."""
_MAX = (1 << 63) - 1
_STATE = ("device", "inode", "size", "modified", "changed")
_NOTHING = (0, 0, -1, 0, 0)


def states_of(root: str, paths: Sequence[str]) -> pl.DataFrame:
    """The state of each file now: columns path, device, inode, size, modified, changed; size -1 for one
    that is not there."""
    rows = [_state(os.path.join(root, to_os(path))) for path in paths]
    columns = dict(zip(_STATE, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    return pl.DataFrame({"path": paths} | columns, schema={name: STAMPS[name] for name in ("path", *_STATE)})


def unchanged(known: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """The rows of `known` (columns of STAMPS and more) whose files are still in the state they were read in.

    A file that was written within the clock's grain of its reading may have been written after it, too
    ("racily clean", https://git-scm.com/docs/racy-git): it does not count.
    """
    at_rest = pl.max_horizontal("modified", "changed") < pl.col("read") - _GRAIN
    return known.filter(at_rest).join(states, on=["path", *_STATE], how="semi")


def _state(path: str) -> tuple[int, int, int, int, int]:
    try:
        state = os.lstat(path)
    except NotADirectoryError:
        return _member(path)
    except OSError:
        return _NOTHING
    return _values(state)


def _member(path: str) -> tuple[int, int, int, int, int]:
    try:
        return _values(member_state(path))
    except NotRead:
        return _NOTHING


def _values(state: os.stat_result) -> tuple[int, int, int, int, int]:
    return state.st_dev & _MAX, state.st_ino & _MAX, state.st_size, state.st_mtime_ns, state.st_ctime_ns
