"""What a campaign of faults counted."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """How many faults there were, how many bytes were lost, and each failure as one line that names its case.

    A failure is lost bytes or a state that is neither before nor after. `bytes_lost` is the size of the
    contents that were there before and are nowhere now.
    """

    count: int = 0
    bytes_lost: int = 0
    failures: list[str] = field(default_factory=list)

    def failed(self, case: str, bytes_lost: int = 0) -> None:
        """Record a failure; `case` names shape, seed and step, so that it can be run again."""
        self.failures.append(case)
        self.bytes_lost += bytes_lost

    def add(self, other: Tally) -> None:
        """Add what another campaign counted."""
        self.count += other.count
        self.bytes_lost += other.bytes_lost
        self.failures += other.failures
