"""Drop an annotation that repeats an earlier one of the same file.

## What it does
The later line goes; all other lines stay byte for byte.

## Fix safety
Safe: an equal line stays.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, EditLine, Fix, Policy, annotations_of


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Drop the line, if an earlier one says the same."""
    annotations = annotations_of(dataset, finding.path)
    later = next((a for a in annotations if a.line == finding.line), None)
    if later is None:
        return None
    same = [a for a in annotations if (a.class_id, a.values) == (later.class_id, later.values)]
    if same[0] is later:
        return None
    reason = f"says the same as line {same[0].line}, goes"
    return Fix(Applicability.SAFE, reason, (EditLine(finding.path, later.line, None),))
