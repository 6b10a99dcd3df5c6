"""Take an image that cannot be decoded out of the dataset.

## What it does
The image goes to the quarantine, with its label.

## Fix safety
Unsafe: the label's work goes with it, and the original may exist elsewhere. Left to a person for a
Git LFS pointer (the image was never fetched) and for an image that could not be checked.
"""

from __future__ import annotations

from holdfast import Dataset, Fault, Finding
from holdfast.repair import Applicability, Fix, Policy, Remove, find_image

_LEFT = {
    Fault.LFS_POINTER: "a Git LFS pointer: run `git lfs pull`",
    Fault.NOT_CHECKED: "could not be checked, which proves nothing",
}


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the image."""
    if finding.kind in _LEFT:
        return Fix(Applicability.DISPLAY, _LEFT[Fault(finding.kind)])
    if find_image(dataset, finding.path) is None:
        return None
    reason = f"cannot be decoded ({finding.kind}), goes with its label"
    return Fix(Applicability.UNSAFE, reason, (Remove(finding.path),))
