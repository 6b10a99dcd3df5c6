"""Which list of classes holds for which part of a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

from holdfast.dataset import CLASSES, Split, schema
from holdfast.formats.masks.classes import Class, ClassList, find_list
from holdfast.formats.masks.layout import Layout
from holdfast.formats.tree import upward


class Scope(NamedTuple):
    """A list of classes and where it holds: a collection, or one split of it. `first` is the number of the
    first class of a list whose numbers are places."""

    collection: str
    unit: str | None
    declared: ClassList
    first: int = 0

    def holds_for(self, split: Split) -> bool:
        """Whether it says what the values in a split mean."""
        return self.collection == split.collection and self.unit in (None, split.unit)

    def number(self, entry: Class) -> int:
        """The number of one of its classes in masks that hold numbers."""
        return entry.number + (self.first if self.declared.counted else 0)


def find_scopes(root: Path, layout: Layout, splits: Iterable[Split]) -> list[Scope]:
    """The lists of all collections: one for the whole, else those of its splits."""
    by_collection: dict[str, list[Split]] = {}
    for split in splits:
        by_collection.setdefault(split.collection, []).append(split)
    scopes: list[Scope] = []
    for collection, members in by_collection.items():
        if (whole := _first(root, layout, upward(collection))) is not None:
            scopes.append(Scope(collection, None, whole))
            continue
        found = [(split, _first(root, layout, _places(layout, split))) for split in members]
        lists = {declared.file: declared for _, declared in found if declared is not None}
        if len(lists) == 1 and all(declared is not None for _, declared in found):
            scopes.append(Scope(collection, None, next(iter(lists.values()))))
        else:
            scopes += [Scope(collection, split.unit, declared) for split, declared in found if declared]
    return scopes


def classes_table(scopes: Iterable[Scope]) -> pl.DataFrame:
    """The declared classes; the background is none."""
    rows = [
        (scope.collection, scope.unit, scope.number(entry), entry.name,
         scope.declared.file, entry.line, place)
        for scope in scopes
        for place, entry in enumerate(scope.declared.classes)
        if not entry.is_background
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema(CLASSES), orient="row")


def _first(root: Path, layout: Layout, folders: Iterable[str]) -> ClassList | None:
    lists = (find_list(root, layout.tree, folder) for folder in folders)
    return next((found for found in lists if found is not None), None)


def _places(layout: Layout, split: Split) -> Iterator[str]:
    """Where a list may lie that is of one split: its folders of images and masks, and those above."""
    for folder in split.folders:
        pairing = layout.of_images(folder)
        for place in (folder, pairing.mask_folder(folder), pairing.masks) if pairing else (folder,):
            yield place
            yield place.rpartition("/")[0]
