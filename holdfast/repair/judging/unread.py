"""What a repair lets be read that nothing read before: its faults were there, they are not the repair's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from holdfast.dataset import Dataset, Problem
from holdfast.finding import Finding, Severity
from holdfast.names import display
from holdfast.repair.plans.plan import Plan


def newly_read(plan: Plan, before: Dataset, after: Dataset) -> frozenset[str]:
    """The files of splits that were declared and missing before and are read now, which the plan leaves as
    they are. What it touches, and the configuration itself, is never among them."""
    units = _units(before, after)
    noted = after.problems.filter(pl.col("kind").is_in([Problem.MALFORMED, Problem.NOT_READ]))
    found = {
        path
        for table in (after.images, after.labels, noted)
        for path in table.filter(pl.col("unit").cast(pl.String).is_in(units))["path"]
    }
    touched = {path for op in plan.ops for path in (op.path, op.to) if path is not None}
    for group in plan.groups:
        touched |= group.written | {reason.path for reason in group.reasons}
    known = {path for table in (before.images, before.labels) for path in table["path"]} if found else set()
    return frozenset(found - touched - known)


def told(
    before: Dataset, after: Dataset, findings: Iterable[Finding], newly: frozenset[str]
) -> Iterator[str]:
    """A line for each split that is read now, with the errors in it that nothing could see before."""
    if not newly:
        return
    units = ", ".join(map(display, _units(before, after)))
    errors = [f for f in findings if concerns(f, newly) and f.severity is Severity.ERROR and not f.waived]
    yield f"{units}: read from now on, with {len(errors):,} errors that were there before and are seen now"


def concerns(finding: Finding, newly: frozenset[str]) -> bool:
    """Whether a finding is about a file that nothing read before, alone or beside another."""
    return not newly.isdisjoint((finding.path, *finding.related))


def _units(before: Dataset, after: Dataset) -> list[str]:
    """The splits that were missing, and are not."""
    missing = {split.unit for split in before.splits if split.missing}
    return sorted(split.unit for split in after.splits if split.unit in missing and not split.missing)
