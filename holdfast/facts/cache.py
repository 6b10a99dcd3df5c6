"""The cache of measured facts: one SQLite file in the user's cache folder.

What was measured is kept by the digest of the file's bytes, so that a copy, a fresh checkout or a
moved dataset is read and not decoded; the digest by the file's path and state (device, inode, size, times),
so that a file at rest is not even read (`holdfast.facts.states` says when). A library of another
version starts an empty cache. Every write is a transaction of its own: a run that is killed keeps
what it measured, and others may write between. Every row is sealed: what rots in the file is not known.
"""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.facts.figures import from_text
from holdfast.facts.levels import Level
from holdfast.facts.messages import Mask, Reply, Stamp
from holdfast.facts.places import MOST, cache_file, next_file, number_of
from holdfast.facts.seals import Values, is_whole, sealed
from holdfast.facts.statements import FACTS, KEEP, KEEP_FACTS, KEEP_FILES, KNOWN, MASK, SEARCH, THUMBNAILS
from holdfast.facts.tables import (
    MEASURED,
    STAMP,
    connect,
    facts_frame,
    is_damage,
    known_frame,
    signed,
)
from holdfast.fault import Fault

_ASKED = 500
"""Digests a query: SQLite takes at least 999."""
_FIND = "SELECT * FROM {} WHERE sha256 IN "

Statement = tuple[str, list[Values]]


class Cache:
    """An open cache of one dataset. `note` says in one line why nothing is kept, where that is so; what
    cannot be kept is remembered until the end of the run."""

    def __init__(self, file: Path, root: Path) -> None:
        self.note = ""
        self._root = number_of(root)
        self._spare: sqlite3.Connection | None = None
        self._open(file)

    def known(self, level: Level) -> pl.DataFrame:
        """All files of the dataset measured to at least this level: columns STAMPS and MEASURED."""
        found = self._frame(known_frame, KNOWN, (self._root, level))
        once = found["path"].n_unique() == found.height  # not so where a page is counted twice
        return found if once else found.unique("path", maintain_order=True)

    @property
    def file(self) -> str:
        """The file, for those who look contents up in it themselves; '' where nothing is kept."""
        return "" if self.note else os.fspath(self._file)

    def facts(self, digests: Iterable[str], level: Level) -> pl.DataFrame:
        """What is known of these contents, measured to at least this level: columns MEASURED."""
        asked = [(int(level), *part) for part in _parts(digests)]
        parts = [self._frame(facts_frame, FACTS + _marks(part[1:]), part) for part in asked]
        return pl.concat([pl.DataFrame(schema=MEASURED), *parts]).unique("sha256", maintain_order=True)

    def keep(self, level: Level, answers: Sequence[tuple[str, Reply]]) -> None:
        """Remember what a worker said of files, by path; what it could not read is not remembered."""
        facts: list[Values] = []
        files: list[Values] = []
        for path, reply in answers:
            if reply.stamp is None or reply.sha256 is None or reply.fault == Fault.NOT_CHECKED:
                continue
            files.append(_file(self._root, path, reply.stamp, reply.sha256))
            if not reply.known:
                facts.append(_fact(level, reply, reply.sha256))
        self._write((KEEP_FACTS, facts), (KEEP_FILES, files))

    def thumbnails(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The grey thumbnails of these contents."""
        return dict(self._select("thumbnails", THUMBNAILS, digests))

    def looks(self, digests: Iterable[str]) -> Iterator[tuple[str, int, int, str | None, bytes]]:
        """Of those that were looked at: digest, hash, fingerprint, digest of the pixels, grey picture."""
        for digest, value, *rest in self._select("looks", _FIND.format("looks"), digests):
            yield digest, value % (1 << 64), *rest

    def keep_looks(self, rows: Iterable[tuple[str, int, int, str | None, bytes]]) -> None:
        """Remember looks, as `looks` gives them."""
        self._keep("looks", [(digest, signed(value), *rest) for digest, value, *rest in rows])

    def codes(self, digests: Iterable[str]) -> dict[str, str]:
        """What these JPEGs are decoded from, digested; '' for other formats."""
        return dict(self._select("codes", _FIND.format("codes"), digests))

    def keep_codes(self, rows: Iterable[tuple[str, str]]) -> None:
        """Remember codes by digest."""
        self._keep("codes", rows)

    def masks(self, digests: Iterable[str]) -> dict[str, Mask]:
        """What these masks hold, by digest."""
        return {digest: Mask(*rest) for digest, *rest in self._select("masks", MASK, digests)}

    def keep_masks(self, rows: Iterable[tuple[str, Mask]]) -> None:
        """Remember masks by digest."""
        self._keep("masks", ((digest, *mask) for digest, mask in rows))

    def previews(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The JPEGs that were drawn for a report."""
        return dict(self._select("previews", _FIND.format("previews"), digests))

    def keep_previews(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Remember previews by digest."""
        self._keep("previews", rows)

    def search(self, radius: int) -> tuple[NDArray[np.uint64], ...] | None:
        """The hashes of the dataset's last search with this radius, and the pairs of them that it found."""
        for row in self._rows(self._base, SEARCH, (self._root, radius)):
            if is_whole("searches", row):
                return tuple(np.frombuffer(blob, np.uint64) for blob in row[2:-1])
        return None

    def keep_search(self, radius: int, *arrays: NDArray[np.uint64]) -> None:
        """Remember a search, as `search` gives it."""
        self._keep("searches", [(self._root, radius, *(array.tobytes() for array in arrays))])

    def close(self) -> None:
        """End; everything is written already."""
        self._base.close()
        if self._spare is not None:
            self._spare.close()

    def _open(self, file: Path | None) -> None:
        """Open this file or, where it is damaged, the next; what was in it is measured again."""
        reason = f"{MOST} damaged files; forget them with: holdfast cache clear"
        while file is not None:
            self._file = file
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                self._base = connect(file)
                return
            except (OSError, sqlite3.Error) as error:
                damaged = isinstance(error, sqlite3.Error) and is_damage(error)
                file, reason = (next_file(file), reason) if damaged else (None, str(error))
        self.note = f"cache not used: {self._file.parent}: {reason}"
        self._base = connect(":memory:")

    def _select(self, table: str, query: str, digests: Iterable[str]) -> Iterator[Values]:
        """The whole rows of these contents, without their seals."""
        for asked in _parts(digests):
            for base in filter(None, (self._base, self._spare)):
                rows = self._rows(base, query + _marks(asked), asked)
                yield from (row[:-1] for row in rows if is_whole(table, row))

    def _frame(
        self, read: Callable[[sqlite3.Cursor], pl.DataFrame], query: str, values: Values
    ) -> pl.DataFrame:
        try:
            return read(self._base.execute(query, values))
        except sqlite3.DatabaseError as error:
            self._not_read(error)
        return read(connect(":memory:").execute(query, values))  # no rows

    def _rows(self, base: sqlite3.Connection, query: str, values: Values) -> list[Values]:
        try:
            return base.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            self._not_read(error)
        return []

    def _not_read(self, error: sqlite3.DatabaseError) -> None:
        if is_damage(error):
            self._go_on()
        else:
            self.note = f"cache not read: {error}"

    def _go_on(self) -> None:
        self._base.close()
        self._open(next_file(self._file))

    def _keep(self, table: str, rows: Iterable[Values]) -> None:
        values = [sealed(table, *row) for row in rows]
        if values:
            self._write((KEEP.format(table, _marks(values[0])), values))

    def _write(self, *statements: Statement) -> None:
        if self._spare is None:
            try:
                return _execute(self._base, statements)
            except sqlite3.Error as error:  # a full disk costs the cache, not the run
                if is_damage(error):
                    self._go_on()
                    return self._write(*statements)
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
                query = "SELECT 1 FROM files WHERE root = ? LIMIT 1"
                return bool(base.execute(query, (number_of(root),)).fetchall())
    return False


def _execute(base: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    with base:
        for statement, rows in statements:
            base.executemany(statement, rows)


def _file(root: int, path: str, stamp: Stamp, digest: str) -> Values:
    """Values for KEEP_FILES."""
    _, state, _, crc = sealed("files", path, STAMP.pack(*stamp), digest)
    return root, path, state, crc, digest


def _fact(level: Level, reply: Reply, digest: str) -> Values:
    """Values for KEEP_FACTS."""
    shape = (reply.fault, reply.detail, reply.format, reply.width, reply.height)
    hashed = (signed(reply.hash), int(reply.exact), reply.spread, reply.mode, from_text(reply.figures))
    thumbnail = None if reply.data is None else base64.b64decode(reply.data)
    grey = sealed("thumbnails", digest, thumbnail)[1:]
    return *sealed("facts", digest, *shape, *hashed, int(level)), *grey


def _parts(digests: Iterable[str]) -> Iterator[Values]:
    asked = tuple(digests)
    return (asked[start : start + _ASKED] for start in range(0, len(asked), _ASKED))


def _marks(asked: Values) -> str:
    return f"({', '.join('?' * len(asked))})"
