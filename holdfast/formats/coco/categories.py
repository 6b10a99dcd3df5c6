"""The categories of one COCO file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from holdfast.dataset import CLASSES, Problem, filled
from holdfast.formats.coco.notes import Notes
from holdfast.formats.coco.stream import Element
from holdfast.formats.coco.values import Malformed, category_of

_MOST = 100_000


class Category(NamedTuple):
    """A category: its name, how many keypoints it has (None: it does not say), its entry and line."""

    name: str
    points: int | None
    entry: int
    line: int


class Categories:
    """The `categories` of a file by id; the first of an id keeps it."""

    def __init__(self, notes: Notes) -> None:
        self.known: dict[int, Category] = {}
        self._notes = notes

    def add(self, element: Element) -> None:
        """Take an element of `categories`."""
        place = element.line, element.column, f"/categories/{element.entry}"
        if element.entry >= _MOST:
            if element.entry == _MOST:
                self._notes.add(Problem.MALFORMED, f"more than {_MOST} categories; no more are read", *place)
            return
        try:
            number, name, points = category_of(element.value)
        except Malformed as error:
            self._notes.add(Problem.MALFORMED, f"category: {error}", *place)
            return
        if element.odd:
            self._notes.add(Problem.MALFORMED, f"category: {element.odd}", *place)
        first = self.known.setdefault(number, Category(name, points, element.entry, element.line))
        if first.entry != element.entry:
            message = f"category has the id {number} of categories/{first.entry} (line {first.line})"
            self._notes.add(Problem.DUPLICATE_ID, message, *place)

    def table(self) -> pl.DataFrame:
        """The table of classes."""
        split = self._notes.split
        rows = sorted(self.known.items())
        data = {
            "collection": [split.collection] * len(rows),
            "unit": [split.unit] * len(rows),
            "class_id": [number for number, _ in rows],
            "class_name": [category.name for _, category in rows],
            "path": [self._notes.file] * len(rows),
            "line": [category.line for _, category in rows],
            "entry": [category.entry for _, category in rows],
        }
        return filled(CLASSES, data, len(rows))

    def points(self) -> Mapping[int, int]:
        """How many keypoints the annotations of each class have, where the file says."""
        return {
            number: category.points for number, category in self.known.items() if category.points is not None
        }
