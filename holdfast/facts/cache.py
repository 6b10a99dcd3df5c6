"""The cache of measured facts: one SQLite file in the user's cache folder.

What was measured is kept by the digest of the file's bytes, so that a copy, a fresh checkout or a
moved dataset is read and not decoded; the digest by the file's path and state (device, inode, size, times),
so that a file at rest is not even read (`holdfast.facts.states` says when). A library of another
version starts an empty cache. Every write is a transaction of its own: a run that is killed keeps
what it measured, and others may write between.
"""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.facts.levels import Level
from holdfast.facts.messages import Reply
from holdfast.facts.places import cache_file
from holdfast.facts.tables import (
    KEEP_FACTS,
    KEEP_FILES,
    MEASURED,
    SEARCH,
    SOUND,
    STAMPS,
    connect,
    frame,
    signed,
)
from holdfast.fault import Fault

_ASKED = 500
"""Digests a query: SQLite takes at least 999."""
_FACTS = ", ".join(MEASURED)

Values = tuple[Any, ...]
Statement = tuple[str, list[Values]]


class Cache:
    """An open cache of one dataset. `note` says in one line why nothing is kept, where that is so; what
    cannot be kept is remembered until the end of the run."""

    def __init__(self, file: Path, root: Path) -> None:
        self.note = ""
        self._file = file
        self._place = os.fsencode(os.path.realpath(root))
        self._spare: sqlite3.Connection | None = None
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._base = connect(file)
        except (OSError, sqlite3.Error) as error:
            self.note = f"cache not used: {file.parent}: {error}"
            self._base = connect(":memory:")
        self._root = self._number()

    def known(self, level: Level) -> pl.DataFrame:
        """All files of the dataset measured to at least this level: columns STAMPS and MEASURED."""
        stamps = ", ".join(f"files.{name}" for name in STAMPS)
        query = f"SELECT {stamps}, {_FACTS} FROM files JOIN facts ON fact = id WHERE root = ? AND level >= ?"  # noqa: S608 constants only
        return self._frame(query, (self._root, level), STAMPS | MEASURED)

    @property
    def file(self) -> str:
        """The file, for those who look contents up in it themselves; '' where nothing is kept."""
        return "" if self.note else os.fspath(self._file)

    def facts(self, digests: Iterable[str], level: Level) -> pl.DataFrame:
        """What is known of these contents, measured to at least this level: columns MEASURED."""
        query = f"SELECT {_FACTS} FROM facts WHERE level >= {int(level)} AND sha256 IN "  # noqa: S608 constants only
        parts = [self._frame(query + _marks(asked), asked, MEASURED) for asked in _parts(digests)]
        return pl.concat([pl.DataFrame(schema=MEASURED), *parts])

    def keep(self, level: Level, answers: Sequence[tuple[str, Reply]]) -> None:
        """Remember what a worker said of files, by path; what it could not read is not remembered."""
        facts: list[Values] = []
        files: list[Values] = []
        for path, reply in answers:
            if reply.stamp is None or reply.sha256 is None or reply.fault == Fault.NOT_CHECKED:
                continue
            files.append((self._root, path, *reply.stamp, reply.sha256))
            if reply.known:
                continue
            shape = (reply.fault, reply.detail, reply.format, reply.width, reply.height)
            thumbnail = None if reply.data is None else base64.b64decode(reply.data)
            hashed = (signed(reply.hash), reply.exact, reply.spread, thumbnail)
            facts.append((reply.sha256, reply.stamp.size, level, *shape, *hashed))
        self._write((KEEP_FACTS, facts), (KEEP_FILES, files))

    def thumbnails(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The grey thumbnails of these contents."""
        rows = self._select("facts", "thumbnail", digests)
        return {digest: grey for digest, grey in rows if grey is not None}

    def looks(self, digests: Iterable[str]) -> Iterator[tuple[str, int, int, str | None, bytes]]:
        """Of those that were looked at: digest, hash, fingerprint, digest of the pixels, grey picture."""
        for digest, value, fingerprint, picture, grey in self._select(
            "looks", "hash, fingerprint, picture, grey", digests
        ):
            yield digest, value % (1 << 64), fingerprint, picture, grey

    def keep_looks(self, rows: Iterable[tuple[str, int, int, str | None, bytes]]) -> None:
        """Remember looks, as `looks` gives them."""
        values = [(digest, signed(value), *rest) for digest, value, *rest in rows]
        self._write((_keep("looks", 5), values))

    def codes(self, digests: Iterable[str]) -> dict[str, str]:
        """What these JPEGs are decoded from, digested; '' for other formats."""
        return dict(self._select("codes", "code", digests))

    def keep_codes(self, rows: Iterable[tuple[str, str]]) -> None:
        """Remember codes by digest."""
        self._write((_keep("codes", 2), list(rows)))

    def previews(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The JPEGs that were drawn for a report."""
        return dict(self._select("previews", "jpeg", digests))

    def keep_previews(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Remember previews by digest."""
        self._write((_keep("previews", 2), list(rows)))

    def search(self, radius: int) -> tuple[NDArray[np.uint64], ...] | None:
        """The hashes of the dataset's last search with this radius, and the pairs of them that it found."""
        row = next(iter(self._rows(self._base, SEARCH, (self._root, radius))), None)
        return None if row is None else tuple(np.frombuffer(blob, np.uint64) for blob in row)

    def keep_search(self, radius: int, *arrays: NDArray[np.uint64]) -> None:
        """Remember a search, as `search` gives it."""
        blobs = (array.tobytes() for array in arrays)
        self._write((_keep("searches", 5), [(self._root, radius, *blobs)]))

    def close(self) -> None:
        """End; everything is written already."""
        self._base.close()
        if self._spare is not None:
            self._spare.close()

    def _number(self) -> int:
        """The number of the dataset in the cache."""
        self._write(("INSERT OR IGNORE INTO roots (path) VALUES (?)", [(self._place,)]))
        rows = self._rows(self._base, "SELECT id FROM roots WHERE path = ?", (self._place,))
        return int(rows[0][0]) if rows else 0

    def _select(self, table: str, columns: str, digests: Iterable[str]) -> Iterator[Values]:
        query = f"SELECT sha256, {columns} FROM {table} WHERE {SOUND[table]} AND sha256 IN "  # noqa: S608 constants only
        for asked in _parts(digests):
            for base in filter(None, (self._base, self._spare)):
                yield from self._rows(base, query + _marks(asked), asked)

    def _frame(self, query: str, values: Values, columns: dict[str, pl.DataType]) -> pl.DataFrame:
        try:
            return frame(self._base.execute(query, values), columns)
        except sqlite3.DatabaseError as error:
            self._not_read(error)
        except (TypeError, OverflowError, pl.exceptions.PolarsError):  # not what was written
            self._discard()
        return pl.DataFrame(schema=columns)

    def _rows(self, base: sqlite3.Connection, query: str, values: Values) -> list[Values]:
        try:
            return base.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            self._not_read(error)
        return []

    def _not_read(self, error: sqlite3.DatabaseError) -> None:
        if isinstance(error, sqlite3.OperationalError) and "decode" not in str(error):  # text that is none
            self.note = f"cache not read: {error}"
        else:
            self._discard()

    def _discard(self) -> None:
        """Start anew: the file is damaged below its surface, and what was in it is measured again."""
        self._base.close()
        try:
            self._file.unlink(missing_ok=True)
            self._base = connect(self._file)
        except (OSError, sqlite3.Error) as error:
            self.note = f"cache not used: {self._file.parent}: {error}"
            self._base = connect(":memory:")
        self._root = self._number()

    def _write(self, *statements: Statement) -> None:
        if self._spare is None:
            try:
                return _execute(self._base, statements)
            except sqlite3.Error as error:  # a full disk costs the cache, not the run
                self.note = self.note or f"cache not written: {error}"
                self._spare = connect(":memory:")
        _execute(self._spare, statements)


@contextmanager
def open_cache(root: Path, folder: Path | None) -> Iterator[Cache]:
    """The cache for a dataset, closed at the end. Raises UsageError for a folder inside the dataset."""
    with closing(Cache(cache_file(root, folder), root)) as cache:
        yield cache


def is_known(root: Path, file: Path) -> bool:
    """Whether the cache in this file has anything of a dataset. Never raises."""
    with suppress(OSError, sqlite3.Error):
        if file.exists():
            with closing(sqlite3.connect(file)) as base:
                place = os.fsencode(os.path.realpath(root))
                return bool(base.execute("SELECT 1 FROM roots WHERE path = ?", (place,)).fetchall())
    return False


def _execute(base: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    with base:
        for statement, rows in statements:
            base.executemany(statement, rows)


def _keep(table: str, columns: int) -> str:
    return f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 constants only


def _parts(digests: Iterable[str]) -> Iterator[Values]:
    asked = tuple(digests)
    return (asked[start : start + _ASKED] for start in range(0, len(asked), _ASKED))


def _marks(asked: Values) -> str:
    return f"({', '.join('?' * len(asked))})"
