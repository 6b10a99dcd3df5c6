"""What lines of numbers mean, many at once: kind, edges and values of each as columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from holdfast.dataset import ANNOTATIONS, schema
from holdfast.formats.yolo.config import Keypoints

_COLUMNS = schema(ANNOTATIONS)
_VISIBLE = 2.0

Columns = dict[str, Any]
Numbers = NDArray[np.integer[Any]]


def table(files: Numbers, lines: Numbers, classes: Numbers, shapes: Columns) -> pl.DataFrame:
    """Annotations of these files (numbers, in the column `file`) on these lines."""
    columns = {"file": files, "line": lines, "class_id": classes, **shapes}
    made = pl.DataFrame(columns, schema_overrides={"file": pl.UInt32, **_COLUMNS})
    no = pl.lit(value=False)
    return made.with_columns(entry=pl.col("line") - 1, pixels=no, crowd=no)


def boxes(values: NDArray[np.float64]) -> Columns:
    """Rows of centre x, centre y, width and height."""
    return {"kind": _kinds("box", len(values)), "values": _rows(values), **_box_edges(values)}


def poses(values: NDArray[np.float64], keypoints: Keypoints) -> Columns:
    """Rows of a box and its keypoints. Without visibility a keypoint of no negative coordinate is visible, as
    Ultralytics has it."""
    points = values[:, 4:].reshape(-1, keypoints.count, keypoints.dims)
    if keypoints.dims == 2:
        seen = np.where((points < 0).any(axis=2, keepdims=True), 0.0, _VISIBLE)
        points = np.concatenate((points, seen), axis=2)
    return {
        "kind": _kinds("pose", len(values)),
        "values": _rows(values),
        "keypoints": _rows(points.reshape(len(values), -1)),
        **_box_edges(values),
    }


def mixed(values: NDArray[np.float64], lengths: NDArray[np.int32]) -> Columns:
    """Rows of different lengths, one after the other: boxes of four numbers, and polygons."""
    start = np.cumsum(lengths) - lengths
    box = lengths == 4
    edges = {}
    with np.errstate(over="ignore"):  # beyond counting is infinite, as in Python
        for axis, offset in (("x", 0), ("y", 1)):
            points, centre, half = values[offset::2], values[start + offset], values[start + offset + 2] / 2
            least, most = np.minimum.reduceat(points, start // 2), np.maximum.reduceat(points, start // 2)
            edges[f"{axis}_min"] = pl.Series(np.where(box, centre - half, least))
            edges[f"{axis}_max"] = pl.Series(np.where(box, centre + half, most))
    kinds = pl.Series(["box", "polygon"], dtype=_COLUMNS["kind"]).gather((~box).astype(np.uint32))
    return {"kind": kinds, "values": _lists(values, lengths), **edges}


def _kinds(kind: str, rows: int) -> pl.Series:
    return pl.repeat(kind, rows, dtype=_COLUMNS["kind"], eager=True)


def _box_edges(values: NDArray[np.float64]) -> Columns:
    edges = {}
    with np.errstate(over="ignore"):
        for axis, offset in (("x", 0), ("y", 1)):
            centre, half = values[:, offset], values[:, offset + 2] / 2
            edges[f"{axis}_min"], edges[f"{axis}_max"] = centre - half, centre + half
    return edges


def _rows(values: NDArray[np.float64]) -> pl.Series:
    """The rows of a table of numbers as lists."""
    return pl.Series(np.ascontiguousarray(values)).arr.to_list()


def _lists(values: NDArray[np.float64], lengths: NDArray[np.int32]) -> pl.Series:
    """The values of each row as a list."""
    row = pl.Series("row", np.repeat(np.arange(len(lengths)), lengths)).set_sorted()
    lists = pl.DataFrame({"row": row, "values": values}).group_by("row", maintain_order=True).agg("values")
    return lists["values"]
