"""Drop an annotation that repeats an earlier one of its image.

## What it does
The later one goes: its line, JSON object, `<object>` or CSV row; all else stays byte for byte.

## Fix safety
Safe where an equal one stays: the same class and the same numbers. Unsafe for a box that only overlaps, and
for a polygon with the same points in another order.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Annotation, Applicability, Fix, Policy, annotations_in, drop, find_annotation


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Drop it, if an earlier one says the same."""
    later = find_annotation(dataset, finding)
    if later is None:
        return None
    rows = annotations_in(dataset, finding.path)
    alike = [a for a in rows if _about(a) == _about(later) and _place(a) < _place(later)]
    equal = [a for a in alike if (a.values, a.keypoints) == (later.values, later.keypoints)]
    if equal:
        first = equal[0]
        where = f"line {first.line}" if first.line not in (None, later.line) else f"entry {first.entry}"
        return Fix(Applicability.SAFE, f"says the same as {where}, goes", drop(later))
    if not alike:
        return None
    return Fix(Applicability.UNSAFE, "is nearly the same as an earlier one of its class, goes", drop(later))


def _about(annotation: Annotation) -> tuple[str | None, str, int, bool | None]:
    return annotation.image, annotation.kind, annotation.class_id, annotation.crowd


def _place(annotation: Annotation) -> tuple[int, int]:
    return annotation.line or 0, annotation.entry or 0
