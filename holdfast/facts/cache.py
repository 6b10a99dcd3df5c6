"""The cache of measured facts: one SQLite file a dataset, in the user's cache folder.

A file is known by name and state (inode, size, times), what was measured by the digest of its
bytes. An entry counts only if the file had been at rest before it was read, as git treats its
index: a file written within the clock's grain of the reading is read again ("racily clean",
https://git-scm.com/docs/racy-git). A library of another version starts an empty cache.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from holdfast.errors import UsageError

_VERSION = "3"
_GRAIN = 2_000_000_000
"""Nanoseconds: the coarsest clock of a common file system (FAT)."""
PATIENCE = 20.0
"""Seconds to wait for another run that writes the same cache."""
_TABLES = """
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, inode INT, size INT, modified INT, changed INT,
                                  read INT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (sha256 TEXT PRIMARY KEY, level INT, fault TEXT, detail TEXT, format TEXT,
                                  width INT, height INT, fingerprint INT, phash TEXT,
                                  spread REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS looks (sha256 TEXT PRIMARY KEY, picture TEXT, colour BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS previews (sha256 TEXT PRIMARY KEY, jpeg BLOB) WITHOUT ROWID;
"""
_KEEP_FACTS = """
INSERT INTO facts VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (sha256) DO UPDATE SET
level = excluded.level, fault = excluded.fault, detail = excluded.detail, format = excluded.format,
width = excluded.width, height = excluded.height, fingerprint = excluded.fingerprint, phash = excluded.phash,
spread = excluded.spread
WHERE excluded.level >= level
"""
FACTS = ("fault", "detail", "format", "width", "height", "fingerprint", "phash", "spread")


def default_folder() -> Path:
    """Holdfast's folder in the user's cache folder: XDG_CACHE_HOME, else the system's usual place."""
    home = Path.home()
    if configured := os.environ.get("XDG_CACHE_HOME"):
        return Path(configured) / "holdfast"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "holdfast"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home)) / "holdfast"
    return home / ".cache" / "holdfast"


def cache_file(root: Path, folder: Path | None) -> Path:
    """Where the cache of a dataset is. Raises UsageError for a folder inside the dataset."""
    place = Path(os.path.realpath(folder or default_folder()))
    real = Path(os.path.realpath(root))
    if place.is_relative_to(real):
        raise UsageError(
            f"the cache may not lie inside the data: {place}; give another folder with --cache=DIR"
        )
    libraries = [
        f"{name}-{importlib.metadata.version(name)}" for name in ("Pillow", "ImageHash", "numpy", "scipy")
    ]
    key = "\0".join([_VERSION, *libraries, os.fspath(real)])
    return place / f"{hashlib.sha256(os.fsencode(key)).hexdigest()[:24]}.sqlite"


class Cache:
    """An open cache. `note` says in one line why nothing is kept, where that is so."""

    def __init__(self, file: Path) -> None:
        self.note = ""
        self._file = file
        self._written = time.monotonic()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._base = _connect(file)
        except (OSError, sqlite3.Error) as error:
            self.note = f"cache not used: {file.parent}: {error}"
            self._base = _connect(":memory:")

    def known(
        self, root: Path, paths: Iterable[tuple[str, str]], level: int
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is known, to at least this level, of files that did not change: (path, columns of FACTS).

        `paths` are pairs of the table's and the system's form.
        """
        query = f"SELECT path, inode, size, modified, changed, read, sha256, {', '.join(FACTS)} FROM files "  # noqa: S608 constants only
        rows = {
            row[0]: row[1:] for row in self._rows(query + "JOIN facts USING (sha256) WHERE level >= ?", level)
        }
        for path, system in paths:
            row = rows.get(path)
            if row is not None and _unchanged(os.path.join(root, system), row[:5]):
                facts = dict(zip(FACTS, row[6:], strict=True))
                facts["phash"] = None if facts["phash"] is None else int(facts["phash"], 16)
                yield path, {"sha256": row[5], "size": row[1], **facts}

    def keep(self, path: str, level: int, reply: Mapping[str, Any]) -> None:
        """Remember a worker's answer about a file."""
        inode, size, modified, changed, read = reply["stamp"]
        digest = reply["sha256"]
        self._run("INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?)",
                  (path, inode, size, modified, changed, read, digest))  # fmt: skip
        facts = {name: reply.get(name) for name in FACTS}
        if facts["phash"] is not None:
            facts["phash"] = f"{facts['phash']:016x}"
        self._run(_KEEP_FACTS, (digest, level, *facts.values()))

    def looks(self, digests: Iterable[str]) -> dict[str, tuple[str, bytes]]:
        """Picture digest and small picture of those that were looked at, by the digest of the file."""
        found = (
            (digest, self._row("SELECT picture, colour FROM looks WHERE sha256 = ?", digest))
            for digest in digests
        )
        return {digest: row for digest, row in found if row is not None}

    def keep_look(self, digest: str, picture: str, colour: bytes) -> None:
        """Remember a look."""
        self._run("INSERT OR REPLACE INTO looks VALUES (?,?,?)", (digest, picture, colour))

    def preview(self, digest: str) -> bytes | None:
        """The JPEG that was drawn for a report."""
        row = self._row("SELECT jpeg FROM previews WHERE sha256 = ?", digest)
        return None if row is None else row[0]

    def keep_preview(self, digest: str, jpeg: bytes) -> None:
        """Remember a preview."""
        self._run("INSERT OR REPLACE INTO previews VALUES (?,?)", (digest, jpeg))

    def close(self) -> None:
        """Write what is kept."""
        with suppress(sqlite3.Error):
            self._base.commit()
        self._base.close()

    def _row(self, query: str, digest: str) -> Any:
        return next(iter(self._rows(query, digest)), None)

    def _rows(self, query: str, value: str | int) -> list[Any]:
        try:
            return self._base.execute(query, (value,)).fetchall()
        except sqlite3.OperationalError as error:
            self.note = f"cache not read: {error}"
        except sqlite3.DatabaseError:  # damaged below its surface: what was in it is measured again
            self._base.close()
            self._file.unlink(missing_ok=True)
            self._base = _connect(self._file)
        return []

    def _run(self, statement: str, values: tuple[Any, ...]) -> None:
        if self.note:  # each further try would wait for the same lock
            return
        try:
            self._base.execute(statement, values)
            if time.monotonic() - self._written > 1:  # a killed run keeps what it measured, others may write
                self._base.commit()
                self._written = time.monotonic()
        except sqlite3.Error as error:  # a full disk costs the cache, not the run
            self.note = f"cache not written: {error}"


@contextmanager
def open_cache(root: Path, folder: Path | None) -> Iterator[Cache]:
    """The cache of a dataset, closed at the end. Raises UsageError for a folder inside the dataset."""
    cache = Cache(cache_file(root, folder))
    try:
        yield cache
    finally:
        cache.close()


def _connect(file: Path | str) -> sqlite3.Connection:
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
        base.executescript(_TABLES)
    except sqlite3.Error:
        base.close()
        raise
    return base


def _unchanged(path: str, row: tuple[Any, ...]) -> bool:
    try:
        state = os.lstat(path)
    except OSError:
        return False
    inode, size, modified, changed, read = row
    same = (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns) == (
        inode,
        size,
        modified,
        changed,
    )
    return same and max(modified, changed) < read - _GRAIN
