"""The annotations of one COCO file, collected column by column: a number costs its 8 bytes."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.columns import ANNOTATIONS, schema
from holdfast.formats.coco.shapes import KINDS, Kind, Shape, is_crowd, shape_of
from holdfast.formats.coco.values import Id, class_of, id_of

_AT_ONCE = 1 << 18
"""Rows that are made a table at once."""
_NONE = -1
"""Entry, size or length of a list where there is none."""
_WIDEST = (1 << 31) - 1
"""The largest column that the table holds; a file of one line may be longer."""
_WIDTH = 13
"""Whole numbers that are kept of an annotation."""
_NO_SIZE = (_NONE, _NONE)
_NO_ID = -(1 << 63)
_PLAIN = 1 << 62
"""Ids from here on, and text, are numbered in the order in which they come, from here on."""
_COLUMNS = schema(ANNOTATIONS)
_NOWHERE = (float("nan"),) * 4
_TYPES = pl.Schema(
    {name: _COLUMNS[name] for name in ("entry", "line", "column", "kind", "class_id", "x_min", "y_min",
                                       "x_max", "y_max", "values", "rings", "keypoints", "crowd")}
    | {"id": pl.Int64(), "image_id": pl.Int64(), "high": pl.Int32(), "wide": pl.Int32(), "points": pl.Int32()}
)  # fmt: skip


class Codes:
    """Ids as numbers, the same for the same id: their own where they are numbers of 62 bits."""

    def __init__(self) -> None:
        self._others: dict[Id, int] = {}

    def of(self, id: Id) -> int:
        """The number of an id."""
        if type(id) is int and -_PLAIN < id < _PLAIN:
            return id
        return self._others.setdefault(id, _PLAIN + len(self._others))


class Annotations:
    """Columns of annotations, as a table: those of ANNOTATIONS that the file itself gives, and `id` and
    `image_id` as codes, `high` and `wide` of an encoded mask, `points`: how many keypoints."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._made: list[pl.DataFrame] = []
        self._start()

    def add(self, fields: dict[str, Any], entry: int, line: int, column: int) -> str:
        """Take an annotation; what is odd about it, '' for nothing. Raises Malformed."""
        image, number = self._codes.of(id_of(fields, "image_id")), class_of(fields, "category_id")
        own = _NO_ID if fields.get("id") is None else self._codes.of(id_of(fields, "id"))
        crowd, shape = is_crowd(fields), shape_of(fields)
        self._put((own, image, number), (entry, line, column), crowd, shape)
        return shape.odd

    def add_segment(self, fields: dict[str, Any], image: Id, line: int, column: int) -> None:
        """Take a segment of a panoptic annotation, which has no entry of its own. Raises Malformed."""
        number, crowd, shape = class_of(fields, "category_id"), is_crowd(fields), shape_of(fields)
        ids = _NO_ID, self._codes.of(image), number
        self._put(ids, (_NONE, line, column), crowd, shape._replace(kind=Kind.MASK, values=[]))

    def table(self) -> pl.DataFrame:
        """All of them, in the order of the file."""
        self._flush()
        return pl.concat(self._made, rechunk=False) if self._made else pl.DataFrame(schema=_TYPES)

    def _start(self) -> None:
        self._rows = array("q")
        self._edges, self._values, self._keypoints = array("d"), array("d"), array("d")
        self._rings = array("i")

    def _put(self, ids: tuple[int, int, int], place: tuple[int, int, int], crowd: bool, shape: Shape) -> None:
        rings, keypoints = shape.rings, shape.keypoints
        counts = (
            len(shape.values),
            _NONE if rings is None else len(rings),
            _NONE if keypoints is None else len(keypoints),
        )
        self._rows.extend((*ids, *place, shape.kind, crowd, *(shape.size or _NO_SIZE), *counts))
        self._edges.extend(shape.edges or _NOWHERE)
        self._values.extend(shape.values)
        self._rings.extend(rings or ())
        self._keypoints.extend(keypoints or ())
        if len(self._rows) >= _AT_ONCE * _WIDTH:
            self._flush()

    def _flush(self) -> None:
        if not self._rows:
            return
        rows = np.array(self._rows).reshape(-1, _WIDTH).T
        own, image, number, entry, line, column, kind, crowd, high, wide, values, rings, points = rows
        edges = np.array(self._edges).reshape(-1, 4).T
        columns = {
            "entry": _or_null(entry),
            "line": line,
            "column": _or_null(np.where(column <= _WIDEST, column, _NONE)),
            "kind": pl.Series(KINDS, dtype=_TYPES["kind"]).gather(kind),
            "class_id": number,
            "values": _lists(np.array(self._values), values),
            "rings": _lists(np.array(self._rings), rings),
            "keypoints": _lists(np.array(self._keypoints), points),
            "crowd": crowd.astype(bool),
            "id": _or_null(own, _NO_ID),
            "image_id": image,
            "high": _or_null(high),
            "wide": _or_null(wide),
            "points": _or_null(np.where(points == _NONE, _NONE, points // 3)),
        }
        for name, edge in zip(("x_min", "y_min", "x_max", "y_max"), edges, strict=True):
            columns[name] = pl.Series(edge).fill_nan(None)
        self._made.append(pl.DataFrame(columns).select(_TYPES.names()).cast(_TYPES))
        self._start()


def _or_null(numbers: NDArray[np.int64], none: int = _NONE) -> pl.Series:
    """The numbers; null for the one that stands for none."""
    series = pl.Series(numbers)
    return pl.select(pl.when(series != none).then(series)).to_series()


def _lists(values: NDArray[Any], lengths: NDArray[np.int64]) -> pl.Series:
    """The values of each row as a list; null for a row of length _NONE."""
    kind = pl.List(pl.Float64() if values.dtype == np.float64 else pl.Int32())
    first = int(lengths[0])
    if (lengths == first).all():
        if first > 0:
            return pl.Series(values.reshape(-1, first)).cast(kind)
        return pl.repeat(None if first < 0 else [], len(lengths), dtype=kind, eager=True)
    row = pl.Series("row", np.repeat(np.arange(len(lengths)), lengths.clip(0)))
    lists = pl.DataFrame({"row": row.set_sorted(), "values": values}).group_by("row", maintain_order=True)
    table = pl.DataFrame({"row": np.arange(len(lengths)), "length": lengths})
    made = table.join(lists.agg("values"), on="row", how="left", maintain_order="left")
    empty = pl.when(pl.col("length") == 0).then(pl.lit([], dtype=kind)).otherwise(pl.col("values"))
    return made.select(empty.cast(kind)).to_series()
