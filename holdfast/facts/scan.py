"""Measure the images of a dataset: each file once, only what is asked for, only what changed."""

from __future__ import annotations

import base64
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import polars as pl

from holdfast.dataset import Dataset
from holdfast.facts.cache import Cache, open_cache
from holdfast.facts.joining import FOUND, Lot, found_in, joined, sketches_of
from holdfast.facts.levels import Level
from holdfast.facts.messages import Job, Reply, Request, Task
from holdfast.facts.pool import Answers, Pool
from holdfast.facts.states import states_of, unchanged
from holdfast.fault import Fault
from holdfast.names import to_os
from holdfast.progress import Progress, quiet

_LOT = 1_000
"""Answers that are written to the cache together: about half a second of measuring."""


class Look(NamedTuple):
    """The full picture of one content: hash, fingerprint, digest of its pixels and small grey pictures, as
    `holdfast.facts.looks` describes them; or why there is none. `view` is not kept in the cache: empty where
    the rest came from there."""

    sha256: str
    hash: int = 0
    fingerprint: int = 0
    picture: str | None = None
    grey: bytes = b""
    fault: str | None = None
    detail: str | None = None
    view: bytes = b""
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Counts:
    """How much work a run really did.

    Images of the dataset; files read and their bytes; pictures decoded, `full` of them at full scale;
    messages to the workers; hashes compared with each other.
    """

    images: int = 0
    read: int = 0
    bytes: int = 0
    decoded: int = 0
    full: int = 0
    round_trips: int = 0
    compared: int = 0


@dataclass(frozen=True, slots=True)
class Pending:
    """A measurement under way: its level, what is known already, how many files are asked for, and their
    answers."""

    level: Level
    known: pl.DataFrame
    asked: int
    answers: Iterator[Answers]


@dataclass(slots=True)
class Scanner:
    """Measures the images below a root, through the cache and the workers.

    `sketches` has a row for each content that was measured: sha256, hash, exact, spread.
    """

    root: Path
    cache: Cache
    pool: Pool
    progress: Progress = quiet
    counts: Counts = field(default_factory=Counts)
    sketches: pl.DataFrame = field(default_factory=lambda: sketches_of(pl.DataFrame(schema=FOUND)))

    def start(self, dataset: Dataset, level: Level, *, features: bool = False) -> Pending:
        """Set the workers to what the cache does not know; `finish` gives the result. With `features` those
        of the pictures that are decoded are kept."""
        states = states_of(os.fspath(self.root), dataset.images["path"].to_list())
        known = unchanged(self.cache.known(level), states).select(*FOUND)
        asked = states.join(known, on="path", how="anti", maintain_order="left").select("path", "size")
        self.counts.images = states.height
        requests = self._requests((path, path, max(size, 0)) for path, size in asked.iter_rows())
        job = Job(Task.MEASURE, level, cache=self.cache.file, features=features)
        return Pending(level, known, asked.height, self.pool.submit(job, requests, asked.height))

    def finish(self, dataset: Dataset, pending: Pending) -> Dataset:
        """The dataset with the columns of FACTS in `images`; those beyond the level may be null."""
        found = pl.concat([pending.known, *self._facts(pending.level, pending.answers, pending.asked)])
        lost = dataset.images.join(found, on="path", how="anti")["path"]
        if len(lost):  # known to the cache, and not to be read from it: it is damaged
            requests = self._requests((path, path, 0) for path in lost)
            answers = self.pool.submit(Job(Task.MEASURE, pending.level), requests, len(lost))
            found = pl.concat([found, *self._facts(pending.level, answers, len(lost))])
        self.sketches = sketches_of(found)
        return replace(dataset, images=joined(dataset.images, found))

    def _facts(self, level: Level, answers: Iterator[Answers], asked: int) -> Iterator[pl.DataFrame]:
        """What was measured, kept in the cache, and what the cache knows of copies."""
        for lot in self._lots(answers, "measuring images", asked):
            self.cache.keep(level, lot)
            yield found_in([answer for answer in lot if not answer[1].known])
            copies = found_in([answer for answer in lot if answer[1].known]).select("path", "size", "sha256")
            facts = self.cache.facts(copies["sha256"].unique(), level)
            yield copies.join(facts, on="sha256").select(*FOUND)

    def measure(self, dataset: Dataset, level: Level) -> Dataset:
        """Start and finish at once."""
        return self.finish(dataset, self.start(dataset, level))

    def looks(self, paths: Mapping[str, str], pictures: Collection[str]) -> dict[str, Look]:
        """The full picture of each content, by the digest of its file; `paths` gives one path by digest.

        `pictures` are those whose pixels are to be digested. What cannot be decoded, or changed since it
        was measured, has a fault.
        """
        known = {row[0]: Look(*row) for row in self.cache.looks(paths)}
        lacking = {digest for digest in pictures if digest not in known or known[digest].picture is None}
        plain = {digest for digest in paths if digest not in known} - lacking
        for job, wanted in ((Job(Task.LOOK, digest=True), lacking), (Job(Task.LOOK), plain)):
            for lot in self.ask(job, {digest: paths[digest] for digest in wanted}, "comparing pictures"):
                looks = [_look(digest, reply) for digest, reply in lot]
                known |= {look.sha256: look for look in looks}
                self.cache.keep_looks(look[:5] for look in looks if look.fault is None)
        return known

    def views(self, paths: Mapping[str, str]) -> dict[str, Look]:
        """The full pictures with their views, decoded anew; `paths` as in `looks`."""
        asked = self.ask(Job(Task.LOOK), dict(paths), "comparing pictures")
        return {digest: _look(digest, reply) for lot in asked for digest, reply in lot}

    def features(self, paths: Mapping[str, str]) -> dict[str, bytes]:
        """The local features of each picture, by the digest of its file; `paths` as in `looks`."""
        known = self.cache.features(paths)
        wanted = {digest: path for digest, path in paths.items() if digest not in known}
        for lot in self.ask(Job(Task.MEASURE, Level.SKETCH, features=True), wanted, "finding features"):
            found = [(key, base64.b64decode(reply.features)) for key, reply in lot
                     if reply.features is not None and reply.sha256 == key]  # fmt: skip
            known |= dict(found)
            self.cache.keep_features(found)
        return known

    def codes(self, paths: Mapping[str, str]) -> dict[str, str]:
        """What each JPEG is decoded from, digested, by the digest of its file; other formats are left out."""
        codes = self.cache.codes(paths)
        wanted = {digest: path for digest, path in paths.items() if digest not in codes}
        for lot in self.ask(Job(Task.CODE), wanted, "comparing files"):
            read = [(key, reply.picture or "") for key, reply in lot if reply.sha256 == key]
            codes |= dict(read)
            self.cache.keep_codes(read)
        return {digest: code for digest, code in codes.items() if code}

    def previews(self, paths: Mapping[str, str]) -> dict[str, bytes]:
        """A small JPEG of each picture for a report, by the digest of its file; `paths` as in `looks`."""
        known = self.cache.previews(paths)
        wanted = {digest: path for digest, path in paths.items() if digest not in known}
        for lot in self.ask(Job(Task.PREVIEW), wanted, "drawing previews"):
            drawn = [(key, base64.b64decode(reply.data)) for key, reply in lot
                     if reply.data is not None and reply.sha256 == key]  # fmt: skip
            known |= dict(drawn)
            self.cache.keep_previews(drawn)
        return known

    def _requests(self, files: Iterable[tuple[str, str, int]]) -> Iterator[Request]:
        """One for each key, path below the root, and size in bytes (0: not known)."""
        folder = os.fspath(self.root)
        return (Request(key, os.path.join(folder, to_os(path)), size) for key, path, size in files)

    def ask(self, job: Job, paths: Mapping[str, str], what: str) -> Iterator[Lot]:
        """Answers to a job in lots; `paths` by the key of their answer. Nothing is kept."""
        requests = self._requests((key, path, 0) for key, path in sorted(paths.items()))
        return self._lots(self.pool.submit(job, requests, len(paths)), what, len(paths))

    def _lots(self, answers: Iterator[Answers], what: str, total: int) -> Iterator[Lot]:
        """All answers, counted, some thousands together: what is done with them is cheaper so."""
        lot: Lot = []
        done = 0
        for batch in answers:
            for request, reply in batch:
                _count(self.counts, reply)
                lot.append((request.key, reply))
            done += len(batch)
            self.progress(what, done, total)
            if len(lot) >= _LOT:
                yield lot
                lot = []
        self.counts.round_trips = self.pool.round_trips
        if lot:
            yield lot


@contextmanager
def open_scanner(
    root: Path, folder: Path | None, progress: Progress = quiet, pool: Pool | None = None
) -> Iterator[Scanner]:
    """A scanner with its cache in `folder` (default: the user's), ended and written at the end.

    `pool` are workers that may be running already. Raises UsageError for a cache folder inside the dataset.
    """
    with closing(pool or Pool()) as workers, open_cache(root, folder) as cache:
        yield Scanner(root, cache, workers, progress)


def _count(counts: Counts, reply: Reply) -> None:
    counts.read += 1
    counts.bytes += reply.stamp.size if reply.stamp else 0
    counts.decoded += reply.decodes
    counts.full += reply.full


def _look(digest: str, reply: Reply) -> Look:
    if reply.sha256 != digest:  # another content, whatever is wrong with it
        unread = reply.detail if reply.sha256 is None else None
        return Look(digest, fault=Fault.NOT_CHECKED, detail=unread or "it changed while it was checked")
    if reply.fault is not None or reply.data is None:
        return Look(digest, fault=reply.fault, detail=reply.detail)
    grey = base64.b64decode(reply.data)
    view = base64.b64decode(reply.view or "")
    look = Look(digest, reply.hash or 0, reply.fingerprint or 0, reply.picture, grey)
    return look._replace(view=view, width=reply.width or 0, height=reply.height or 0)
