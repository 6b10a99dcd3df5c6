"""Panoptic annotations: a PNG for each image whose colours are segments, and what the segments are."""

from __future__ import annotations

from typing import Any, NamedTuple

import polars as pl

from holdfast.dataset import MASKS, Problem, schema
from holdfast.formats.coco.annotations import Annotations, Codes
from holdfast.formats.coco.names import Finder
from holdfast.formats.coco.notes import MOST, Notes
from holdfast.formats.coco.stream import Element
from holdfast.formats.coco.values import Id, Malformed, id_of
from holdfast.names import display

_LARGEST = 1 << 62
"""Ids from here on are not compared."""
_TYPES = {
    "entry": pl.Int64(), "line": pl.Int64(), "column": pl.Int64(), "image_id": pl.Int64(),
    "path": pl.String(), "segments": schema(MASKS)["segments"],
}  # fmt: skip


class _Picture(NamedTuple):
    """An annotation, where it stands; its image, its picture, and the ids of its segments; None: unknown."""

    entry: int
    line: int
    column: int
    image_id: int
    path: str | None
    segments: list[int] | None


class _Missing(NamedTuple):
    name: str
    line: int
    column: int
    entry: int


class Panoptic:
    """Takes the panoptic annotations of a file; the pictures lie in a folder called like it, or near."""

    def __init__(self, finder: Finder, codes: Codes, annotations: Annotations, notes: Notes) -> None:
        self._finder = finder
        self._codes = codes
        self._annotations = annotations
        self._notes = notes
        self._found = 0
        self._missing: list[_Missing] = []
        self._pictures: list[_Picture] = []

    def add(self, element: Element) -> None:
        """Take an annotation that has `segments_info`. Raises Malformed where it says no image."""
        fields: dict[str, Any] = element.value
        image = id_of(fields, "image_id")
        segments = fields["segments_info"]
        if type(segments) is not list:
            raise Malformed("segments_info is no array", "segments_info")
        path = self._look_up(fields.get("file_name"), element)
        ids = self._segments(segments, image, element)
        place = element.entry, element.line, element.column
        self._pictures.append(_Picture(*place, self._codes.of(image), path, ids))

    def table(self) -> pl.DataFrame:
        """The annotations, in the order of the file."""
        return pl.DataFrame(self._pictures, schema=_TYPES, orient="row")

    def _segments(self, segments: list[Any], image: Id, element: Element) -> list[int] | None:
        """Take the segments of an annotation; their ids, None where one of them has none to compare."""
        known = dict[Id, None]()
        whole = True
        for number, segment in enumerate(segments):
            place = element.line, element.column, f"/annotations/{element.entry}/segments_info/{number}"
            try:
                if type(segment) is not dict:
                    raise Malformed("is no object")
                own = id_of(segment, "id")
                self._annotations.add_segment(segment, image, element.line, element.column)
            except Malformed as error:
                self._notes.add(Problem.MALFORMED, f"segment {number} {error}", *place)
                whole = False
                continue
            if own in known:
                message = f"segment {number} has the id of another segment of its image"
                self._notes.add(Problem.DUPLICATE_ID, message, *place)
            known[own] = None
        ids = [own for own in known if type(own) is int and abs(own) < _LARGEST]
        return ids if whole and len(ids) == len(known) else None

    def finish(self) -> None:
        """Note the pictures that are missing; where there are none at all, once."""
        if self._missing and not self._found:
            line, column, entry = self._missing[0][1:]
            count = f"{len(self._missing)}" + (" or more" if len(self._missing) == MOST else "")
            message = f"none of its {count} masks is there, first {display(self._missing[0].name[:200])}"
            self._notes.add(Problem.DANGLING, message, line, column, f"/annotations/{entry}/file_name")
            return
        for name, line, column, entry in self._missing:
            message = f"names a missing mask: {display(name[:200])}"
            self._notes.add(Problem.DANGLING, message, line, column, f"/annotations/{entry}/file_name")

    def _look_up(self, name: object, element: Element) -> str | None:
        """The picture of this name, None where there is none."""
        if type(name) is not str or not name:
            raise Malformed("has no file_name", "file_name")
        path = self._finder.find(name)
        if path is not None:
            self._found += 1
        elif len(self._missing) < MOST:
            self._missing.append(_Missing(name, element.line, element.column, element.entry))
        return path
