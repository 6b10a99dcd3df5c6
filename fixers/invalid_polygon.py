"""Drop a polygon that encloses nothing.

## What it does
An annotation none of whose rings has three points that differ goes: its line, JSON object or `<object>`; all
else stays byte for byte.

## Fix safety
Unsafe: something was meant there, and only a person can draw it again. Left to a person where a ring crosses
itself, or where another ring of the annotation is sound.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Annotation, Applicability, Fix, Policy, drop, find_annotation


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Drop it, if there is nothing in it."""
    annotation = find_annotation(dataset, finding)
    if annotation is None:
        return None
    if max(_distinct(annotation)) > 2:
        return Fix(Applicability.DISPLAY, "where its line was meant to go, only a person sees: draw it again")
    return Fix(Applicability.UNSAFE, "encloses nothing, it goes", drop(annotation))


def _distinct(annotation: Annotation) -> list[int]:
    """How many points of each ring differ."""
    found, there = [], 0
    for count in annotation.rings or (len(annotation.values),):
        ring = annotation.values[there : there + count]
        found.append(len(set(zip(ring[0::2], ring[1::2], strict=False))))
        there += count
    return found
