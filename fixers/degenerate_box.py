"""Drop an annotation without area.

## What it does
The line goes; all other lines stay byte for byte.

## Fix safety
Safe: there is nothing in such a box. The label as it was is kept in the quarantine.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, EditLine, Fix, Policy, find_annotation


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Drop the line."""
    annotation = find_annotation(dataset, finding.path, finding.line)
    if annotation is None:
        return None
    reason = f"the {annotation.kind} has no area, its line goes"
    return Fix(Applicability.SAFE, reason, (EditLine(finding.path, annotation.line, None),))
