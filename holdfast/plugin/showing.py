"""What a terminal shows: the findings of a check, the matrix of all, and what to run next."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import pytest

from holdfast.check import Per
from holdfast.dataset import Split
from holdfast.finding import Finding, Severity
from holdfast.impact.lines import impact_lines, score_lines
from holdfast.names import display, shown_path
from holdfast.plugin.state import STATE
from holdfast.plugin.state import State as Session
from holdfast.report.run import Result, Run, State
from holdfast.rules import is_installed
from holdfast.units import units_of

SHOWN = 10
"""Findings of one check that are listed; `-vv` lists all."""
_MARK = {Severity.ERROR: "", Severity.WARNING: "w", Severity.INFO: "i"}


class _Crash(NamedTuple):
    """What pytest puts behind a failed test in its short summary."""

    message: str
    path: str = ""
    lineno: int = 0


class FindingsText:
    """The findings of a failed check, in place of a traceback: the worst first, at most `limit`."""

    def __init__(self, result: Result, limit: int | None = SHOWN) -> None:
        self.result = result
        self.limit = limit
        self.reprcrash = _Crash(count_text(result))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def toterminal(self, writer: Any) -> None:
        """Called by pytest for each failure."""
        for line in self.lines():
            writer.line(line, red=line.startswith("E "))

    def lines(self) -> Iterator[str]:
        """How many there are, then a line each."""
        yield count_text(self.result)
        yield from finding_lines(self.result, self.limit)


def count_text(result: Result) -> str:
    """How many findings of each severity, as in `3 errors, 1 info`."""
    counts = [
        (severity, sum(f.severity is severity for f in result.findings)) for severity in reversed(Severity)
    ]
    return (
        ", ".join(f"{n} {severity}{'s' if n > 1 else ''}" for severity, n in counts if n) or "nothing found"
    )


def finding_lines(result: Result, limit: int | None) -> Iterator[str]:
    """One line a finding: severity, place, fact."""
    order = list(reversed(Severity))
    ranked = sorted(result.findings, key=lambda finding: order.index(finding.severity or Severity.ERROR))
    for finding in ranked[:limit]:
        yield f"{_letter(finding)} {finding.where}  {display(finding.message)}"
    if limit is not None and len(ranked) > limit:
        yield f"  ... and {len(ranked) - limit} more: -vv lists all, so does the findings file"


def _letter(finding: Finding) -> str:
    return (finding.severity or Severity.ERROR)[0].upper()


def pytest_report_header(config: pytest.Config) -> str | None:
    """What is checked."""
    state = config.stash.get(STATE, None)
    if state is None:
        return None
    units = ", ".join(display(split.unit) for split in state.dataset.splits)
    read = f"data: {shown_path(state.dataset.root)} ({state.dataset.format}: {units})"
    against = f"\nagainst: {shown_path(state.other.root)} ({state.other.format})" if state.other else ""
    return f"{read}\nrecognised by: {display(state.dataset.evidence)}{against}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The matrix, and the findings of checks that passed with warnings."""
    state = config.stash.get(STATE, None)
    if state is None or state.run is None or not state.prepared or config.getoption("verbose", 0) <= -2:
        return
    for result in state.run.results:
        if result.state is State.OK and any(f.severity is Severity.WARNING for f in result.findings):
            terminalreporter.section(f"{result.rule}[{display(result.unit)}]", sep="_", yellow=True)
            for line in finding_lines(result, None if config.getoption("verbose", 0) > 1 else 3):
                terminalreporter.write_line(line)
    terminalreporter.section("dataset", sep="=")
    unlisted = () if config.getoption("verbose", 0) > 0 else state.run.unlisted
    for line in matrix_lines(state.run, terminalreporter._tw.fullwidth, unlisted):
        terminalreporter.write_line(line)
    if unlisted:
        terminalreporter.write_line(f"ok in every unit: {len(unlisted)} more rules (-v lists them)")
    for line in (*impact_lines(state.run.impact), *score_lines(state.run.scores)):
        terminalreporter.write_line(line)


def matrix_lines(run: Run, width: int, unlisted: Collection[str] = ()) -> Iterator[str]:
    """Rules by units: ok, the number of errors, warnings (w), infos (i), or that it did not run; without the
    unlisted rules."""
    listed = [result for result in run.results if result.rule not in unlisted]
    cells = {(result.rule, result.unit): _cell(result) for result in listed}
    rules = list(dict.fromkeys(rule for rule, _ in cells))
    units = [unit.name for per in Per for unit in units_of(run.dataset, per)]
    units = [unit for unit in dict.fromkeys(units) if any((rule, unit) in cells for rule in rules)]
    names = max((len(rule) for rule in rules), default=0)
    for columns in _tables(units, run.dataset.splits, width - names):
        shown = [rule for rule in rules if any((rule, unit) in cells for unit in columns)]
        sizes = {unit: max(len(display(unit)), 5) for unit in columns}
        yield " " * names + "".join(f"  {display(unit):>{sizes[unit]}}" for unit in columns)
        for rule in shown:
            yield f"{rule:<{names}}" + "".join(
                f"  {cells.get((rule, unit), ''):>{sizes[unit]}}" for unit in columns
            )
    yield "a number: errors; w: warnings; i: infos; ERROR: the check did not run to its end"


def _cell(result: Result) -> str:
    if result.state is State.ERROR:
        return "ERROR"
    if result.state is State.SKIPPED:
        return "-"
    for severity in reversed(Severity):
        if number := sum(finding.severity is severity for finding in result.findings):
            return f"{number}{_MARK[severity]}"
    return "ok"


def _tables(units: list[str], splits: tuple[Split, ...], width: int) -> Iterator[list[str]]:
    """The columns in one table where they fit, else one a collection and one for what spans them."""
    if _width(units) <= width:
        yield units
        return
    collection = {split.unit: split.collection for split in splits if split.collection}
    for _, group in groupby(units, key=lambda unit: collection.get(unit, "")):
        table: list[str] = []
        for unit in group:
            if table and _width([*table, unit]) > width:
                yield table
                table = []
            table.append(unit)
        yield table


def _width(units: list[str]) -> int:
    return sum(max(len(display(unit)), 5) + 2 for unit in units)


def last_lines(run: Run, config: pytest.Config, state: Session) -> Iterator[str]:
    """The verdict, where the reports are, and what to run next; at `-qq` the verdict alone."""
    if config.getoption("verbose", 0) <= -2:
        yield _verdict(run)
        return
    images = ", ".join(f"{display(unit)} {count}" for unit, count in run.images_by_unit().items())
    counts = run.counts
    work = f"{counts.read} files read, {counts.decoded} pictures decoded"
    yield f"{run.dataset.images.height} images ({images}); {work}"
    for reason in run.reasons:
        yield f"not a whole run: {reason}"
    if run.not_run and not run.reasons:
        yield f"a partial run: {len(run.not_run)} of {len(run.expected)} checks were not selected"
    if state.scanner is not None and state.scanner.cache.note:
        yield state.scanner.cache.note
    page = getattr(config.option, "htmlpath", None)
    if page:
        yield f"report:   {shown_path(page)}"
    yield f"findings: {shown_path(state.findings_file)}"
    yield _verdict(run)
    if any(finding.fixable for finding in run.findings):
        data = shlex.quote(shown_path(run.dataset.root))
        fixers = "holdfast fix" if is_installed() else "python -m fixers"
        yield f"next: {fixers} plan --data={data}   (shows repairs, changes nothing)"


def _verdict(run: Run) -> str:
    errors, warnings = run.count(Severity.ERROR), run.count(Severity.WARNING)
    sound = "sound as far as it ran" if run.not_run else "sound"
    verdict = {0: sound, 1: "faults found", 2: "interrupted", 3: "not everything ran", 5: "nothing ran"}
    found = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    return f"{verdict.get(run.exit_code, 'wrong use')}: {found}"
