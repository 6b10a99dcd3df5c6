"""The annotations of very many label files, collected column by column."""

from __future__ import annotations

from array import array

import numpy as np
import polars as pl

from holdfast.dataset import ANNOTATIONS, empty, schema
from holdfast.formats.yolo import shapes
from holdfast.formats.yolo.boxes import LONG, Boxes, plain, read_boxes
from holdfast.formats.yolo.config import Keypoints
from holdfast.formats.yolo.labels import Annotation, Malformed, parse_labels

_AT_ONCE = 1 << 19
"""Rows that are made a table at once, and so many times 8 bytes of plain files."""

_COLUMNS = schema(ANNOTATIONS)
_NAMED = "collection", "class_id", "class_name"


class Rows:
    """Annotations of these label files: a number costs its 8 bytes, not a Python object.

    `labels` has the columns label, unit, collection, split and image; files are named by their row in it, and
    come in this order. `classes` is the table of that name. `malformed` are the lines that could not be
    read, each with its file, once `table` was asked for.
    """

    def __init__(self, labels: pl.DataFrame, classes: pl.DataFrame) -> None:
        self.malformed: list[tuple[int, Malformed]] = []
        self._labels = labels
        self._names = classes.select(*_NAMED)
        self._made: list[pl.DataFrame] = []
        self._keypoints: Keypoints | None = None
        self._start()

    def add(self, file: int, data: bytes, keypoints: Keypoints | None = None) -> None:
        """Take the annotations of a file: poses where keypoints are given."""
        if keypoints != self._keypoints:
            self._flush()
            self._keypoints = keypoints
        if keypoints is not None or len(data) > LONG:
            self._add_lines(file, data)
        elif data:
            self._waiting.append((file, data))
            self._size += len(data)
        if len(self._lines) >= _AT_ONCE or self._size >= _AT_ONCE * 8:
            self._flush()

    def table(self) -> pl.DataFrame:
        """All of them, in the order of the files."""
        self._flush()
        self.malformed.sort(key=lambda found: (found[0], found[1].line))
        return pl.concat(self._made) if self._made else empty(ANNOTATIONS)

    def _start(self) -> None:
        self._files, self._lines, self._lengths = array("i"), array("i"), array("i")
        self._classes, self._values = array("q"), array("d")
        self._waiting: list[tuple[int, bytes]] = []
        self._size = 0

    def _add_lines(self, file: int, data: bytes) -> None:
        """Take a file line by line."""
        for row in parse_labels(data, self._keypoints):
            if not isinstance(row, Annotation):
                self.malformed.append((file, row))
                continue
            self._files.append(file)
            self._lines.append(row.line)
            self._classes.append(row.class_id)
            self._lengths.append(len(row.values))
            self._values.extend(row.values)

    def _flush(self) -> None:
        parts = self._boxes(self._waiting)
        if self._lines:
            parts.append(self._others())
        if parts:
            part = pl.concat(parts, how="diagonal")
            in_order = part if part["file"].is_sorted() else part.sort("file", maintain_order=True)
            self._made.append(self._complete(in_order))
        self._start()

    def _boxes(self, files: list[tuple[int, bytes]]) -> list[pl.DataFrame]:
        """The boxes of files if each line of them is one. Else those that are not plain go line by line, and
        where all seem plain, both halves, until one in doubt stands alone."""
        if not files:
            return []
        boxes = read_boxes([data for _, data in files])
        if boxes is not None:
            return [_table_of([file for file, _ in files], boxes)]
        good = [] if len(files) == 1 else [found for found in files if plain(found[1])]
        if len(good) == len(files):
            half = len(files) // 2
            return self._boxes(files[:half]) + self._boxes(files[half:])
        kept = {file for file, _ in good}
        for file, data in files:
            if file not in kept:
                self._add_lines(file, data)
        return self._boxes(good)

    def _others(self) -> pl.DataFrame:
        """What was read line by line."""
        lengths, values = np.array(self._lengths), np.array(self._values)
        if self._keypoints is None:
            found = shapes.mixed(values, lengths)
        else:
            found = shapes.poses(values.reshape(len(lengths), -1), self._keypoints)
        return shapes.table(np.array(self._files), np.array(self._lines), np.array(self._classes), found)

    def _complete(self, part: pl.DataFrame) -> pl.DataFrame:
        """With place, image and class name, and all columns."""
        made = self._labels.select(pl.all().gather(part["file"])).hstack(part.drop("file"))
        named = made.join(self._names, on=_NAMED[:2], how="left", maintain_order="left")
        absent = {name: pl.lit(None, kind) for name, kind in _COLUMNS.items() if name not in named.columns}
        return named.with_columns(**absent).select(_COLUMNS.keys()).cast(pl.Schema(_COLUMNS))


def _table_of(files: list[int], boxes: Boxes) -> pl.DataFrame:
    """The boxes of plain files, where every line is one."""
    counts = boxes.counts
    lines = np.arange(len(boxes.classes)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    return shapes.table(np.repeat(files, counts), lines, boxes.classes, shapes.boxes(boxes.values))
