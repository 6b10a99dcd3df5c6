"""What is known of two image files, and what a check says of them: measured as a check does it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from holdfast.dataset import IMAGES, Dataset, Split, filled
from holdfast.errors import UsageError
from holdfast.facts.levels import Level
from holdfast.facts.scan import Scanner, open_scanner
from holdfast.facts.worker import LIMIT_BYTES
from holdfast.fault import Fault
from holdfast.files import NotRead, read_file
from holdfast.names import display, to_text
from holdfast.pairing import find_pairs
from holdfast.pairs import Signals
from holdfast.sources import with_sources

SIGNALS = Signals(8, orientations=True, features=True)
"""By what a check finds pairs where no option says otherwise."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its name as one harmless line, its bytes, and its row of images with FACTS."""

    name: str
    data: bytes
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Both sides, and the row of PAIRS that a check has of them; None: it does not call them the same."""

    first: Side
    second: Side
    pair: Mapping[str, Any] | None


def evidence_of(first: Path, second: Path) -> Evidence:
    """Measure and compare two files in workers, as a check does. Nothing is kept.

    Raises UsageError for what is no file, or does not decode.
    """
    paths = [to_text(os.path.abspath(path)) for path in (first, second)]
    names = [display(to_text(str(path))) for path in (first, second)]
    if paths[0] == paths[1]:
        raise UsageError(f"{names[0]}: one file, given twice")
    data = [_read(path, name) for path, name in zip((first, second), names, strict=True)]
    with _scanner() as scanner:
        dataset = scanner.measure(_dataset(paths, scanner.root), Level.EXACT)
        for name, fault, detail in zip(names, *dataset.images.select("fault", "detail"), strict=True):
            if fault is not None:
                raise UsageError(f"{name}: {detail if fault == Fault.NOT_CHECKED else f'{fault}: {detail}'}")
        pairs = find_pairs(dataset, SIGNALS, scanner).pairs
    rows = dataset.images.to_dicts()
    sides = [Side(*side) for side in zip(names, data, rows, strict=True)]
    return Evidence(sides[0], sides[1], next(pairs.iter_rows(named=True), None))


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
