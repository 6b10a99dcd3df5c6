"""The tables of the cache, and how their rows become columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

CREATE = """
CREATE TABLE IF NOT EXISTS roots (id INTEGER PRIMARY KEY, path BLOB UNIQUE);
CREATE TABLE IF NOT EXISTS files (root INT, path TEXT, device INT, inode INT, size INT, modified INT,
                                  changed INT, read INT, fact INT, PRIMARY KEY (root, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (id INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, size INT, level INT,
                                  fault TEXT, detail TEXT, format TEXT, width INT, height INT, hash INT,
                                  exact INT, spread REAL, thumbnail BLOB);
CREATE TABLE IF NOT EXISTS looks (sha256 TEXT PRIMARY KEY, hash INT, fingerprint INT, picture TEXT,
                                  grey BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS codes (sha256 TEXT PRIMARY KEY, code TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS previews (sha256 TEXT PRIMARY KEY, jpeg BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS searches (root INTEGER PRIMARY KEY, radius INT, hashes BLOB, first BLOB,
                                     second BLOB);
"""
"""`hash` is kept as a signed number: SQLite has no other. A row of `facts` is numbered in the order of
measuring, so that a dataset is read back in long runs and not page by page."""

KEEP_FACTS = """
INSERT INTO facts (sha256, size, level, fault, detail, format, width, height, hash, exact, spread, thumbnail)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (sha256) DO UPDATE SET
level = excluded.level, fault = excluded.fault, detail = excluded.detail, format = excluded.format,
width = excluded.width, height = excluded.height, hash = excluded.hash, exact = excluded.exact,
spread = excluded.spread, thumbnail = excluded.thumbnail WHERE excluded.level >= level
"""
KEEP_FILES = "INSERT OR REPLACE INTO files SELECT ?,?,?,?,?,?,?,?,id FROM facts WHERE sha256 = ?"

SOUND = {
    "facts": "(thumbnail IS NULL OR typeof(thumbnail) = 'blob' AND length(thumbnail) = 256)",
    "looks": "typeof(hash) = 'integer' AND typeof(fingerprint) = 'integer' AND typeof(grey) = 'blob' "
             "AND length(grey) = 4096 AND (picture IS NULL OR length(picture) = 64)",
    "codes": "typeof(code) = 'text' AND length(code) IN (0, 66)",
    "previews": "typeof(jpeg) = 'blob'",
}  # fmt: skip
"""What holds for a row as it was written: SQLite does not notice damage within one."""

SEARCH = """
SELECT hashes, first, second FROM searches WHERE root = ? AND radius = ?
AND typeof(hashes) = 'blob' AND typeof(first) = 'blob' AND typeof(second) = 'blob'
AND length(hashes) % 8 = 0 AND length(first) % 8 = 0 AND length(first) = length(second)
"""

STAMPS = {
    "path": pl.String(), "device": pl.Int64(), "inode": pl.Int64(), "size": pl.Int64(),
    "modified": pl.Int64(), "changed": pl.Int64(), "read": pl.Int64(),
}  # fmt: skip
"""A file's place and state when it was read; times in nanoseconds."""

MEASURED = {
    "sha256": pl.String(), "fault": pl.String(), "detail": pl.String(), "format": pl.String(),
    "width": pl.Int32(), "height": pl.Int32(), "hash": pl.UInt64(), "exact": pl.Boolean(),
    "spread": pl.Float64(),
}  # fmt: skip
"""What a measurement gives: `hash` is the perceptual hash, `exact` whether it is that of the full picture."""

_ROWS = 16_384
PATIENCE = 20.0
"""Seconds to wait for another run that writes the same cache."""


def connect(file: Path | str) -> sqlite3.Connection:
    """Open the cache in a file, or in memory; a file that is no database is replaced.

    Raises sqlite3.Error and OSError.
    """
    try:
        return _prepare(file)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) or isinstance(file, str):
            raise
        file.unlink()  # not a database any more: what was in it is measured again
        return _prepare(file)


def _prepare(file: Path | str) -> sqlite3.Connection:
    base = sqlite3.connect(file, timeout=PATIENCE)
    try:
        base.execute("PRAGMA cache_size = -65536")  # 64 MB: rows of a million files, found by digest
        base.executescript(CREATE)
    except sqlite3.Error:
        base.close()
        raise
    return base


def signed(value: int | None) -> int | None:
    """A 64-bit number as SQLite keeps it."""
    return value - (1 << 64) if value is not None and value >= 1 << 63 else value


def frame(cursor: sqlite3.Cursor, columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """All rows of a query as a table, some thousands at a time: rows of a million files are heavy."""
    stored = {name: pl.Int64() if type == pl.UInt64() else type for name, type in columns.items()}
    stored = {name: pl.Int8() if type == pl.Boolean() else type for name, type in stored.items()}
    parts = [pl.DataFrame(schema=stored)]
    while rows := cursor.fetchmany(_ROWS):
        parts.append(table(rows, stored))
    whole = pl.concat(parts, rechunk=True)
    unsigned = [
        pl.col(name).reinterpret(signed=False) for name, type in columns.items() if type == pl.UInt64()
    ]
    return whole.with_columns(*unsigned).with_columns(pl.col(pl.Int8).cast(pl.Boolean))


def table(rows: Iterable[Iterable[Any]], columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """Rows as a table, built column by column."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pl.DataFrame(dict(zip(columns, map(list, values), strict=True)), schema=columns)
