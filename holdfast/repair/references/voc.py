"""Pascal VOC: XML with the annotation of one image, named in `<filename>` and `<path>`.

Only texts of elements are replaced, and whole objects cut out; the rest stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from holdfast.names import display
from holdfast.repair.references.changes import Changes, Numbers, Size, written
from holdfast.repair.references.xml_text import Element, applied, elements, encoded, with_line
from holdfast.repair.runs.places import Refused

_NAMES = ("annotation/filename", "annotation/path", "annotation/folder")
_SIZE = ("annotation/size/width", "annotation/size/height")
_OBJECT = "annotation/object"
_EDGES = tuple(f"{_OBJECT}/bndbox/{edge}" for edge in ("xmin", "ymin", "xmax", "ymax"))
_CORNERS = 4_096
"""Corners of a polygon that are looked for."""
_POINTS = tuple(f"{_OBJECT}/polygon/{axis}{number}" for number in range(1, _CORNERS) for axis in "xy")
_OBJECTS = frozenset((_OBJECT, *_EDGES, *_POINTS))
_POINT = re.compile(r".*/([xy])([0-9]+)")

_Part = tuple[int, int, bytes]


def texts(data: bytes) -> Iterator[str]:
    """The image that the file names, as written, in one way or several. Raises Refused."""
    return (found.text for found in _fields(data) if found.path != "annotation/folder")


def said(data: bytes) -> bytes:
    """The file without the names of its image: equal for two images of which it says the same."""
    return applied(data, [(found.text_begin, found.text_end, b"") for found in _fields(data)])


def taken(data: bytes, names: frozenset[str]) -> dict[str, object]:
    """Nothing: a file of one image goes where that goes."""
    return {}


def rewritten(data: bytes, changes: Changes) -> bytes:
    """The file with other names, numbers and sizes. Raises Refused when a name or an object is not there, and
    for None: a file about one image goes with it."""
    left = set(changes.names)
    parts: list[_Part] = []
    for found in _fields(data):
        if found.path == "annotation/folder":
            continue
        new = changes.names.get(found.text, found.text)
        left.discard(found.text)
        if new is None:
            raise Refused("is about one image only")
        if new != found.text:
            parts.append(_text(data, found, new))
    if left or changes.added:
        raise Refused(f"does not name {display(min(left))} any more" if left else "is about one image only")
    for size in changes.sizes.values():
        parts += _sized(data, size)
    if changes.numbers:
        parts += _renumbered(data, changes.numbers)
    return applied(data, parts)


def _fields(data: bytes) -> list[Element]:
    """The elements that name the image, in order. Raises Refused for what cannot be read safely."""
    found = [element for element in elements(data, _NAMES) if element.text]
    if odd := [element for element in found if not element.plain]:
        raise Refused(f"its <{odd[0].path.rpartition('/')[2]}> is not plain text")
    return found


def _sized(data: bytes, size: Size) -> Iterator[_Part]:
    found = {element.path: element for element in elements(data, _SIZE) if element.plain and element.text}
    for path, value in zip(_SIZE, size, strict=True):
        if path not in found:
            raise Refused(f"says no {path.rpartition('/')[2]} any more")
        yield _text(data, found[path], str(value))


def _renumbered(data: bytes, numbers: Sequence[Numbers]) -> Iterator[_Part]:
    found = elements(data, _OBJECTS)
    objects = [number for number, element in enumerate(found) if element.path == _OBJECT]
    inner: dict[int, list[Element]] = {number: [] for number in objects}
    for element in found:
        if element.path != _OBJECT:
            inner[element.parent].append(element)
    for change in numbers:
        if not 0 <= change.entry < len(objects):
            raise Refused(f"has no object {change.entry + 1} any more")
        number = objects[change.entry]
        parts = _of_object(data, change, inner[number])
        if parts is None:
            yield with_line(data, found[number].begin), found[number].end, b""
        else:
            yield from parts


def _of_object(data: bytes, change: Numbers, inner: list[Element]) -> list[_Part] | None:
    """What to replace in one object; None: it goes."""
    edges = [element for path in _EDGES for element in inner if element.path == path]
    points = sorted((element for element in inner if element.path not in _EDGES), key=_place)
    place = edges if len(change.before) == len(edges) and _values(edges) == list(change.before) else points
    if not change.before or _values(place) != list(change.before):
        raise Refused(f"has another object {change.entry + 1} than was checked")
    if change.after is None:
        return None
    if len(change.after) != len(place):
        raise Refused(f"object {change.entry + 1} would get another count of numbers")
    parts = list(_each(data, place, change.after))
    if place is points and len(edges) == len(_EDGES):
        xs, ys = change.after[0::2], change.after[1::2]
        parts += _each(data, edges, (min(xs), min(ys), max(xs), max(ys)))
    return parts


def _each(data: bytes, place: Sequence[Element], values: Sequence[float]) -> Iterator[_Part]:
    for element, value in zip(place, values, strict=True):
        if float(element.text) != value:
            yield _text(data, element, written(value))


def _values(place: Sequence[Element]) -> list[float]:
    try:
        return [float(element.text) for element in place if element.plain]
    except ValueError:
        return []


def _place(element: Element) -> tuple[int, str]:
    match = _POINT.fullmatch(element.path)
    return (int(match[2]), match[1]) if match else (0, "")


def _text(data: bytes, element: Element, new: str) -> _Part:
    return element.text_begin, element.text_end, encoded(new, data[element.text_begin : element.text_end])
