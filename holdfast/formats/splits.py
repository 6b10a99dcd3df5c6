"""Splits as folders and files are named after them, and the columns that say where a row belongs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl

from holdfast.dataset import PLACE, Problem, ProblemRow, Split, schema
from holdfast.names import display

SPLIT_NAMES = {
    "train": "train", "val": "val", "valid": "val", "validate": "val", "validation": "val",
    "test": "test", "dev": "val", "eval": "val", "training": "train", "testing": "test",
}  # fmt: skip
"""Every spelling of a split, and the name that it has here."""

_LONGER = re.compile(r"([a-z]+?)[ _-]?(?:set|data|split)?[ _-]?(?:(?:19|20)\d\d)?", re.ASCII)
"""How folders spell a split at greater length: `train2017`, `training_set`, `testset`."""
_EXPORT = re.compile(r"(.+)\.rf\.[0-9a-zA-Z]{20,40}", re.DOTALL)


def split_named(folder: str) -> str | None:
    """The split that a folder of this name is: `valid`, `train2017`, `test_set`; None for any other name."""
    longer = _LONGER.fullmatch(folder.lower()) if len(folder) < 40 else None
    return SPLIT_NAMES.get(folder.lower()) or (SPLIT_NAMES.get(longer[1]) if longer else None)


def merged(splits: Iterable[Split]) -> Iterator[ProblemRow]:
    """Splits whose folders spell it in several ways: `val/` beside `valid/`. Those that nothing declares."""
    for split in splits:
        spelt: dict[str, str] = {}
        for folder in split.folders:
            names = [part for part in folder.split("/") if split_named(part) == split.name]
            if names:
                spelt.setdefault(names[-1], folder)
        if len(spelt) > 1:
            *others, last = (display(folder) for folder in spelt.values())
            message = (
                f"{display(split.unit)} is read from {', '.join(others)} and {last}; [splits] says what is"
            )
            yield ProblemRow(Problem.MERGED, last, message)


def order(split: Split) -> tuple[str, int]:
    """What splits are sorted by: collection, then train, val, test."""
    return split.collection, ("train", "val", "test").index(split.name)


def places(splits: tuple[Split, ...], owners: Iterable[Split]) -> pl.DataFrame:
    """The columns of PLACE, a row for each owner; owners are among `splits`."""
    rows = [(split.unit, split.collection, split.name) for split in splits]
    row_of = {split.unit: row for row, split in enumerate(splits)}
    table = pl.DataFrame(rows, schema=schema(PLACE), orient="row")
    chosen = pl.Series([row_of[owner.unit] for owner in owners], dtype=pl.UInt32)
    return table.select(pl.all().gather(chosen))


def source_of(path: str) -> str:
    """The picture that an image was exported from: Roboflow's `<source>.rf.<hash>`, else its own stem."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    export = _EXPORT.fullmatch(stem) if ".rf." in stem else None
    return export[1] if export else stem
