"""COCO results, element by element: https://cocodataset.org/#format-results"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from holdfast.errors import UsageError
from holdfast.files import NotRead, open_file
from holdfast.formats.coco.stream import Element, Stream
from holdfast.formats.coco.values import Malformed, class_of, id_of
from holdfast.formats.coco.window import WINDOW, Fault, Window
from holdfast.impact.predictions import Box, Name, Prediction
from holdfast.names import display, shown_path

LARGEST = 2 << 30
"""Bytes of a file."""
_BEFORE, _AFTER = b'{"results":', b"}"
_BOM = b"\xef\xbb\xbf"
_LONGEST = 4096


def json_rows(path: Path) -> Iterator[Prediction]:
    """Every result of a file. Raises UsageError at the first that is none, with line and JSON pointer."""
    try:
        descriptor, state = open_file(path)
        try:
            if state.st_size > LARGEST:
                raise NotRead(f"{state.st_size} bytes, over the limit of {LARGEST}")
            yield from _rows(path, descriptor)
        finally:
            os.close(descriptor)
    except (NotRead, OSError) as error:
        raise UsageError(f"--predictions: {shown_path(path)} cannot be read: {error}") from None


def _rows(path: Path, descriptor: int) -> Iterator[Prediction]:
    """The results: the list is read as the one member of an object, which is what the stream reads."""
    first = os.read(descriptor, WINDOW).removeprefix(_BOM)
    if first.lstrip()[:1] != b"[":
        what = "begins with no [" if first.strip() else "is empty"
        raise UsageError(f"--predictions: {shown_path(path)} {what}: COCO results are a list in JSON")
    parts = chain([_BEFORE + first], iter(lambda: os.read(descriptor, WINDOW), b""), [_AFTER])
    stream = Stream(Window(parts), {"results"})
    for element in stream.elements():
        if stream.faults:
            break
        try:
            if element.odd:
                raise Malformed(element.odd)
            yield _prediction(element.value)
        except Malformed as error:
            raise _refusal(path, element, error) from None
    for fault in stream.faults:
        raise _refused(path, fault)


def _prediction(fields: Any) -> Prediction:
    """What an element says. Raises Malformed."""
    if type(fields) is not dict:
        raise Malformed("is no object")
    score: Any = fields.get("score")
    if not _is_finite(score):
        raise Malformed("has no score" if score is None else "score is no finite number", "score")
    return Prediction(_name(fields), class_of(fields, "category_id"), float(score), _box(fields))


def _name(fields: dict[str, Any]) -> Name:
    """The image, by the name of its file where that is given: ids may mean several images."""
    for key in ("file_name", "path"):
        if (name := fields.get(key)) is not None:
            if type(name) is not str or not 0 < len(name) <= _LONGEST:
                raise Malformed(f"{key} is no name of a file", key)
            return Name(name)
    return Name(id_of(fields, "image_id"), is_id=True)


def _box(fields: dict[str, Any]) -> Box:
    """The edges of its box, or around its polygon."""
    box, outline = fields.get("bbox"), fields.get("segmentation")
    if box is not None:
        if type(box) is not list or len(box) != 4:
            raise Malformed("bbox is not x, y, width, height", "bbox")
        left, upper, width, height = _numbers(box, "bbox")
        return _finite((left, upper, left + width, upper + height), "bbox")
    if type(outline) is dict:
        raise Malformed("an encoded mask without bbox, which is what is compared", "segmentation")
    if type(outline) is not list or not all(type(ring) is list and len(ring) % 2 == 0 for ring in outline):
        raise Malformed("has neither bbox nor a segmentation of points", "bbox")
    points = _numbers([value for ring in outline for value in ring], "segmentation")
    if not points:
        raise Malformed("segmentation has no point", "segmentation")
    return min(points[::2]), min(points[1::2]), max(points[::2]), max(points[1::2])


def _numbers(values: list[Any], key: str) -> list[float]:
    if not all(map(_is_finite, values)):
        raise Malformed(f"{key} holds what is no finite number", key)
    return [float(value) for value in values]


def _finite(edges: Box, key: str) -> Box:
    if not all(map(math.isfinite, edges)):
        raise Malformed(f"{key} ends beyond all numbers", key)
    return edges


def _is_finite(value: Any) -> bool:
    try:
        return type(value) in (int, float) and math.isfinite(value)
    except OverflowError:
        return False  # a whole number beyond all others


def _refusal(path: Path, element: Element, error: Malformed) -> UsageError:
    key = f"/{error.key}" if error.key else ""
    pointer = f"/results/{element.entry}{key}"
    return _refused(path, Fault(str(error), element.line, element.column, pointer))


def _refused(path: Path, fault: Fault) -> UsageError:
    """The one line that says what is wrong and where."""
    pointer = (fault.pointer or "").removeprefix("/results")
    place = f"{shown_path(path)}:{fault.line}" + (f" at {pointer}" if pointer else "")
    expected = "expected a list of {image_id or file_name, category_id, bbox, score}"
    return UsageError(f"--predictions: {place}: {display(fault.message)}; {expected}")
