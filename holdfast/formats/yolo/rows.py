"""The annotations of very many label files, collected column by column."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import ANNOTATIONS, empty, schema
from holdfast.formats.yolo.labels import Annotation, Malformed, parse_boxes, parse_labels

_AT_ONCE = 1 << 19
"""Rows that are made a table at once."""

_COLUMNS = schema(ANNOTATIONS)
_NAMED = "collection", "class_id", "class_name"


class Rows:
    """Annotations of these label files: a number costs its 8 bytes, not a Python object.

    `labels` has the columns label, unit, collection, split and image; files are named by their row in it.
    `classes` is the table of that name.
    """

    def __init__(self, labels: pl.DataFrame, classes: pl.DataFrame) -> None:
        self._labels = labels
        self._names = classes.select(*_NAMED)
        self._made: list[pl.DataFrame] = []
        self._start()

    def add(self, file: int, data: bytes) -> Iterable[Malformed]:
        """Take the annotations of a file; the lines that could not be read."""
        boxes = parse_boxes(data)
        malformed = [] if boxes is not None else list(self._add_others(data))
        if boxes is not None:
            count = len(boxes.classes)
            self._lines.extend(range(1, count + 1))
            self._classes.extend(boxes.classes)
            self._lengths.extend([4] * count)
            self._values.extend(boxes.values)
        self._files.extend([file] * (len(self._lines) - len(self._files)))
        if len(self._lines) >= _AT_ONCE:
            self._flush()
        return malformed

    def table(self) -> pl.DataFrame:
        """All of them, in the order in which they came."""
        self._flush()
        return pl.concat(self._made) if self._made else empty(ANNOTATIONS)

    def _start(self) -> None:
        self._files, self._lines, self._lengths = array("i"), array("i"), array("i")
        self._classes, self._values = array("q"), array("d")

    def _add_others(self, data: bytes) -> Iterator[Malformed]:
        for row in parse_labels(data):
            if not isinstance(row, Annotation):
                yield row
                continue
            self._lines.append(row.line)
            self._classes.append(row.class_id)
            self._lengths.append(len(row.values))
            self._values.extend(row.values)

    def _flush(self) -> None:
        if not self._lines:
            return
        files, lengths, values = (np.array(part) for part in (self._files, self._lengths, self._values))
        made = self._labels.select(pl.all().gather(files)).with_columns(
            line=np.array(self._lines),
            entry=np.array(self._lines) - 1,
            pixels=False,
            crowd=False,
            kind=pl.Series(["box", "polygon"], dtype=_COLUMNS["kind"]).gather((lengths != 4).astype(int)),
            class_id=np.array(self._classes),
            values=_lists(values, lengths),
            **_edges(values, lengths),
        )
        named = made.join(self._names, on=_NAMED[:2], how="left", maintain_order="left")
        absent = {name: pl.lit(None, kind) for name, kind in _COLUMNS.items() if name not in named.columns}
        self._made.append(named.with_columns(**absent).select(_COLUMNS.keys()).cast(pl.Schema(_COLUMNS)))
        self._start()


def _lists(values: NDArray[np.float64], lengths: NDArray[np.int32]) -> pl.Series:
    """The values of each row as a list."""
    row = pl.Series("row", np.repeat(np.arange(len(lengths)), lengths)).set_sorted()
    lists = pl.DataFrame({"row": row, "values": values}).group_by("row", maintain_order=True).agg("values")
    return lists["values"]


def _edges(values: NDArray[np.float64], lengths: NDArray[np.int32]) -> dict[str, pl.Series]:
    """What each row covers: a box by its centre and size, a polygon by its points."""
    start = np.cumsum(lengths) - lengths
    box = lengths == 4
    edges = {}
    with np.errstate(over="ignore"):  # beyond counting is infinite, as in Python
        for axis, offset in (("x", 0), ("y", 1)):
            points, centre, half = values[offset::2], values[start + offset], values[start + offset + 2] / 2
            least, most = np.minimum.reduceat(points, start // 2), np.maximum.reduceat(points, start // 2)
            edges[f"{axis}_min"] = pl.Series(np.where(box, centre - half, least))
            edges[f"{axis}_max"] = pl.Series(np.where(box, centre + half, most))
    return edges
