"""Keep one of two identical images.

## What it does
The image that ranks lower in the keep order goes to the quarantine, with its label.

## Fix safety
Safe for equal bytes and equal annotations. Unsafe for the same picture in other bytes. With different
annotations `--on-conflict` decides: skip shows both and changes nothing, keep and union are unsafe.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Fix, Policy, remove_copy


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the worse of the two."""
    return remove_copy(finding, dataset, policy)
