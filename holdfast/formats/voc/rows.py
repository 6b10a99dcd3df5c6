"""The objects of many VOC files as a table."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from holdfast.dataset import ANNOTATIONS, PLACE, empty, filled, schema
from holdfast.formats.voc.document import Shape

_AT_ONCE = 1 << 18
"""Rows that are made a table at once."""


@dataclass(slots=True)
class Rows:
    """Objects of these label files; `labels` has the columns label, those of PLACE and image."""

    labels: pl.DataFrame
    _files: list[int] = field(default_factory=list)
    _shapes: list[Shape] = field(default_factory=list)
    _made: list[pl.DataFrame] = field(default_factory=list)

    def add(self, file: int, shapes: list[Shape]) -> None:
        """Take the objects of the file in this row of the labels."""
        self._files += [file] * len(shapes)
        self._shapes += shapes
        if len(self._shapes) >= _AT_ONCE:
            self._flush()

    def table(self) -> pl.DataFrame:
        """All of them, classes numbered in order of their names within a collection."""
        self._flush()
        if not self._made:
            return empty(ANNOTATIONS)
        made = pl.concat(self._made)
        text = pl.col("class_name").cast(pl.String)
        return made.with_columns(class_id=text.rank("dense").over("collection").cast(pl.Int64) - 1)

    def _flush(self) -> None:
        shapes = self._shapes
        if not shapes:
            return
        owned = self.labels.select("label", "image", *schema(PLACE)).select(pl.all().gather(self._files))
        edges = list(zip(*(shape.edges for shape in shapes), strict=True))
        columns = {
            "line": [shape.line for shape in shapes],
            "column": [shape.column for shape in shapes],
            "entry": [shape.entry for shape in shapes],
            "kind": [shape.kind for shape in shapes],
            "class_name": [shape.name for shape in shapes],
            "pixels": [True] * len(shapes),
            "values": [list(shape.values) for shape in shapes],
            "crowd": [False] * len(shapes),
        }
        named = dict(zip(("x_min", "y_min", "x_max", "y_max"), map(list, edges), strict=True))
        placed = {name: owned[name] for name in owned.columns}
        self._made.append(filled(ANNOTATIONS, columns | named | placed, len(shapes)))
        self._files, self._shapes = [], []
