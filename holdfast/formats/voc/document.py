"""What one VOC file says: the image it is about, the size it declares, and its objects.

`<annotation>` with `<filename>`, `<size>` and objects: `<bndbox>` in pixels from 1, as in the devkit
(http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/); `<polygon>` with `<x1> <y1> <x2> ...` as Roboflow
and `<pt>` as LabelMe write it; `<robndbox>` with centre, size and angle in radians as roLabelImg does.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from holdfast.formats.voc.elements import BadXml, Element, parse
from holdfast.names import display

LIMIT_BYTES = 16 << 20
_LIMIT_OBJECTS = 100_000
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,9}(\.0*)?", re.ASCII)
_NOT_FINITE = {"nan", "inf", "infinity"}
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_ROTATED = ("cx", "cy", "w", "h", "angle")


class Fault(NamedTuple):
    """What could not be read, and where; places count from 1."""

    message: str
    line: int | None
    column: int | None


class Shape(NamedTuple):
    """One object. `entry` counts the objects of the file from 0; edges and values in pixels, as written."""

    entry: int
    line: int
    column: int
    name: str
    kind: str
    edges: tuple[float, float, float, float]
    values: tuple[float, ...]


class Named(NamedTuple):
    """The text of an element, and where it stands."""

    text: str
    line: int
    column: int


@dataclass(slots=True)
class Document:
    """One file. `size` is width and height in pixels with its line, None where not declared."""

    filename: Named | None = None
    size: tuple[int, int, int] | None = None
    shapes: list[Shape] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    objects: int = 0


class _Bad(Exception):
    """An object that cannot be read; the element where it shows."""

    def __init__(self, message: str, element: Element) -> None:
        super().__init__(message)
        self.fault = Fault(message, element.line, element.column)


def read_document(data: bytes) -> Document:
    """Everything in a file. Never raises: what cannot be read is a fault of the document."""
    document = Document()
    try:
        root = parse(data, lambda element: _take(document, element))
    except BadXml as error:
        document.faults.append(Fault(str(error), error.line, error.column))
        return document
    if root.name != "annotation":
        message = f"the outermost element is <{display(root.name[:40])}>, not <annotation>"
        return Document(faults=[Fault(message, root.line, root.column)])
    return document


def _take(document: Document, element: Element) -> bool:
    try:
        if element.name == "object":
            document.objects += 1
            if document.objects > _LIMIT_OBJECTS:
                raise _Bad(f"more than {_LIMIT_OBJECTS} objects; the rest is not read", element)
            document.shapes.append(_shape(document.objects - 1, element))
        elif element.name == "filename" and document.filename is None and element.text:
            document.filename = Named(element.text, element.line, element.column)
        elif element.name == "size" and document.size is None:
            document.size = _whole(element, "width"), _whole(element, "height"), element.line
    except _Bad as bad:
        document.faults.append(bad.fault)
    return document.objects <= _LIMIT_OBJECTS


def _shape(entry: int, element: Element) -> Shape:
    name = _only(element, "name")
    if not name.text:
        raise _Bad("an object without a class: <name> is empty", name)
    kind, edges, values = _outline(element)
    return Shape(entry, element.line, element.column, name.text, kind, edges, values)


def _outline(element: Element) -> tuple[str, tuple[float, float, float, float], tuple[float, ...]]:
    """Kind, edges and values of an object; a polygon's edges are those of its box, where it has one."""
    polygon, rotated = element.first("polygon"), element.first("robndbox")
    if polygon is not None:
        points = tuple(_points(polygon))
        box = _box(element) if element.first("bndbox") is not None else _around(points)
        return "polygon", box, points
    if rotated is not None:
        corners = _corners(*(_number(_only(rotated, name)) for name in _ROTATED))
        if not all(map(math.isfinite, corners)):
            raise _Bad("its corners are not finite", rotated)
        return "oriented box", _around(corners), corners
    box = _box(element)
    return "box", box, box


def _box(element: Element) -> tuple[float, float, float, float]:
    box = _only(element, "bndbox")
    left, upper, right, lower = (_number(_only(box, name)) for name in _CORNERS)
    return left, upper, right, lower


def _points(polygon: Element) -> list[float]:
    """x and y of each point: `<pt>` with `<x> <y>`, or `<x1> <y1> <x2> <y2>` by their numbers."""
    if pairs := polygon.all("pt"):
        return [_number(_only(pair, axis)) for pair in pairs for axis in "xy"]
    found = {child.name: child for child in polygon.children}
    values = []
    for number in range(1, len(polygon.children) // 2 + 1):
        for name in (f"x{number}", f"y{number}"):
            if name not in found:
                raise _Bad(f"<polygon> has no <{name}>", polygon)
            values.append(_number(found[name]))
    if not values or len(values) != len(polygon.children):
        raise _Bad(f"<polygon> has {len(polygon.children)} coordinates, not x and y of each point", polygon)
    return values


def _around(points: tuple[float, ...]) -> tuple[float, float, float, float]:
    return min(points[::2]), min(points[1::2]), max(points[::2]), max(points[1::2])


def _corners(x: float, y: float, width: float, height: float, angle: float) -> tuple[float, ...]:
    """Corners of a box turned by an angle in radians about its centre, as roLabelImg draws it."""
    cosine, sine = math.cos(angle) / 2, math.sin(angle) / 2
    found: list[float] = []
    for right, lower in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        across, down = right * width, lower * height
        found += [x + across * cosine - down * sine, y + across * sine + down * cosine]
    return tuple(found)


def _only(element: Element, name: str) -> Element:
    """The one child of this name."""
    found = element.all(name)
    if not found:
        raise _Bad(f"<{element.name}> has no <{name}>", element)
    if len(found) > 1:
        raise _Bad(f"<{element.name}> has {len(found)} <{name}>", found[1])
    return found[0]


def _number(element: Element) -> float:
    text = element.text
    if text.lower().lstrip("+-") in _NOT_FINITE:
        raise _Bad(f"<{element.name}> {_shown(text)} is not finite", element)
    if not _NUMBER.fullmatch(text):
        raise _Bad(f"<{element.name}> {_shown(text)} is not a number", element)
    value = float(text)
    if not math.isfinite(value):
        raise _Bad(f"<{element.name}> {_shown(text)} is not finite", element)
    return value


def _whole(element: Element, name: str) -> int:
    """A side of the declared size."""
    found = _only(element, name)
    if not _WHOLE.fullmatch(found.text):
        raise _Bad(f"<{name}> {_shown(found.text)} is not a whole number of pixels", found)
    return int(float(found.text))


def _shown(text: str) -> str:
    return display(repr(text[:20])) + ("..." if len(text) > 20 else "")
