"""The annotations of very many label files, collected column by column."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
import polars as pl

from holdfast.dataset import ANNOTATIONS, empty, schema
from holdfast.formats.yolo import shapes
from holdfast.formats.yolo.boxes import Boxes, plain, read_boxes
from holdfast.formats.yolo.config import Keypoints
from holdfast.formats.yolo.labels import Annotation, Malformed, parse_labels

_COLUMNS = schema(ANNOTATIONS)


class Rows:
    """Annotations of these label files: a number costs its 8 bytes, not a Python object.

    `labels` has the columns label, unit, collection, split and image; files are named by their row in it, and
    come in this order. `classes` is the table of that name, where each collection's classes follow each other
    from 0 on. `keypoints` has those of each file, where any file holds poses. `malformed` are the lines that
    could not be read, each with its file, in any order.
    """

    def __init__(
        self, labels: pl.DataFrame, classes: pl.DataFrame, keypoints: Sequence[Keypoints | None] = ()
    ) -> None:
        self.malformed: list[tuple[int, Malformed]] = []
        self._keypoints = keypoints
        self._made: list[pl.DataFrame] = []
        numbered = classes.select("collection", row=pl.int_range(pl.len())).group_by("collection")
        known = numbered.agg(first_class=pl.min("row"), classes=pl.len())
        self._labels = labels.join(known, on="collection", how="left", maintain_order="left")
        self._names = classes["class_name"]

    def add(self, first: int, texts: list[bytes]) -> None:
        """Take the annotations of files that follow each other: the number of the first, what each holds."""
        parts = []
        wanted = self._keypoints[first : first + len(texts)]
        for keypoints in dict.fromkeys(wanted):
            if keypoints is not None:
                parts += self._by_line(first, _only(texts, [it == keypoints for it in wanted]), keypoints)
        parts += self._boxes(first, _only(texts, [it is None for it in wanted]) if wanted else texts)
        if parts:
            part = pl.concat(parts, how="diagonal") if len(parts) > 1 else parts[0]
            in_order = part if part["file"].is_sorted() else part.sort("file", maintain_order=True)
            self._made.append(self._complete(in_order))

    def table(self) -> pl.DataFrame:
        """All of them, in the order of the files."""
        return pl.concat(self._made) if self._made else empty(ANNOTATIONS)

    def _boxes(self, first: int, texts: list[bytes]) -> list[pl.DataFrame]:
        """The boxes of files if each line of them is one. Else those that are not plain go line by line, and
        where all seem plain, both halves, until one in doubt stands alone."""
        if not any(texts):
            return []
        boxes = read_boxes(texts)
        if boxes is not None:
            return [_table_of(first, boxes)]
        good = [plain(text) for text in texts]
        if len(texts) == 1:
            return self._by_line(first, texts)
        if all(good):
            half = len(texts) // 2
            return self._boxes(first, texts[:half]) + self._boxes(first + half, texts[half:])
        odd = _only(texts, [not it for it in good])
        return self._by_line(first, odd) + self._boxes(first, _only(texts, good))

    def _by_line(
        self, first: int, texts: list[bytes], keypoints: Keypoints | None = None
    ) -> list[pl.DataFrame]:
        """What the lines of files say, one after the other."""
        files, lines, lengths, classes, values = array("i"), array("i"), array("i"), array("q"), array("d")
        for file, text in enumerate(texts, first):
            for row in parse_labels(text, keypoints):
                if not isinstance(row, Annotation):
                    self.malformed.append((file, row))
                    continue
                files.append(file)
                lines.append(row.line)
                classes.append(row.class_id)
                lengths.append(len(row.values))
                values.extend(row.values)
        if not files:
            return []
        if keypoints is None:
            found = shapes.mixed(np.array(values), np.array(lengths))
        else:
            found = shapes.poses(np.array(values).reshape(len(files), -1), keypoints)
        return [shapes.table(np.array(files), np.array(lines), np.array(classes), found)]

    def _complete(self, part: pl.DataFrame) -> pl.DataFrame:
        """With place, image and class name, and all columns."""
        placed = self._labels.select(pl.all().gather(part["file"])).hstack(part.drop("file"))
        known = pl.col("class_id").is_between(0, pl.col("classes"), closed="left")
        row = pl.when(known).then(pl.col("first_class") + pl.col("class_id")).cast(pl.UInt32)
        names = self._names.gather(placed.select(row).to_series())
        absent = {name: pl.lit(None, kind) for name, kind in _COLUMNS.items() if name not in placed.columns}
        named = placed.with_columns(**absent).with_columns(class_name=names)
        return named.select(_COLUMNS.keys()).cast(pl.Schema(_COLUMNS))


def _only(texts: list[bytes], kept: list[bool]) -> list[bytes]:
    """The files that are kept, and the others as if they said nothing."""
    return [text if keep else b"" for text, keep in zip(texts, kept, strict=True)]


def _table_of(first: int, boxes: Boxes) -> pl.DataFrame:
    """The boxes of plain files, where every line is one."""
    counts = boxes.counts
    files = np.repeat(np.arange(first, first + len(counts), dtype=np.uint32), counts)
    before = np.cumsum(counts, dtype=np.int32) - counts.astype(np.int32)
    lines = np.arange(1, len(boxes.classes) + 1, dtype=np.int32) - np.repeat(before, counts)
    return shapes.table(files, lines, boxes.classes, shapes.boxes(boxes.values))
