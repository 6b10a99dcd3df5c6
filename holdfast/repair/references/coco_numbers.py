"""The numbers of one annotation in a COCO file: its box or its polygons, replaced one by one in the text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.repair.references.changes import Numbers, written
from holdfast.repair.references.json_text import Span, members
from holdfast.repair.runs.places import Refused

_NUMBER = re.compile(r"-?[0-9][0-9.eE+-]*")
_EQUAL = 1e-3
"""Part by which a file's `area` may differ from that of the box or polygon and still be its area."""

_Part = tuple[int, int, str]


def renumbered(text: str, annotation: Span, change: Numbers) -> list[_Part] | None:
    """What to replace so that the annotation has its new numbers; None: it goes.

    With the numbers of a polygon its `bbox` becomes their bounds. `area` is replaced where it was that of
    the box or the polygon. Raises Refused when the annotation is not the one that was checked.
    """
    value = annotation.value
    box, rings = _numbers(value.get("bbox")), _rings(value.get("segmentation"))
    points = [number for ring in rings for number in ring]
    before = list(change.before)
    if not before or before not in (box, points):
        raise Refused(f"has another annotation {change.entry} than was checked")
    if change.after is None:
        return None
    if len(change.after) != len(before):
        raise Refused(f"annotation {change.entry} would get another count of numbers")
    places, _ = members(text, annotation.begin)
    if before == points:
        return list(_polygon(text, places, change.after, value))
    return list(_box(text, places, box, change.after, value))


def _box(
    text: str, places: dict[str, tuple[int, int]], old: Sequence[float], new: Sequence[float], value: Any
) -> Iterator[_Part]:
    yield from _replaced(text, places["bbox"], new)
    yield from _area(places, value, old[2] * old[3], new[2] * new[3])


def _polygon(
    text: str, places: dict[str, tuple[int, int]], new: Sequence[float], value: Any
) -> Iterator[_Part]:
    yield from _replaced(text, places["segmentation"], new)
    left, upper = min(new[0::2]), min(new[1::2])
    if _numbers(value.get("bbox")):
        bounds = (left, upper, max(new[0::2]) - left, max(new[1::2]) - upper)
        yield from _replaced(text, places["bbox"], bounds)
    rings, there, pieces = _rings(value["segmentation"]), 0, []
    for ring in rings:
        pieces.append(new[there : there + len(ring)])
        there += len(ring)
    yield from _area(places, value, sum(map(_shoelace, rings)), sum(map(_shoelace, pieces)))


def _area(places: dict[str, tuple[int, int]], value: Any, old: float, new: float) -> Iterator[_Part]:
    said = value.get("area")
    if type(said) in (int, float) and math.isclose(said, old, rel_tol=_EQUAL):
        yield *places["area"], written(new)


def _replaced(text: str, place: tuple[int, int], new: Sequence[float]) -> Iterator[_Part]:
    """Number by number; what stays equal stays as it was written."""
    found = list(_NUMBER.finditer(text, *place))
    if len(found) != len(new):
        raise Refused("writes numbers in another way")
    for match, value in zip(found, new, strict=True):
        if float(match[0]) != value:
            yield match.start(), match.end(), written(value)


def _numbers(value: Any) -> list[float]:
    if not isinstance(value, list) or not all(type(number) in (int, float) for number in value):
        return []
    return [float(number) for number in value]


def _rings(value: Any) -> list[list[float]]:
    """The rings of a polygon; none where it is a mask (RLE)."""
    return [_numbers(ring) for ring in value] if isinstance(value, list) else []


def _shoelace(ring: Sequence[float]) -> float:
    xs, ys = ring[0::2], ring[1::2]
    return (
        abs(sum(x * b - a * y for x, y, a, b in zip(xs, ys, [*xs[1:], xs[0]], [*ys[1:], ys[0]], strict=True)))
        / 2
    )
