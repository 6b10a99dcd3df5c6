"""Problems of one COCO file, a bounded number of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.coco.window import Fault

MOST = 10_000
"""Problems of one kind of one file that are listed; the others are counted."""
_WIDEST = (1 << 31) - 1
"""The largest column of the table; a file of one line may be longer."""


class Notes:
    """Collects the problems of `file`, which describes `split`."""

    def __init__(self, file: str, split: Split) -> None:
        self.file = file
        self.split = split
        self._rows: list[ProblemRow] = []
        self._counts: Counter[Problem] = Counter()

    def add(
        self, kind: Problem, message: str, line: int | None, column: int | None, pointer: str | None
    ) -> None:
        """Note a problem at a place of the file."""
        self._counts[kind] += 1
        if self._counts[kind] <= MOST:
            column = column if column is None or column <= _WIDEST else None
            self._rows.append(ProblemRow(kind, self.file, message, line, column, self.split, pointer))

    def add_faults(self, faults: Iterable[Fault]) -> None:
        """Note what is wrong with the file as JSON."""
        for fault in faults:
            self.add(Problem.MALFORMED, *fault)

    def rows(self) -> list[ProblemRow]:
        """All of them, and for each kind how many are not listed."""
        left = [(kind, count - MOST) for kind, count in self._counts.items() if count > MOST]
        return self._rows + [
            ProblemRow(kind, self.file, f"{count} more of the same kind, not listed", split=self.split)
            for kind, count in left
        ]
