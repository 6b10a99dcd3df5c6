"""Let the annotation file say the size that the image has.

## What it does
The width and height that a COCO file, VOC's XML, a CSV list or `metadata.jsonl` declares become those of the
image as it is displayed; nothing else of the file changes.

## Fix safety
Safe where nothing is drawn on the image. Unsafe where boxes are: if the image was scaled since, they are
wrong, and the old size was what told by how much. Left to a person when a box does not fit the image, or when
an EXIF orientation turns it (`rotated_exif` settles that first).
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, EditSize, Fix, Policy, annotations_of, find_image

_ROUNDING = 1.0
"""Pixels that an edge may lie outside."""


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Change the two numbers."""
    image = find_image(dataset, finding.related[0]) if finding.related else None
    if image is None or not image.width or not image.height:
        return None
    size = f"{image.width} x {image.height} px"
    if (image.orientation or 1) != 1:
        return Fix(Applicability.DISPLAY, f"is {size} when its EXIF orientation turns it: settle that first")
    drawn = [one for one in annotations_of(dataset, image) if one.x_max is not None and one.pixels]
    beyond = [
        one
        for one in drawn
        if (one.x_max or 0) > image.width + _ROUNDING or (one.y_max or 0) > image.height + _ROUNDING
    ]
    if beyond:
        return Fix(
            Applicability.DISPLAY, f"is {size}, and {len(beyond)} of {len(drawn)} boxes do not fit into it"
        )
    safe = not drawn
    reason = f"is declared as {size}, which it is"
    edit = EditSize(image.path, image.width, image.height)
    return Fix(Applicability.SAFE if safe else Applicability.UNSAFE, reason, (edit,))
