"""Problems of one file that names images: of a file that holds nothing else only so many are kept."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.dataset import Problem, ProblemRow, Split

_MOST = 10_000


class Noted:
    """The problems of a file, in the order in which they came."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._rows: list[ProblemRow] = []
        self._more = 0

    def add(self, kind: Problem, message: str, line: int | None, column: int | None = None) -> None:
        """Note a problem of a line; from the 10,000th on they are counted."""
        if len(self._rows) < _MOST:
            self._rows.append(ProblemRow(kind, self._path, message, line, column))
        else:
            self._more += 1

    def rows(self, split: Split | None) -> Iterator[ProblemRow]:
        """All of them, as problems of a split."""
        yield from (row._replace(split=split) for row in self._rows)
        if self._more:
            message = f"{self._more} more problems of this file are not listed one by one"
            yield ProblemRow(Problem.MALFORMED, self._path, message, split=split)
