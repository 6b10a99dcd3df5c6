"""`holdfast stats`: reads and measures a dataset as a check does, and writes its summary."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from holdfast.config import load_settings
from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.facts.levels import Level
from holdfast.facts.scan import open_scanner
from holdfast.formats import recognise
from holdfast.names import display, shown_path
from holdfast.running import Needs, measured

_EVERY = 2.0
"""Seconds between two lines of progress."""


def measured_dataset(data: Path, cache: Path | None = None, config: Path | None = None) -> Dataset:
    """The dataset with the sizes and formats of its images, from the cache where they are known.

    Raises UsageError as a check does: no dataset, a bad holdfast.toml, a cache folder inside the data.
    """
    root = Path(os.path.abspath(data))
    dataset = recognise(root, load_settings(root, config, Path.cwd()))
    with open_scanner(root, cache, Lines()) as scanner:
        return measured(dataset, Needs(Level.HEADER, frozenset({"masks"})), scanner)


def heading(dataset: Dataset) -> str:
    """What was read, in one line."""
    evidence = f" ({display(dataset.evidence)})" if dataset.evidence else ""
    return f"{shown_path(dataset.root)}: {dataset.format}{evidence}"


def write(text: str, file: Path, root: Path) -> None:
    """Write figures as JSON. Raises UsageError inside the data, and where a file cannot be written."""
    if Path(os.path.realpath(file)).is_relative_to(os.path.realpath(root)):
        raise UsageError(f"--json {shown_path(file)}: lies inside the dataset, which is only read")
    try:
        file.write_text(text + "\n", encoding="ascii")
    except OSError as error:
        raise UsageError(f"--json {shown_path(file)}: {(error.strerror or str(error)).lower()}") from None


class Lines:
    """A line on stderr now and then, for work that takes longer."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY

    def __call__(self, what: str, done: int, total: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            sys.stderr.write(f"{what}: {done} of {total}\n")
            sys.stderr.flush()
