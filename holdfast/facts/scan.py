"""Measure the images of a dataset: each file once, only what is asked for, only what changed."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from holdfast.dataset import FACTS, Dataset, schema
from holdfast.facts.cache import Cache, open_cache
from holdfast.facts.levels import Level, level_for
from holdfast.facts.pool import Pool, Reply, Request
from holdfast.fault import Fault
from holdfast.names import to_os

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def quiet(what: str, done: int, total: int) -> None:
    """Progress that nobody sees."""


@dataclass(slots=True)
class Counts:
    """How much work a run really did: images of the dataset, files read, pictures decoded."""

    images: int = 0
    read: int = 0
    decoded: int = 0


@dataclass(slots=True)
class Scanner:
    """Measures the images below a root, through the cache and the workers."""

    root: Path
    cache: Cache
    pool: Pool
    progress: Progress = quiet
    counts: Counts = field(default_factory=Counts)

    def start(self, dataset: Dataset, needs: Iterable[str]) -> Pending:
        """Set the workers to what the cache does not know; `finish` gives the result."""
        level = level_for(needs)
        paths = [(path, to_os(path)) for path in dataset.images["path"]]
        rows = dict(self.cache.known(self.root, paths, level))
        todo = self._submit({path: path for path, _ in paths if path not in rows}, "measure", level)
        self.counts.images = len(paths)
        return Pending(level, todo, rows)

    def finish(self, dataset: Dataset, pending: Pending) -> Dataset:
        """The dataset with the columns of FACTS in `images`; those beyond the needs may be null."""
        for request, reply in self._answers(pending.todo, "measuring images"):
            pending.rows[request.key] = reply
            self.counts.decoded += pending.level >= Level.PIXELS
            if "stamp" in reply and reply.get("fault") != Fault.NOT_CHECKED:
                self.cache.keep(request.key, pending.level, reply)
        return replace(dataset, images=_join(dataset.images, pending.rows))

    def measure(self, dataset: Dataset, needs: Iterable[str]) -> Dataset:
        """Start and finish at once."""
        return self.finish(dataset, self.start(dataset, needs))

    def looks(self, paths: Mapping[str, str]) -> dict[str, tuple[str, bytes]]:
        """Digest of all pixels, and 64 x 64 RGB, of each picture, by the digest of its file.

        `paths` gives one path by digest. A file that changed since it was measured is left out.
        """
        known = self.cache.looks(paths)
        todo = {digest: path for digest, path in paths.items() if digest not in known}
        for request, reply in self._answers(self._submit(todo, "look"), "comparing pictures"):
            self.counts.decoded += 1
            if reply.get("sha256") == request.key and "picture" in reply:
                known[request.key] = (reply["picture"], base64.b64decode(reply["colour"]))
                self.cache.keep_look(request.key, *known[request.key])
        return known

    def previews(self, paths: Mapping[str, str]) -> dict[str, bytes]:
        """A small JPEG of each picture for a report, by the digest of its file; `paths` as in `looks`."""
        known = {digest: jpeg for digest in paths if (jpeg := self.cache.preview(digest)) is not None}
        todo = {digest: path for digest, path in paths.items() if digest not in known}
        for request, reply in self._answers(self._submit(todo, "preview"), "drawing previews"):
            self.counts.decoded += 1
            if reply.get("sha256") == request.key and "jpeg" in reply:
                known[request.key] = base64.b64decode(reply["jpeg"])
                self.cache.keep_preview(request.key, known[request.key])
        return known

    def _submit(self, todo: Mapping[str, str], task: str, level: int = 0) -> int:
        folder = self.root
        self.pool.submit(
            [Request(key, os.path.join(folder, to_os(path)), task, level) for key, path in todo.items()]
        )
        return len(todo)

    def _answers(self, count: int, what: str) -> Iterator[tuple[Request, Reply]]:
        for number, answer in enumerate(self.pool.answers(count), 1):
            self.counts.read += 1
            yield answer
            self.progress(what, number, count)


@dataclass(frozen=True, slots=True)
class Pending:
    """A measurement under way: its level, how many answers it waits for, what is known already."""

    level: int
    todo: int
    rows: dict[str, dict[str, object]]


@contextmanager
def open_scanner(
    root: Path, folder: Path | None, progress: Progress = quiet, pool: Pool | None = None
) -> Iterator[Scanner]:
    """A scanner with its cache in `folder` (default: the user's), ended and written at the end.

    `pool` are workers that may be running already. Raises UsageError for a cache folder inside the dataset.
    """
    with closing(pool or Pool()) as workers, open_cache(root, folder) as cache:
        yield Scanner(root, cache, workers, progress)


def _join(images: pl.DataFrame, rows: Mapping[str, Mapping[str, object]]) -> pl.DataFrame:
    known = [rows[path] for path in images["path"]]
    columns = {name: [row.get(name) for row in known] for name in schema(FACTS)}
    return images.drop(set(columns) & set(images.columns)).hstack(pl.DataFrame(columns, schema=schema(FACTS)))
