"""Line of a label file that is no annotation.

## What it does
Reports each line that cannot be read, with its line and column: a wrong count of fields (a box has
5, a polygon an odd number from 7), a field that is not a number, a number that is not finite, a
class that is not a whole number, a byte order mark. A label file that cannot be read at all is
reported as a whole.

## Why is this bad?
Trainers stop at such a line, skip the whole file, or read it as something else.

## Fix safety
No fixer: only a person knows what the line was meant to say.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from holdfast import Finding, Problem, check


@check(per="split")
def malformed_label(problems: pl.DataFrame) -> Iterator[Finding]:
    """Lines that the reader could not read."""
    rows = problems.filter(kind=Problem.MALFORMED).select("path", "message", "line", "column").rows()
    for path, message, line, column in rows:
        yield Finding(path, message, line=line, column=column)
