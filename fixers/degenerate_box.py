"""Drop an annotation without area.

## What it does
Its line, JSON object, `<object>` or CSV row goes; all else stays byte for byte.

## Fix safety
Safe: there is nothing in such a box. The file as it was is kept in the quarantine. Refused for the only row
of an image in a CSV list, which would not name the image any more.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, Fix, Policy, drop, find_annotation


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Drop it."""
    annotation = find_annotation(dataset, finding)
    if annotation is None:
        return None
    return Fix(Applicability.SAFE, f"the {annotation.kind} has no area, it goes", drop(annotation))
