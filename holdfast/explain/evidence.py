"""What is known of two image files, and what a check says of them: measured as a check does it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from holdfast.dataset import IMAGES, Dataset, Split, filled
from holdfast.errors import UsageError
from holdfast.facts.levels import Level
from holdfast.facts.scan import Scanner, open_scanner
from holdfast.facts.worker import LIMIT_BYTES
from holdfast.fault import Fault
from holdfast.files import NotRead, read_file
from holdfast.names import display, to_text
from holdfast.pairing import find_pairs
from holdfast.pairing.candidates import Candidates, find_candidates
from holdfast.pairing.contents import contents_of
from holdfast.pairing.guesses import Guess, by_pair
from holdfast.pairing.proof import look_at
from holdfast.pairing.signalled import signalled
from holdfast.pairing.views import Views
from holdfast.pairs import Signals
from holdfast.proof import View
from holdfast.sources import with_sources

SIGNALS = Signals(8, orientations=True, features=True)
"""By what a check finds pairs where no option says otherwise."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its name as one harmless line, its bytes, its row of images with FACTS, its view."""

    name: str
    data: bytes
    facts: Mapping[str, Any]
    view: View


@dataclass(frozen=True, slots=True)
class Evidence:
    """Both sides in path order, as in a finding; the row of PAIRS that a check has of them (None: it does not
    call them the same), and what its signals say."""

    first: Side
    second: Side
    pair: Mapping[str, Any] | None
    guesses: tuple[Guess, ...]

    @property
    def distance(self) -> int:
        """Bits between the perceptual hashes of the pictures as displayed."""
        bits: int = (self.first.facts["phash"] ^ self.second.facts["phash"]).bit_count()
        return bits


def evidence_of(first: Path, second: Path) -> Evidence:
    """Measure and compare two files in workers, as a check does. Nothing is kept.

    Raises UsageError for what is no file, or does not decode.
    """
    ordered = sorted((to_text(os.path.abspath(path)), path) for path in (first, second))
    names = [display(to_text(str(path))) for _, path in ordered]
    if ordered[0][0] == ordered[1][0]:
        raise UsageError(f"{names[0]}: one file, given twice")
    data = [_read(path, name) for (_, path), name in zip(ordered, names, strict=True)]
    with _scanner() as scanner:
        dataset = _dataset([path for path, _ in ordered], scanner.root)
        dataset = scanner.finish(dataset, scanner.start(dataset, Level.SKETCH, features=True))
        _require_decoded(dataset, names)
        pairs = find_pairs(dataset, SIGNALS, scanner).pairs
        views, guesses = _looked(dataset.images, scanner)
        full = scanner.measure(dataset, Level.EXACT)  # last: a check finds pairs by cheaper hashes first
        _require_decoded(full, names)
    facts = full.images.to_dicts()
    sides = [Side(*side) for side in zip(names, data, facts, views, strict=True)]
    return Evidence(sides[0], sides[1], next(pairs.iter_rows(named=True), None), guesses)


def _require_decoded(dataset: Dataset, names: list[str]) -> None:
    """Raises UsageError for the first image that is at fault."""
    for name, fault, detail in zip(names, *dataset.images.select("fault", "detail"), strict=True):
        if fault is not None:
            raise UsageError(f"{name}: {detail if fault == Fault.NOT_CHECKED else f'{fault}: {detail}'}")


def _looked(images: pl.DataFrame, scanner: Scanner) -> tuple[list[View], tuple[Guess, ...]]:
    """The full picture of each image, and what the signals say of the pair."""
    contents = contents_of(images, scanner.sketches)
    candidates = find_candidates(contents, SIGNALS.distance, scanner)
    said = by_pair(signalled(images, contents, candidates, SIGNALS, scanner))
    ends = (0, contents.table.height - 1)  # of equal bytes there is one content
    pair = np.array([ends], np.int64)
    forced = Candidates(pair[:, 0], pair[:, 1], frozenset(), frozenset(), complete=True)
    with Views() as views:
        views.keep(look_at(contents, forced, scanner))
        views.complete(ends, contents, scanner)
        return [views.view(end) for end in ends], said.get(ends, ())


@contextmanager
def _scanner() -> Iterator[Scanner]:
    """A scanner with a cache of its own, for files that are given by absolute paths."""
    with (
        TemporaryDirectory(prefix="holdfast-") as folder,
        open_scanner(Path(folder) / "data", Path(folder) / "cache") as scanner,
    ):
        yield scanner


def _dataset(paths: list[str], root: Path) -> Dataset:
    split = Split("", "train")
    place = {"unit": ["train"] * 2, "collection": [""] * 2, "split": ["train"] * 2}
    images = filled(IMAGES, {"path": paths, "has_label": [False] * 2, **place}, 2)
    return with_sources(Dataset(root, "", (split,), images=images))


def _read(path: Path, name: str) -> bytes:
    try:
        return read_file(path, LIMIT_BYTES)[0]
    except NotRead as error:
        raise UsageError(f"{name}: {error}") from None
