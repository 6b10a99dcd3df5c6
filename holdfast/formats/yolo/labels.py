"""Lines of a YOLO label file: `class x y w h` (a box), `class x1 y1 x2 y2 x3 y3 ...` (a polygon), and where
keypoints are declared `class x y w h px1 py1 v1 ...` (a pose).

All coordinates are fractions of the image's sides.
https://docs.ultralytics.com/datasets/detect/, https://docs.ultralytics.com/datasets/segment/ and
https://docs.ultralytics.com/datasets/pose/
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from holdfast.formats.yolo.config import Keypoints
from holdfast.wording import counted

LIMIT_BYTES = 64 << 20
_LIMIT_LINES = 100_000
_LIMIT_LINE = 1 << 20  # bytes; polygons exported from masks have thousands of points
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_CLASS = re.compile(r"[+-]?0{0,18}\d{1,18}(\.0*)?", re.ASCII)
_FIELD = re.compile(rb"[^ \t\r\f\v]+")
_UTF_16 = re.compile(rb"\xff\xfe|\xfe\xff|[\t-~]\0[\t-~]\0|\0[\t-~]\0[\t-~]")
_NOT_FINITE = {"nan", "inf", "infinity"}


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
    """One line that could not; places count from 1, and None stands for the whole file."""

    line: int | None
    column: int | None
    message: str


def parse_labels(data: bytes, keypoints: Keypoints | None = None) -> Iterator[Annotation | Malformed]:
    """Every line of a label file, in order; blank lines are left out. Never raises.

    With `keypoints` every line is a pose, and anything else malformed, as trainers have it.
    """
    if _UTF_16.match(data):
        yield Malformed(1, 1, "written in UTF-16; YOLO labels are UTF-8 text")
        return
    for number, line in enumerate(data.split(b"\n"), 1):
        if number > _LIMIT_LINES:
            yield Malformed(number, 1, f"more than {_LIMIT_LINES} lines; the rest is not read")
            return
        if line and not line.isspace():
            yield _parse_line(number, line, keypoints)


def _parse_line(number: int, line: bytes, keypoints: Keypoints | None) -> Annotation | Malformed:
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
        return _diagnose(number, line, keypoints)
    plain = all(map(math.isfinite, values)) and "_" not in "".join(fields)
    if not plain or not _CLASS.fullmatch(fields[0]):
        return _diagnose(number, line, keypoints)
    if keypoints is not None and len(values) != 4 + keypoints.count * keypoints.dims:
        return Malformed(number, 1, _count_of_pose(len(fields), keypoints))
    if keypoints is not None and keypoints.dims == 3 and not all(0 <= seen <= 2 for seen in values[6::3]):
        return _unseen(number, line, values)
    if len(values) == 4 or keypoints is not None:
        x, y, width, height = values[:4]
        left, upper, right, lower = x - width / 2, y - height / 2, x + width / 2, y + height / 2
        kind = "box" if keypoints is None else "pose"
        return Annotation(number, kind, class_id, left, upper, right, lower, tuple(values))
    if len(values) >= 6 and len(values) % 2 == 0:
        xs, ys = values[0::2], values[1::2]
        return Annotation(number, "polygon", class_id, min(xs), min(ys), max(xs), max(ys), tuple(values))
    return Malformed(number, 1, _count(len(fields)))


def _count(fields: int) -> str:
    wanted = "a box has 5 fields, a polygon an odd number from 7"
    hint = "; is the last a confidence?" if fields == 6 else ""
    hint = "; a pose needs `kpt_shape` in data.yaml" if fields > 6 else hint
    return f"{fields} field{'s' if fields != 1 else ''}; {wanted}{hint}"


def _count_of_pose(fields: int, keypoints: Keypoints) -> str:
    wanted = 5 + keypoints.count * keypoints.dims
    each = "x, y and visibility" if keypoints.dims == 3 else "x and y"
    return f"{fields} fields; a box with {counted(keypoints.count, 'keypoint')} ({each}) has {wanted}"


def _unseen(number: int, line: bytes, values: list[float]) -> Malformed:
    """The first keypoint whose visibility is none."""
    place = next(index for index in range(6, len(values), 3) if not 0 <= values[index] <= 2)
    column = next(islice(_FIELD.finditer(line), place + 1, None)).start() + 1
    message = f"keypoint {place // 3 - 1} has visibility {values[place]:g}; 0 not given, 1 hidden, 2 visible"
    return Malformed(number, column, message)


def _diagnose(number: int, line: bytes, keypoints: Keypoints | None) -> Annotation | Malformed:
    """What is wrong with a line that the fast path refused, and in which column."""
    for index, match in enumerate(_FIELD.finditer(line)):
        fault = _fault(
            match[0].decode("utf-8", "backslashreplace"), index, number == 1 and match.start() == 0
        )
        if fault is not None:  # only now: a column for each field would read a long line over and over
            return Malformed(number, len(line[: match.start()].decode("utf-8", "replace")) + 1, fault)
    plain = re.sub(rb"^(\s*[+-]?\d+)\.0*(?=\s|$)", rb"\1", line)
    if plain != line:  # a class written 3.0 is read as the trainers do
        return _parse_line(number, plain, keypoints)
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
