"""Take an image without a label file out of the dataset.

## What it does
The image goes to the quarantine.

## Fix safety
Unsafe: the image may be background, which an empty label file says, or its label may exist elsewhere. Left to
a person where one file says of many images what is on them, and where a whole split has no label.
"""

from __future__ import annotations

from holdfast import WHOLE_SPLIT, Dataset, Finding
from holdfast.repair import Applicability, Fix, Policy, Remove, find_image


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the image, unless it has a label by now."""
    if finding.kind == WHOLE_SPLIT:
        return Fix(Applicability.DISPLAY, "no image of the split has a label: annotate it, or take it out")
    image = find_image(dataset, finding.path)
    if image is not None and image.label is None:
        return Fix(Applicability.DISPLAY, "annotate it, or leave it as background")
    if image is None or image.has_label:
        return None
    return Fix(Applicability.UNSAFE, "has no label file", (Remove(image.path),))
