"""The annotations of files that name many images, collected column by column."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import ANNOTATIONS, filled
from holdfast.formats.lists.records import Mark

Key = tuple[str, str | int | None]
"""A class: its collection, and what files call it."""

_LIST = pl.List(pl.Float64())


class Place(NamedTuple):
    """Where an annotation stands: which file, line from 1, which annotation of the file from 0."""

    file: int
    line: int | None
    entry: int
    collection: str


class Rows:
    """Annotations of these files: a number costs its bytes, not a Python object.

    `sized`: the values of a box are x, y, width and height, else its four edges. Files, owners and
    classes are numbered as they come.
    """

    def __init__(self, *, sized: bool) -> None:
        self._sized = sized
        self._keys: dict[Key, int] = {}
        names = ("file", "line", "column", "entry", "owner", "key", "box")
        self._columns = {name: array("i") for name in names}
        self._pixels, self._values = array("b"), array("d")

    def add(self, place: Place, owner: int, mark: Mark) -> None:
        """Take an annotation; the owner is its image, or nobody in a split."""
        box = len(self._values) // 4 if mark.values else -1
        key = self._keys.setdefault((place.collection, mark.key), len(self._keys))
        row = (place.file, place.line or 0, mark.column or 0, place.entry, owner, key, box)
        for column, value in zip(self._columns.values(), row, strict=True):
            column.append(value)
        self._pixels.append(mark.pixels)
        self._values.extend(mark.values)

    @property
    def keys(self) -> list[Key]:
        """The classes that occur, as they came."""
        return list(self._keys)

    def first(self, key: Key) -> tuple[int, int | None]:
        """File and line of the first annotation of a class."""
        row = self._columns["key"].index(self._keys[key])
        return self._columns["file"][row], self._columns["line"][row] or None

    def table(
        self, files: list[str], owners: pl.DataFrame, numbers: Mapping[Key, tuple[int | None, str | None]]
    ) -> pl.DataFrame:
        """All of them, in the order in which they came.

        `owners` has the columns of PLACE and image, `numbers` gives number and name of each class.
        """
        columns = {name: pl.Series(name, np.array(values)) for name, values in self._columns.items()}
        boxes = np.array(self._columns["box"])
        data = {
            **owners.select(pl.all().gather(columns["owner"])).to_dict(),
            **self._edges(boxes),
            "class_id": pl.Series([numbers[key][0] for key in self._keys], dtype=pl.Int64).gather(
                columns["key"]
            ),
            "class_name": pl.Series([numbers[key][1] for key in self._keys], dtype=pl.String).gather(
                columns["key"]
            ),
            "label": pl.Series(files, dtype=pl.String).gather(columns["file"]),
            "line": columns["line"].replace(0, None),
            "column": columns["column"].replace(0, None),
            "entry": columns["entry"],
            "kind": pl.Series(["class", "box"]).gather((boxes >= 0).astype(np.uint32)),
            "pixels": pl.Series(np.array(self._pixels)).cast(pl.Boolean),
            "crowd": pl.repeat(False, len(boxes), eager=True),
        }
        return filled(ANNOTATIONS, data, len(boxes))

    def _edges(self, boxes: NDArray[np.int32]) -> dict[str, pl.Series]:
        """Values and edges of each row."""
        values = np.frombuffer(self._values).reshape(-1, 4)
        left, upper, right, lower = values.T
        if self._sized:
            with np.errstate(over="ignore"):  # beyond counting is infinite, as in Python
                right, lower = left + right, upper + lower
        rows = pl.Series(np.where(boxes < 0, len(values), boxes), dtype=pl.UInt32)
        lists = pl.Series(values).cast(_LIST) if len(values) else None
        none = pl.Series([[]], dtype=_LIST)
        made = {"values": (none if lists is None else pl.concat([lists, none])).gather(rows)}
        for name, edge in zip(("x_min", "y_min", "x_max", "y_max"), (left, upper, right, lower), strict=True):
            made[name] = pl.Series(np.append(edge, np.nan)).gather(rows).fill_nan(None)
        return made
