"""Annotations of two copies of one picture: are they equal, and can they be merged?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from holdfast.repair.lookup import Annotation

SAME = 0.9
"""From this overlap (IoU) up two boxes of one class are one object."""

DOUBTFUL = 0.5
"""From this overlap up two boxes may be one object drawn twice: a person decides."""


@dataclass(frozen=True, slots=True)
class Box:
    """An annotation reduced to what a merge compares; `text` is its line in a YOLO label file."""

    class_key: str
    bounds: tuple[float, float, float, float]
    text: str


class Contradiction(Exception):
    """Two boxes that a program must not choose between. The message is the fact."""


def decimal(value: float, places: int | None = None) -> str:
    """A number without exponent: all its digits, or rounded to `places` with 6 decimals at least."""
    if places is None:
        return format(Decimal(repr(value)), "f")
    whole, _, digits = f"{value:.{places}f}".partition(".")
    return f"{whole}.{digits.rstrip('0').ljust(6, '0')}"


def class_key(annotation: Annotation, by_name: bool) -> str:
    """What two classes are compared by: the name where both sides declare names, else the number."""
    return f"={annotation.class_name}" if by_name and annotation.class_name else f"#{annotation.class_id}"


def equal(one: Sequence[Annotation], other: Sequence[Annotation], by_name: bool) -> bool:
    """Whether both hold the same annotations in any order; numbers that differ at all differ."""
    return _multiset(one, by_name) == _multiset(other, by_name)


def _multiset(annotations: Sequence[Annotation], by_name: bool) -> Counter[tuple[str, ...]]:
    return Counter((a.kind, class_key(a, by_name), *map(str, a.values)) for a in annotations)


def box(annotation: Annotation, class_id: int, by_name: bool) -> Box:
    """The annotation as a box, its line written with `class_id`."""
    text = " ".join([str(class_id), *(decimal(value) for value in annotation.values)])
    bounds = (annotation.x_min, annotation.y_min, annotation.x_max, annotation.y_max)
    return Box(class_key(annotation, by_name), bounds, text)


def box_of_line(text: str) -> Box:
    """The way back from a line that `box` wrote; classes are compared by number."""
    class_id, *fields = text.split()
    values = [float(value) for value in fields]
    if len(values) == 4:
        x, y, width, height = values
        bounds = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    else:
        xs, ys = values[0::2], values[1::2]
        bounds = (min(xs), min(ys), max(xs), max(ys))
    return Box(f"#{class_id}", bounds, text)


def missing_from(present: Sequence[Box], coming: Sequence[Box]) -> tuple[Box, ...]:
    """Those of `coming` that `present` has not yet.

    Raises Contradiction for the same box with another class and for a half-matching one.
    """
    return tuple(new for new in coming if not _is_present(present, new))


def _is_present(present: Sequence[Box], new: Box) -> bool:
    doubt: str | None = None
    for old in present:
        shared = overlap(old.bounds, new.bounds)
        if old.class_key == new.class_key and (shared >= SAME or old.bounds == new.bounds):
            return True
        if shared >= DOUBTFUL:
            same = "of one class" if old.class_key == new.class_key else "of different classes"
            doubt = f"two boxes {same} overlap by {shared:.2f}"
    if doubt:
        raise Contradiction(doubt)
    return False


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes (x_min, y_min, x_max, y_max), 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (_area(one) + _area(other) - width * height)


def _area(bounds: tuple[float, ...]) -> float:
    return (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
