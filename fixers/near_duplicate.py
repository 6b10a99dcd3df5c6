"""Keep one of two proved near duplicates.

## What it does
The image that ranks lower in the keep order goes to the quarantine, with its label. Versions of one
source that a tool made on purpose (severity info) stay.

## Fix safety
Unsafe: the two are not the same file, and one may have been wanted. Left to a person for GIF and TIFF,
of which the first of several frames was compared. With different annotations
`--on-conflict` decides: skip shows both and changes nothing.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Fix, Policy, remove_copy


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the worse of the two."""
    return remove_copy(finding, dataset, policy)
