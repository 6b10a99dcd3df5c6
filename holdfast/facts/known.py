"""Whether a content was measured before, asked of the cache by a worker: then it need not be decoded."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from urllib.parse import quote

from holdfast.facts.levels import Level
from holdfast.facts.seals import Values, is_whole
from holdfast.facts.statements import FACTS, MASK


def is_known(cache: str, digest: str, level: Level) -> bool:
    """Whether the cache in this file holds the facts of a content to at least this level. Never raises:
    what cannot be looked up is measured."""
    return _has(cache, "facts", f"{FACTS} (?)", (int(level), digest))


def is_known_mask(cache: str, digest: str) -> bool:
    """The same of the values of a mask."""
    return _has(cache, "masks", f"{MASK} (?)", (digest,))


def _has(cache: str, table: str, query: str, values: Values) -> bool:
    if not cache:
        return False
    try:
        row = _open(cache).execute(query, values).fetchone()
    except sqlite3.Error:
        return False
    return row is not None and is_whole(table, row)


@lru_cache(1)
def _open(cache: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(cache, errors='surrogateescape')}?mode=ro", uri=True, timeout=0.1)
