"""Clip an annotation to its image.

## What it does
A box gets its part inside the image; each point of a polygon moves to the nearest one inside. The
class and all other lines stay as they are; numbers keep 6 to 10 decimals.

## Fix safety
Unsafe: it changes an annotation. Left to a person when nothing of it lies inside.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Annotation, Applicability, EditLine, Fix, Policy, decimal, find_annotation


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Rewrite the line."""
    annotation = find_annotation(dataset, finding.path, finding.line)
    if annotation is None:
        return None
    values = _clipped_box(annotation) if annotation.kind == "box" else _clipped_polygon(annotation)
    if values is None:
        return Fix(Applicability.DISPLAY, "nothing of it lies inside the image")
    text = " ".join([str(annotation.class_id), *(decimal(value, 10) for value in values)])
    reason = f"the {annotation.kind} is clipped to the image"
    return Fix(Applicability.UNSAFE, reason, (EditLine(finding.path, annotation.line, text),))


def _clipped_box(annotation: Annotation) -> tuple[float, ...] | None:
    left, right = _clip(annotation.x_min), _clip(annotation.x_max)
    upper, lower = _clip(annotation.y_min), _clip(annotation.y_max)
    if right - left <= _LEAST or lower - upper <= _LEAST:
        return None
    return (left + right) / 2, (upper + lower) / 2, right - left, lower - upper


def _clipped_polygon(annotation: Annotation) -> tuple[float, ...] | None:
    values = tuple(map(_clip, annotation.values))
    xs, ys = values[0::2], values[1::2]
    following = zip(xs, ys, (*xs[1:], xs[0]), (*ys[1:], ys[0]), strict=True)
    area = abs(sum(x * next_y - next_x * y for x, y, next_x, next_y in following)) / 2
    return values if area > _LEAST**2 else None


def _clip(value: float) -> float:
    return min(max(value, 0.0), 1.0)


_LEAST = 1e-6  # smaller than a pixel of any image: such a rest is no object
