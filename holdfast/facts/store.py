"""One SQLite file that may be damaged, full or not to be written: whatever it is, the run goes on.

What is damaged is left where it is, and the next file of the same name is used. What cannot be written is
remembered until the end of the run.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from holdfast.facts.places import MOST, next_file
from holdfast.facts.seals import Values, is_whole, sealed
from holdfast.facts.statements import KEEP
from holdfast.facts.tables import connect, is_damage

_ASKED = 500
"""Digests a query: SQLite takes at least 999."""

Statement = tuple[str, list[Values]]


class Store:
    """An open file. `note` says in one line why nothing is kept, where that is so."""

    def __init__(self, file: Path) -> None:
        self.note = ""
        self._spare: sqlite3.Connection | None = None
        self._open(file)

    @property
    def file(self) -> str:
        """The file; '' where nothing is kept."""
        return "" if self.note else os.fspath(self._file)

    def select(self, table: str, query: str, digests: Iterable[str]) -> Iterator[Values]:
        """The whole rows of these contents, without their seals; `query` ends where the digests follow."""
        for asked in parts(digests):
            for base in filter(None, (self._base, self._spare)):
                found = self._rows(base, query + marks(asked), asked)
                yield from (row[:-1] for row in found if is_whole(table, row))

    def frame(
        self, read: Callable[[sqlite3.Cursor], pl.DataFrame], query: str, values: Values
    ) -> pl.DataFrame:
        """What a query gives, as a table; none of it where the file is damaged."""
        try:
            return read(self._base.execute(query, values))
        except sqlite3.DatabaseError as error:
            self._not_read(error)
        return read(connect(":memory:").execute(query, values))  # no rows

    def rows(self, query: str, values: Values) -> list[Values]:
        """What a query gives, of what was kept before."""
        return self._rows(self._base, query, values)

    def keep(self, table: str, rows: Iterable[Values]) -> None:
        """Remember rows of a table, each with its seal."""
        values = [sealed(table, *row) for row in rows]
        if values:
            self.write((KEEP.format(table, marks(values[0])), values))

    def write(self, *statements: Statement) -> None:
        """Carry statements out, in one transaction."""
        if self._spare is None:
            try:
                return _execute(self._base, statements)
            except sqlite3.Error as error:  # a full disk costs the cache, not the run
                if is_damage(error):
                    self._go_on()
                    return self.write(*statements)
                self.note = self.note or f"cache not written: {error}"
                self._spare = connect(":memory:")
        _execute(self._spare, statements)

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


def parts(digests: Iterable[str]) -> Iterator[Values]:
    """As many digests at a time as a query takes."""
    asked = tuple(digests)
    return (asked[start : start + _ASKED] for start in range(0, len(asked), _ASKED))


def marks(asked: Values) -> str:
    """A question mark for each value."""
    return f"({', '.join('?' * len(asked))})"


def _execute(base: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    with base:
        for statement, rows in statements:
            base.executemany(statement, rows)
