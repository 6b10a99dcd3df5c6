"""The images that COCO files name, and which files of the tree they are."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from holdfast.dataset import Dataset, Problem, Split
from holdfast.files import NotRead
from holdfast.formats.coco.annotations import Codes
from holdfast.formats.coco.names import Finder
from holdfast.formats.coco.notes import Notes
from holdfast.formats.coco.stream import Element, Stream
from holdfast.formats.coco.values import Malformed, id_of, image_of
from holdfast.formats.coco.window import Window, window_of
from holdfast.formats.tree import Tree
from holdfast.images import is_image
from holdfast.names import display, to_os
from holdfast.progress import report

_SHOWN = 32 << 20
"""Bytes from which on a file is worth a line of progress."""
_EVERY = 4096
"""Elements between two looks at how far the reading is."""
_NONE = -1
_COLUMNS = "id", "file", "wide", "high", "entry", "line", "column"


class Images:
    """The `images` of one file, a row each: id as code, path (null: no image of the tree), size, place."""

    def __init__(self, finder: Finder, codes: Codes, notes: Notes | None) -> None:
        self._finder = finder
        self._codes = codes
        self._notes = notes
        self._paths: dict[str, int] = {}
        self._rows = array("q")

    def add(self, element: Element) -> None:
        """Take an element of `images`."""
        place = element.line, element.column
        try:
            said = image_of(element.value)
        except Malformed as error:
            self._note(Problem.MALFORMED, f"image: {error}", element)
            self._add_lost(element)
            return
        if odd := said.odd or element.odd:
            self._note(Problem.MALFORMED, f"image: {odd}", element)
        path = self._found(said.name, element)
        file = _NONE if path is None else self._paths.setdefault(path, len(self._paths))
        sizes = (_NONE if side is None else side for side in (said.width, said.height))
        self._rows.extend((self._codes.of(said.id), file, *sizes, element.entry, *place))

    def table(self) -> pl.DataFrame:
        """All of them in the order of the file, with the path of the image."""
        numbers = np.array(self._rows, dtype=np.int64).reshape(-1, len(_COLUMNS))
        table = pl.DataFrame({name: numbers[:, at] for at, name in enumerate(_COLUMNS)})
        sizes = (pl.when(pl.col(name) != _NONE).then(pl.col(name)).alias(name) for name in ("wide", "high"))
        paths = pl.DataFrame({"path": list(self._paths)}, schema={"path": pl.String()})
        paths = paths.with_row_index("file").cast({"file": pl.Int64()})
        return (
            table.with_columns(*sizes).join(paths, on="file", how="left", maintain_order="left").drop("file")
        )

    def _found(self, name: str, element: Element) -> str | None:
        """The image of this name; what is wrong with it is noted."""
        path = self._finder.find(name)
        if path is not None and is_image(path):
            return path
        if path is not None:
            self._note(Problem.DANGLING, f"names a file that is no image: {display(name[:200])}", element)
        elif not self._finder.is_skipped(name):  # what is there and not read is reported as such
            self._note(Problem.DANGLING, f"names a missing image: {display(name[:200])}", element)
        return None

    def _add_lost(self, element: Element) -> None:
        """Remember the id of an image that is not read: annotations of it are not another fault."""
        try:
            code = self._codes.of(id_of(element.value, "id"))
        except (Malformed, AttributeError):
            return
        self._rows.extend((code, _NONE, _NONE, _NONE, element.entry, element.line, element.column))

    def _note(self, kind: Problem, message: str, element: Element) -> None:
        if self._notes is not None:
            self._notes.add(kind, message, element.line, element.column, f"/images/{element.entry}")


def images_of(dataset: Dataset, tree: Tree, split: Split, file: str, notes: Notes) -> pl.DataFrame:
    """The table of Images of one file; stops where `images` end."""
    images = Images(Finder(dataset.root, tree, file, split.folders), Codes(), notes)
    try:
        with window_of(dataset.root / to_os(file)) as window:
            stream = Stream(window, {"images"}, last="images")
            for element in shown(stream, window, f"images of {display(file)}"):
                images.add(element)
            notes.add_faults(stream.faults)
            if not stream.faults and not stream.finished:
                notes.add(Problem.MALFORMED, "has no images", None, None, None)
    except NotRead as error:
        notes.add(Problem.MALFORMED, f"cannot be read: {error}", None, None, None)
    table = images.table()
    _report_repeated(table, notes)
    return table


def shown(stream: Stream, window: Window, what: str) -> Iterator[Element]:
    """The elements of a stream, with progress in MB where the file is large."""
    for number, element in enumerate(stream.elements()):
        if window.total >= _SHOWN and number % _EVERY == 0:
            report(f"{what} (MB)", window.done >> 20, window.total >> 20)
        yield element
    if window.total >= _SHOWN:
        report(f"{what} (MB)", window.total >> 20, window.total >> 20)


def repeated(table: pl.DataFrame, key: str) -> Iterator[dict[str, Any]]:
    """Rows whose key another row has before them: their place, and `first`, `first_line` of that one."""
    first = (
        pl.col(name).first().over(key).alias(to) for name, to in (("entry", "first"), ("line", "first_line"))
    )
    rows = table.filter(pl.col(key).is_not_null() & pl.col(key).is_duplicated())
    rows = rows.select(key, "entry", "line", "column", *first)
    return rows.filter(~pl.col(key).is_first_distinct()).iter_rows(named=True)


def _report_repeated(table: pl.DataFrame, notes: Notes) -> None:
    """Images that share an id or a file."""
    for key, what in (("id", "id"), ("path", "file_name")):
        for row in repeated(table, key):
            message = f"image has the {what} of images/{row['first']} (line {row['first_line']})"
            notes.add(Problem.DUPLICATE_ID, message, row["line"], row["column"], f"/images/{row['entry']}")
