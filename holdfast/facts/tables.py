"""The file of the cache, and how its rows become columns."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from holdfast.facts.figures import NOTHING, Figures
from holdfast.facts.seals import Values, is_whole, seals
from holdfast.facts.statements import CREATE

STAMP = struct.Struct("<6q")
"""Device, inode, size, modified, changed, read of a file: one value is read faster than six."""
STAMPS = {
    "path": pl.String(), "device": pl.Int64(), "inode": pl.Int64(), "size": pl.Int64(),
    "modified": pl.Int64(), "changed": pl.Int64(), "read": pl.Int64(),
}  # fmt: skip
"""A file's place and state when it was read; times in nanoseconds."""

MEASURED = {
    "sha256": pl.String(), "fault": pl.String(), "detail": pl.String(), "format": pl.String(),
    "width": pl.Int32(), "height": pl.Int32(), "hash": pl.UInt64(), "exact": pl.Boolean(),
    "spread": pl.Float64(), "mode": pl.String(), "figures": pl.Binary(),
}  # fmt: skip
"""What a measurement gives: `hash` is the perceptual hash, `exact` whether it is that of the full picture,
`figures` are those of `holdfast.facts.figures`, packed."""

_STORED = MEASURED | {"hash": pl.Int64(), "exact": pl.Int8()}
_FILE, _FACT = itemgetter(slice(1, 4)), itemgetter(slice(3, -1))
"""What is sealed in a row of KNOWN."""
_ROWS = 16_384
PATIENCE = 20.0
"""Seconds to wait for another run that writes the same cache."""
_DAMAGED = {
    sqlite3.SQLITE_ERROR, sqlite3.SQLITE_INTERNAL, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_SCHEMA,
    sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_NOTADB,
}  # fmt: skip


def connect(file: Path | str) -> sqlite3.Connection:
    """Open the cache in a file, or in memory. Raises sqlite3.Error."""
    base = sqlite3.connect(file, timeout=PATIENCE)
    try:
        base.execute("PRAGMA cache_size = -65536")  # 64 MB: rows of a million files, found by digest
        base.executescript(CREATE)
    except sqlite3.Error:
        base.close()
        raise
    return base


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is no sound database any more; else it is locked, full, or not to be read now."""
    code = getattr(error, "sqlite_errorcode", None)  # none: text that is no UTF-8
    return "decode" in str(error) if code is None else code & 0xFF in _DAMAGED


def signed(value: int | None) -> int | None:
    """A 64-bit number as SQLite keeps it."""
    return value - (1 << 64) if value is not None and value >= 1 << 63 else value


def facts_frame(cursor: sqlite3.Cursor) -> pl.DataFrame:
    """The whole rows of a query FACTS: columns MEASURED."""
    parts = [table((row[:-2] for row in rows if is_whole("facts", row)), _STORED) for rows in _chunks(cursor)]
    return _measured(parts, _STORED)


def known_frame(cursor: sqlite3.Cursor) -> pl.DataFrame:
    """The whole rows of a query KNOWN: columns STAMPS and MEASURED."""
    return _measured(map(_known, _chunks(cursor)), STAMPS | _STORED)


def _known(rows: list[Values]) -> pl.DataFrame:
    files, facts = seals("files", map(_FILE, rows)), seals("facts", map(_FACT, rows))
    sealed = zip(rows, files, facts, strict=True)
    whole = [row for row, file, fact in sealed if row[0] == file and row[-1] == fact]
    _, path, stamp, *measured, _, _ = zip(*whole, strict=True) if whole else [()] * (len(_STORED) + 5)
    states = np.frombuffer(b"".join(stamp), "<i8").reshape(-1, len(STAMPS) - 1).T
    columns = STAMPS | _STORED
    return pl.DataFrame(dict(zip(columns, (path, *states, *measured), strict=True)), schema=columns)


def _chunks(cursor: sqlite3.Cursor) -> Iterator[list[Values]]:
    """Some thousands of rows at a time: those of a million files are heavy."""
    while rows := cursor.fetchmany(_ROWS):
        yield rows


def _measured(parts: Iterable[pl.DataFrame], stored: dict[str, Any]) -> pl.DataFrame:
    whole = pl.concat([pl.DataFrame(schema=stored), *parts], rechunk=True)
    return whole.with_columns(pl.col("hash").reinterpret(signed=False), pl.col("exact").cast(pl.Boolean))


def unpacked(figures: pl.Series) -> pl.DataFrame:
    """Packed figures as columns; what was not measured is null."""
    packed = b"".join(figures.fill_null(NOTHING).to_list())
    values = np.frombuffer(packed, "<f4").reshape(-1, len(Figures._fields))
    table = pl.DataFrame(values, schema=list(Figures._fields), orient="row").fill_nan(None)
    day, hundredths = (pl.col(name).cast(pl.Float64) for name in ("taken_day", "taken_hundredths"))
    return table.with_columns(taken=day * 86_400 + hundredths / 100)


def table(rows: Iterable[Iterable[Any]], columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """Rows as a table, built column by column."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pl.DataFrame(dict(zip(columns, values, strict=True)), schema=columns)
