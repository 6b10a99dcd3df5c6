"""Take a label file without an image out of the dataset.

## What it does
The label file goes to the quarantine: a text label, VOC's XML or a mask.

## Fix safety
Safe for a label without any annotation. Unsafe for one that holds work: its image may turn up.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, Fix, Policy, Remove, annotations_in, is_orphan, is_read_whole

_TEXT = (".txt", ".xml")


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the label, if it is one and no image uses it."""
    if not is_orphan(dataset, finding.path):
        return None
    if not finding.path.lower().endswith(_TEXT):
        return Fix(Applicability.UNSAFE, "no image belongs to it", (Remove(finding.path),))
    count = len(annotations_in(dataset, finding.path))
    safe = count == 0 and is_read_whole(dataset, finding.path)
    reason = f"no image belongs to it; it holds {count} annotation{'s' if count != 1 else ''}"
    return Fix(Applicability.SAFE if safe else Applicability.UNSAFE, reason, (Remove(finding.path),))
