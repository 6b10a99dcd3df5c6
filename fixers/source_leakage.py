"""Keep a source in one split only.

## What it does
With `--on-leak=move` the images of the source go to the split of the one that comes first in the keep
order, with their labels and all that names them: by default to the evaluation split. Else nothing is done:
proved copies among them are settled as `split_leakage` says, and `resplit` deals whole sources out to the
splits.

## Fix safety
Unsafe: no picture is lost, but the splits change. Where pixels do not confirm the source, a person decides.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Fix, Policy, settle_source


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Move the images of the source together."""
    return settle_source(finding, dataset, policy)
