"""Candidates by local features; those of the last search are kept, as long as the contents are the same."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import Signal
from holdfast.facts.scan import Scanner
from holdfast.features import similar
from holdfast.pairing.contents import Contents, Numbers
from holdfast.pairing.guesses import Guesses, closest

_SEARCH = -1
"""Where the cache keeps the search by features, beside those by hashes, which have a radius."""
_EACH = 7
"""Numbers of a pair: the features that agree, and its map."""

Key = NDArray[np.uint64]


def featured(contents: Contents, scanner: Scanner) -> Guesses:
    """The pairs that share enough features, the closest of each content, with their maps."""
    key = _key(contents)
    known = _last(key, scanner) if contents.asked is None else None
    first, second, figures = known or _searched(contents, scanner, key)
    kept = closest(first, second, -figures[:, 0].astype(np.int64), contents.split_numbers)
    return Guesses(Signal.FEATURES, first[kept], second[kept], figures[kept, 1:].reshape(-1, 2, 3))


def _searched(contents: Contents, scanner: Scanner, key: Key) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
    known = contents.table.filter(pl.col("hash").is_not_null())
    blobs = scanner.features(dict(known.select("sha256", "path").iter_rows()))
    every = [blobs.get(digest, b"") for digest in contents.table["sha256"]]
    found = similar(every, scanner.progress, contents.asked)
    figures = np.column_stack([found.score.astype(np.float64), found.transforms.reshape(-1, 6)])
    whole = found.complete and known["sha256"].is_in(list(blobs)).all()
    if contents.asked is None and whole:  # what was left out this time is looked at the next time
        ends = np.stack([found.first, found.second], axis=1).astype(np.uint64)
        scanner.cache.keep_search(_SEARCH, key, ends, np.ascontiguousarray(figures).view(np.uint64))
    return found.first, found.second, figures


def _last(key: Key, scanner: Scanner) -> tuple[Numbers, Numbers, NDArray[np.float64]] | None:
    """What the last search found, if it was of the same contents."""
    last = scanner.cache.search(_SEARCH)
    if last is None or not np.array_equal(last[0], key):
        return None
    first, second = last[1].astype(np.int64).reshape(-1, 2).T
    return first, second, last[2].view(np.float64).reshape(-1, _EACH)


def _key(contents: Contents) -> Key:
    """Of the contents, in order, and of which of them decode."""
    said = contents.table.select("sha256", decodes=pl.col("hash").is_not_null()).write_csv()
    return np.frombuffer(hashlib.sha256(said.encode()).digest(), np.uint64)
