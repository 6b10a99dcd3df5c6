"""Edits of annotations for fixers: dropped, or clipped to their image, in the numbers of their format."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.repair.fix import EditAnnotation
from holdfast.repair.lookup import Annotation

_LEAST = 1e-6
"""Sides of what is left, as fractions of the image's: smaller than a pixel of any image is no object."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Width and height of an image, in the unit that an annotation counts in: 1 and 1 for fractions."""

    width: float = 1.0
    height: float = 1.0


def drop(annotation: Annotation) -> tuple[EditAnnotation, ...]:
    """The edit that drops it."""
    return (EditAnnotation(annotation.label, annotation.entry or 0, None),)


def write(annotation: Annotation, values: tuple[float, ...]) -> tuple[EditAnnotation, ...]:
    """The edit that gives it other numbers, as its format writes them."""
    return (EditAnnotation(annotation.label, annotation.entry or 0, values),)


def clipped(annotation: Annotation, sides: Sides) -> tuple[float, ...] | None:
    """Its numbers when what lies outside of the image is cut away; None when nothing is left, or there is no
    telling what they mean.

    A box gets its part inside, each point of a polygon moves to the nearest one inside.
    """
    if annotation.kind == "polygon":
        return _clipped_polygon(annotation, sides)
    if annotation.kind not in ("box", "pose") or len(annotation.values) < 4:
        return None
    left, right = (_within(edge, sides.width) for edge in (annotation.x_min, annotation.x_max))
    upper, lower = (_within(edge, sides.height) for edge in (annotation.y_min, annotation.y_max))
    if right - left <= _LEAST * sides.width or lower - upper <= _LEAST * sides.height:
        return None
    return box_values(annotation, (left, upper, right, lower))


def box_values(annotation: Annotation, edges: tuple[float, float, float, float]) -> tuple[float, ...] | None:
    """A box's numbers for other edges, as it writes its own: all edges, corner and size, or centre and size.

    None where its numbers are none of these.
    """
    old = (annotation.x_min, annotation.y_min, annotation.x_max, annotation.y_max)
    if None in old:
        return None
    for write_as in (_as_corner, _as_edges) if annotation.pixels else (_as_centre, _as_edges):
        said = write_as(*old)  # type: ignore[arg-type] # none is None
        if all(
            abs(a - b) <= _LEAST * max(1.0, abs(a)) for a, b in zip(said, annotation.values, strict=False)
        ):
            return (*write_as(*edges), *annotation.values[4:])
    return None


def _as_edges(left: float, upper: float, right: float, lower: float) -> tuple[float, ...]:
    return left, upper, right, lower


def _as_corner(left: float, upper: float, right: float, lower: float) -> tuple[float, ...]:
    return left, upper, right - left, lower - upper


def _as_centre(left: float, upper: float, right: float, lower: float) -> tuple[float, ...]:
    return (left + right) / 2, (upper + lower) / 2, right - left, lower - upper


def _clipped_polygon(annotation: Annotation, sides: Sides) -> tuple[float, ...] | None:
    limits = (sides.width, sides.height)
    values = tuple(_within(value, limits[number % 2]) for number, value in enumerate(annotation.values))
    there = 0
    for count in annotation.rings or (len(values),):
        ring = values[there : there + count]
        there += count
        if _area(ring) <= _LEAST**2 * sides.width * sides.height:
            return None
    return values


def _area(ring: tuple[float, ...]) -> float:
    xs, ys = ring[0::2], ring[1::2]
    following = zip(xs, ys, (*xs[1:], *xs[:1]), (*ys[1:], *ys[:1]), strict=True)
    return abs(sum(x * next_y - next_x * y for x, y, next_x, next_y in following)) / 2


def _within(value: float | None, most: float) -> float:
    return min(max(value or 0.0, 0.0), most)
