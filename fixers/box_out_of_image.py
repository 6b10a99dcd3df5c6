"""Clip an annotation to its image.

## What it does
A box gets its part inside the image; each point of a polygon moves to the nearest one inside. The class and
all else stay as they are; in YOLO's labels numbers keep 6 to 10 decimals. In COCO files `bbox` follows a
polygon, and `area` where it was that of the box or polygon.

## Fix safety
Unsafe: it changes an annotation. Left to a person when nothing of it lies inside, when a part of a polygon
lies wholly outside, and for oriented boxes, which would be none any more.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, Fix, Policy, Sides, clipped, find_annotation, find_image, write


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Give it the numbers of what lies inside."""
    annotation = find_annotation(dataset, finding)
    if annotation is None:
        return None
    sides = Sides()
    if annotation.pixels:
        image = find_image(dataset, annotation.image or "")
        if image is None or not image.width or not image.height:
            return Fix(Applicability.DISPLAY, "how large its image is was not measured")
        sides = Sides(image.width, image.height)
    values = clipped(annotation, sides)
    if values is None:
        return Fix(
            Applicability.DISPLAY,
            f"the {annotation.kind} cannot be clipped: nothing of it lies inside, or of a part of it",
        )
    reason = f"the {annotation.kind} is clipped to the image"
    return Fix(Applicability.UNSAFE, reason, write(annotation, values))
