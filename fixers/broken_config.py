"""Let `nc` of a data.yaml be the number of its `names`.

## What it does
The number changes; all else of the file, comments too, stays byte for byte.

## Fix safety
Unsafe: a name may be missing instead. Everything else that is wrong with a configuration is left to a person.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Applicability, Fix, Policy, recount


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Change the number."""
    yaml = finding.path.lower().endswith((".yaml", ".yml"))
    edit = recount(dataset, finding.path, finding.line) if yaml and finding.line else None
    if edit is None:
        return Fix(Applicability.DISPLAY, "says what its author meant: correct it by hand")
    return Fix(Applicability.UNSAFE, "`nc` becomes the number of `names`", (edit,))
