"""What becomes of a fix when a plan is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holdfast.finding import Finding
from holdfast.repair.fix import Fix
from holdfast.repair.plans.plan import Change, Kept
from holdfast.repair.references.follow import Following


class Outcome(StrEnum):
    """What becomes of a fix."""

    PLANNED = "planned"
    UNSAFE = "needs --unsafe-fixes"
    PERSON = "left to a person"
    REFUSED = "refused"
    SETTLED = "settled by another fix"
    LATER = "waits for the next round"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the fix of one finding, and why."""

    finding: Finding
    fix: Fix | None
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A fix that goes into the plan, the files that it changes and those that must stay as they are.
    `reason` is that of the fix, with the places that added lines come from; `following` is what moves, goes
    and changes its entries along with the images of the fix; `changes` are what it changes in files that
    others may change as well."""

    finding: Finding
    fix: Fix
    files: frozenset[str]
    keeps: tuple[Kept, ...]
    reason: str
    following: Following
    changes: tuple[Change, ...] = ()


class Declined(Exception):
    """A fix does not go into the plan, for an ordinary reason."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
