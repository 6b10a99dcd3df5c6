"""Mend a data.yaml in the smallest way: a split's folder, `nc`, or names of classes.

## What it does
A split that names a missing folder gets the only folder of images that is named like it (`valid`,
`validate`, `images/val`, ...) and that nothing else names. `nc` becomes the number of `names`; where
annotations use classes that `nc` counts and `names` lacks, or `names` is not there, they are called
`class_<number>`. All else of the file, comments too, stays byte for byte. Where there is no data.yaml, one is
written that names the splits as their folders show them, and the classes as classes.txt does or so.

## Fix safety
Unsafe: another folder, name or number may be meant. Faults of what is read from then on were there before,
and the repair stands. Everything else that is wrong with a configuration is left to a person.
"""

from __future__ import annotations

from holdfast import Dataset, Finding
from holdfast.repair import Fix, Policy, mend_config


def fix(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Edit the line that was found."""
    return mend_config(dataset, finding.path, finding.line)
