"""Keep a leaked picture in one split only.

## What it does
The copy that ranks lower in the keep order goes to the quarantine, with its label: by default the one
in training, so that the evaluation splits stay what they were.

## Fix safety
Unsafe: which split loses an image is a choice. With different annotations `--on-conflict` decides:
skip shows both and changes nothing.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Fix, Policy, remove_copy


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the worse of the two."""
    return remove_copy(finding, dataset, policy)
