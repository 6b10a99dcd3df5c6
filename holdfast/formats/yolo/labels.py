"""Lines of a YOLO label file: `class x y w h` (a box) or `class x1 y1 x2 y2 x3 y3 ...` (a polygon).

All coordinates are fractions of the image's sides.
https://docs.ultralytics.com/datasets/detect/ and https://docs.ultralytics.com/datasets/segment/
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

LIMIT_BYTES = 64 << 20
_LIMIT_LINES = 100_000
_LIMIT_LINE = 1 << 20  # bytes; polygons exported from masks have thousands of points
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_CLASS = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
_FIELD = re.compile(rb"[^ \t\r\f\v]+")
_NOT_FINITE = {"nan", "inf", "infinity"}


_BOX = b"    \n"
_IN_NUMBERS = b"0123456789+-.eE"


class Annotation(NamedTuple):
    """One line that could be read; edges and values in fractions of the image's sides."""

    line: int
    kind: str
    class_id: int
    x_min: float
    y_min: float
    x_max: float
    y_max: float
    values: tuple[float, ...]


class Malformed(NamedTuple):
    """One line that could not; places count from 1."""

    line: int
    column: int
    message: str


class Boxes(NamedTuple):
    """A file of boxes: a class for each line, and its four numbers, line after line."""

    classes: list[int]
    values: list[float]


def parse_boxes(data: bytes) -> Boxes | None:
    """A file that plainly holds a box in each line, as most do; None for any other, and where in doubt.

    What is read here reads the same with `parse_labels`, in half of the time and without an object a line.
    """
    text = data.replace(b"\r\n", b"\n")
    text = text if text.endswith(b"\n") else text + b"\n"
    lines, fields = text.count(b"\n"), text.split()
    plain = text.translate(None, _IN_NUMBERS) == _BOX * lines and len(fields) == 5 * lines
    if not plain or lines > _LIMIT_LINES or len(data) > _LIMIT_LINE:
        return None
    try:
        longest, classes = max(map(len, fields[::5])), list(map(int, fields[::5]))
        del fields[::5]
        values = list(map(float, fields))
    except ValueError:
        return None
    # a sum that is finite has finite parts only; a class of 18 digits fits everywhere
    return Boxes(classes, values) if longest <= 18 and math.isfinite(sum(values)) else None


def parse_labels(data: bytes) -> Iterator[Annotation | Malformed]:
    """Every line of a label file, in order; blank lines are left out. Never raises."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if number > _LIMIT_LINES:
            yield Malformed(number, 1, f"more than {_LIMIT_LINES} lines; the rest is not read")
            return
        if line and not line.isspace():
            yield _parse_line(number, line)


def _parse_line(number: int, line: bytes) -> Annotation | Malformed:
    if b"\r" in line.rstrip():
        return Malformed(
            number, line.index(b"\r") + 1, "a carriage return inside the line (line ends of old Macs)"
        )
    if len(line) > _LIMIT_LINE:
        return Malformed(number, 1, f"a line of {len(line)} bytes, over the limit of {_LIMIT_LINE}")
    try:
        fields = line.decode("ascii").split()
        class_id, values = int(fields[0]), [float(field) for field in fields[1:]]
    except (ValueError, OverflowError, IndexError):  # IndexError: separators that only text calls blank
        return _diagnose(number, line)
    plain = all(map(math.isfinite, values)) and "_" not in "".join(fields)
    if not plain or not _CLASS.fullmatch(fields[0]):
        return _diagnose(number, line)
    if len(values) == 4:
        x, y, width, height = values
        left, upper, right, lower = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        return Annotation(number, "box", class_id, left, upper, right, lower, tuple(values))
    if len(values) >= 6 and len(values) % 2 == 0:
        xs, ys = values[0::2], values[1::2]
        return Annotation(number, "polygon", class_id, min(xs), min(ys), max(xs), max(ys), tuple(values))
    return Malformed(number, 1, _count(len(fields)))


def _count(fields: int) -> str:
    wanted = "a box has 5 fields, a polygon an odd number from 7"
    hint = "; is the last a confidence?" if fields == 6 else ""
    return f"{fields} field{'s' if fields != 1 else ''}; {wanted}{hint}"


def _diagnose(number: int, line: bytes) -> Annotation | Malformed:
    """What is wrong with a line that the fast path refused, and in which column."""
    for index, match in enumerate(_FIELD.finditer(line)):
        fault = _fault(
            match[0].decode("utf-8", "backslashreplace"), index, number == 1 and match.start() == 0
        )
        if fault is not None:  # only now: a column for each field would read a long line over and over
            return Malformed(number, len(line[: match.start()].decode("utf-8", "replace")) + 1, fault)
    plain = re.sub(rb"^(\s*[+-]?\d+)\.0*(?=\s|$)", rb"\1", line)
    if plain != line:  # a class written 3.0 is read as the trainers do
        return _parse_line(number, plain)
    return Malformed(number, 1, "cannot be read")


def _fault(field: str, index: int, starts_file: bool) -> str | None:
    """What is wrong with one field; None where nothing is."""
    shown = ascii(field[:20]) + ("..." if len(field) > 20 else "")
    if starts_file and field.startswith("\ufeff"):
        return "the file starts with a byte order mark"
    if field.lower().lstrip("+-") in _NOT_FINITE:
        return f"{shown} is not finite"
    if index == 0 and not _CLASS.fullmatch(field):
        return f"class {shown} is not a whole number"
    if not _NUMBER.fullmatch(field):
        return f"{shown} is not a number"
    return None if math.isfinite(float(field)) else f"{shown} is not finite"
