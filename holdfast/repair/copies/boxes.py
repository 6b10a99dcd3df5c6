"""Annotations of two copies of one picture: are they equal, and can they be merged?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from holdfast.repair.lookup import Annotation

SAME = 0.9
"""From this overlap (IoU) up two boxes of one class are one object; two polygons only when equal."""

DOUBTFUL = 0.5
"""From this overlap of their bounds up two annotations may be one object: a person decides."""

_TWO = {"box": "two boxes", "polygon": "two polygons"}


@dataclass(frozen=True, slots=True)
class Box:
    """An annotation (box or polygon) reduced to what a merge compares; `text` is its line in a YOLO
    label file, `bounds` are x_min, y_min, x_max, y_max, `line` is where it stands, 0 where not known."""

    kind: str
    class_key: str
    values: tuple[float, ...]
    bounds: tuple[float, float, float, float]
    text: str
    line: int = 0


class Contradiction(Exception):
    """Two annotations that a program must not choose between. The message is the fact."""


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
    return Counter(
        (a.kind, class_key(a, by_name), *map(str, (a.crowd, a.rings, a.keypoints, *(a.values or _edges(a)))))
        for a in annotations
    )


def _edges(annotation: Annotation) -> tuple[float | None, ...]:
    return annotation.x_min, annotation.y_min, annotation.x_max, annotation.y_max


def box(annotation: Annotation, class_id: int, by_name: bool) -> Box:
    """The annotation as a box, its line written with `class_id`."""
    text = " ".join([str(class_id), *(decimal(value) for value in annotation.values)])
    left, upper, right, lower = (edge or 0.0 for edge in _edges(annotation))
    key = class_key(annotation, by_name)
    return Box(
        annotation.kind, key, annotation.values, (left, upper, right, lower), text, annotation.line or 0
    )


def box_of_line(text: str) -> Box:
    """The way back from a line that `box` wrote; classes are compared by number."""
    class_id, *fields = text.split()
    values = tuple(map(float, fields))
    if len(values) == 4:
        x, y, width, height = values
        bounds = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        return Box("box", f"#{class_id}", values, bounds, text)
    xs, ys = values[0::2], values[1::2]
    return Box("polygon", f"#{class_id}", values, (min(xs), min(ys), max(xs), max(ys)), text)


def missing_from(present: Sequence[Box], coming: Sequence[Box]) -> tuple[Box, ...]:
    """Those of `coming` that `present` has not yet, each once.

    Raises Contradiction for the same object with another class and for a half-matching one.
    """
    added: dict[str, Box] = {}
    for new in coming:
        if not any(_is_same(old, new) for old in present):
            added.setdefault(new.text, new)
    for new in added.values():
        _require_new(present, new)
    return tuple(added.values())


def _is_same(old: Box, new: Box) -> bool:
    if (old.kind, old.class_key) != (new.kind, new.class_key):
        return False
    return old.values == new.values or (old.kind == "box" and overlap(old.bounds, new.bounds) >= SAME)


def _require_new(present: Sequence[Box], new: Box) -> None:
    """Raises Contradiction with the strongest doubt: another class first, then the largest overlap."""
    doubts = [
        (old.class_key != new.class_key, shared, old)
        for old in present
        if (shared := overlap(old.bounds, new.bounds)) >= DOUBTFUL
    ]
    if doubts:
        differs, shared, old = max(doubts, key=lambda doubt: doubt[:2])
        classes = "different classes" if differs else "one class"
        what = (
            _TWO.get(new.kind, f"two of kind {new.kind}")
            if new.kind == old.kind
            else f"a {old.kind} and a {new.kind}"
        )
        raise Contradiction(f"{what} of {classes} overlap by {shared:.2f}")


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes (x_min, y_min, x_max, y_max), 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (_area(one) + _area(other) - width * height)


def _area(bounds: tuple[float, ...]) -> float:
    return (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
