"""Store an image as its boxes see it: upright in its pixels, or without the tag that turns it.

## What it does
Where the boxes are drawn on the picture as it is displayed, its pixels are turned and the EXIF orientation
becomes 1: it looks as before, in every tool. A JPEG is turned without loss, in its coefficients (`pip install
"holdfast[lossless]"`), a PNG is written anew. Where they are drawn on the picture as it is stored, only the
tag changes, two bytes. Annotations stay as they are: they fit already.

## Fix safety
Unsafe: which frame is meant is told by boxes or a declared size that fit one of the two only; fractions, as
in YOLO's labels, are taken to mean the picture as displayed, as Ultralytics takes them. Left to a person
where nothing tells, for other formats than JPEG and PNG, and for a JPEG whose sides are no multiples of its
blocks: turning it would encode it anew.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import (
    Applicability,
    EditPixels,
    Fix,
    Frame,
    Pixels,
    Policy,
    annotations_of,
    find_image,
    frame_of,
)

_UNTOLD = "nothing tells in which frame its boxes are drawn: turn it, or take its tag away, with another tool"


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Turn the pixels, or change the tag."""
    image = find_image(dataset, finding.path)
    if image is None or (image.orientation or 1) == 1:
        return None
    frame, why = frame_of(dataset, image), "its boxes fit it as {}"
    if frame is None and not any(one.pixels or one.kind == "mask" for one in annotations_of(dataset, image)):
        frame, why = Frame.DISPLAYED, "its labels are taken as drawn on it as {}"
    if frame is None:
        return Fix(Applicability.DISPLAY, _UNTOLD)
    turn = frame is Frame.DISPLAYED
    reason = why.format(frame) + (": its pixels are turned" if turn else ": its tag becomes 1")
    edit = EditPixels(image.path, Pixels.UPRIGHT if turn else Pixels.UNTAGGED)
    return Fix(Applicability.UNSAFE, reason, (edit,))
