"""Keep a leaked picture in one split only.

## What it does
`--on-leak` says what becomes of the copy that ranks lower in the keep order: by default the one in
training, so that the evaluation splits stay what they were.
- `remove` (default): it goes to the quarantine, with its label
- `move`: it goes to the split of the other one, with its label and all that names it; the two are
  duplicates of one split then, which the next round settles
- `resplit`: it is left to `resplit`, which deals whole groups out to the splits

## Fix safety
Unsafe: which split loses an image is a choice. A copy that goes and has other annotations is left to
`--on-conflict`: skip shows both and changes nothing.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Fix, Policy, settle_leak


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the worse of the two, or move it."""
    return settle_leak(finding, dataset, policy)
