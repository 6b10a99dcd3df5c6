"""Reading a tree as a run reads it."""

from __future__ import annotations

from pathlib import Path

from holdfast import Dataset, Problem
from holdfast.config import load_settings
from holdfast.formats import read, recognise


def read_tree(root: Path) -> Dataset:
    """The dataset of a folder with its own settings."""
    return read(recognise(root, load_settings(root)))


def images(dataset: Dataset) -> dict[str, str]:
    """The unit of each image."""
    return dict(dataset.images.select("path", "unit").rows())


def notes(dataset: Dataset, kind: Problem = Problem.CONFIG) -> list[str]:
    """What the reader noted, as `file:line message`."""
    rows = dataset.problems.filter(kind=kind).select("path", "line", "message").rows()
    return [f"{path}:{line or ''} {message}" for path, line, message in rows]


def named(dataset: Dataset, collection: str = "") -> tuple[str, ...] | None:
    """The class names of a collection in order of their numbers, None where nothing declares them."""
    names = dataset.names_of(collection)
    return None if names is None else tuple(name for _, name in sorted(names.items()))
