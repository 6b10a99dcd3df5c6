"""The cache of measured facts: one SQLite file in the user's cache folder.

What was measured is kept by the digest of the file's bytes, so that a copy, a fresh checkout or a
moved dataset is read and not decoded; the digest by the file's path and state (device, inode, size, times),
so that a file at rest is not even read (`holdfast.facts.states` says when). A library of another
version starts an empty cache. Every write is a transaction of its own: a run that is killed keeps
what it measured, and others may write between. Every row is sealed: what rots in the file is not known.
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.facts.figures import from_text
from holdfast.facts.levels import Level
from holdfast.facts.messages import Mask, Reply, Stamp
from holdfast.facts.places import cache_file, number_of
from holdfast.facts.seals import Values, is_whole, sealed
from holdfast.facts.statements import FACTS, KEEP_FACTS, KEEP_FILES, KNOWN, MASK, SEARCH, THUMBNAILS
from holdfast.facts.store import Store, marks, parts
from holdfast.facts.tables import MEASURED, STAMP, facts_frame, known_frame, signed
from holdfast.fault import Fault

_FIND = "SELECT * FROM {} WHERE sha256 IN "


class Cache:
    """An open cache of one dataset. `note` says in one line why nothing is kept, where that is so; what
    cannot be kept is remembered until the end of the run."""

    def __init__(self, file: Path, root: Path) -> None:
        self._root = number_of(root)
        self._store = Store(file)

    @property
    def note(self) -> str:
        """Why nothing is kept; '' where all is well."""
        return self._store.note

    def known(self, level: Level) -> pl.DataFrame:
        """All files of the dataset measured to at least this level: columns STAMPS and MEASURED."""
        found = self._store.frame(known_frame, KNOWN, (self._root, level))
        once = found["path"].n_unique() == found.height  # not so where a page is counted twice
        return found if once else found.unique("path", maintain_order=True)

    @property
    def file(self) -> str:
        """The file, for those who look contents up in it themselves; '' where nothing is kept."""
        return self._store.file

    def facts(self, digests: Iterable[str], level: Level) -> pl.DataFrame:
        """What is known of these contents, measured to at least this level: columns MEASURED."""
        asked = [(int(level), *part) for part in parts(digests)]
        found = [self._store.frame(facts_frame, FACTS + marks(part[1:]), part) for part in asked]
        return pl.concat([pl.DataFrame(schema=MEASURED), *found]).unique("sha256", maintain_order=True)

    def keep(self, level: Level, answers: Sequence[tuple[str, Reply]]) -> None:
        """Remember what a worker said of files, by path; what it could not read is not remembered."""
        facts: list[Values] = []
        files: list[Values] = []
        features: list[tuple[str, bytes]] = []
        for path, reply in answers:
            if reply.stamp is None or reply.sha256 is None or reply.fault == Fault.NOT_CHECKED:
                continue
            files.append(_file(self._root, path, reply.stamp, reply.sha256))
            if not reply.known:
                facts.append(_fact(level, reply, reply.sha256))
            if reply.features is not None:
                features.append((reply.sha256, base64.b64decode(reply.features)))
        self._store.write((KEEP_FACTS, facts), (KEEP_FILES, files))
        self.keep_features(features)

    def thumbnails(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The grey thumbnails of these contents."""
        return dict(self._store.select("thumbnails", THUMBNAILS, digests))

    def features(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The local features of these contents, as `holdfast.features` packs them."""
        return dict(self._store.select("features", _FIND.format("features"), digests))

    def keep_features(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Remember features by digest."""
        self._store.keep("features", rows)

    def verdicts(self, keys: Iterable[str]) -> dict[str, str]:
        """What the proof said of pairs, by a digest of both and of what led to them."""
        return dict(self._store.select("verdicts", _FIND.format("verdicts"), keys))

    def keep_verdicts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Remember verdicts, as `verdicts` gives them."""
        self._store.keep("verdicts", rows)

    def looks(self, digests: Iterable[str]) -> Iterator[tuple[str, int, int, str | None, bytes]]:
        """Of those that were looked at: digest, hash, fingerprint, digest of the pixels, grey picture."""
        for digest, value, *rest in self._store.select("looks", _FIND.format("looks"), digests):
            yield digest, value % (1 << 64), *rest

    def keep_looks(self, rows: Iterable[tuple[str, int, int, str | None, bytes]]) -> None:
        """Remember looks, as `looks` gives them."""
        self._store.keep("looks", [(digest, signed(value), *rest) for digest, value, *rest in rows])

    def codes(self, digests: Iterable[str]) -> dict[str, str]:
        """What these JPEGs are decoded from, digested; '' for other formats."""
        return dict(self._store.select("codes", _FIND.format("codes"), digests))

    def keep_codes(self, rows: Iterable[tuple[str, str]]) -> None:
        """Remember codes by digest."""
        self._store.keep("codes", rows)

    def masks(self, digests: Iterable[str]) -> dict[str, Mask]:
        """What these masks hold, by digest."""
        return {digest: Mask(*rest) for digest, *rest in self._store.select("masks", MASK, digests)}

    def keep_masks(self, rows: Iterable[tuple[str, Mask]]) -> None:
        """Remember masks by digest."""
        self._store.keep("masks", ((digest, *mask) for digest, mask in rows))

    def previews(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The JPEGs that were drawn for a report."""
        return dict(self._store.select("previews", _FIND.format("previews"), digests))

    def keep_previews(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Remember previews by digest."""
        self._store.keep("previews", rows)

    def search(self, radius: int) -> tuple[NDArray[np.uint64], ...] | None:
        """The hashes of the dataset's last search with this radius, and the pairs of them that it found; of a
        search by features what `holdfast.pairing.featured` keeps."""
        for row in self._store.rows(SEARCH, (self._root, radius)):
            if is_whole("searches", row):
                return tuple(np.frombuffer(blob, np.uint64) for blob in row[2:-1])
        return None

    def keep_search(self, radius: int, *arrays: NDArray[np.uint64]) -> None:
        """Remember a search, as `search` gives it."""
        self._store.keep("searches", [(self._root, radius, *(array.tobytes() for array in arrays))])

    def close(self) -> None:
        """End; everything is written already."""
        self._store.close()


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
