"""From test outcomes to one verdict that is never green by accident."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from holdfast.check import CASE, CheckFailed
from holdfast.finding import Severity
from holdfast.names import display, to_text
from holdfast.plugin.against import is_idle
from holdfast.plugin.collecting import is_check_file
from holdfast.plugin.showing import SHOWN, FindingsText, last_lines
from holdfast.plugin.state import State as Session
from holdfast.plugin.state import UnitCase, rule_of
from holdfast.report.jsonl import write_findings
from holdfast.report.run import Result, Run, State, layout_of, result_from_json
from holdfast.units import units_of


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what a check found into its report, as text that crosses xdist."""
    report = yield
    rule = rule_of(item)
    case = item.callspec.params.get(CASE) if rule is not None and hasattr(item, "callspec") else None
    if rule is None or not (report.when == "call" or report.outcome in ("failed", "skipped")):
        return report
    unit = case.unit.name if isinstance(case, UnitCase) else "none"
    findings = tuple(case.findings) if isinstance(case, UnitCase) else ()
    state = State.OK
    if call.excinfo is not None:
        state = State.FAILED if call.excinfo.errisinstance(CheckFailed) else State.ERROR
    if report.outcome == "skipped":
        state = State.SKIPPED if case is None else State.ERROR
    result = Result(rule.name, unit, state, () if state is State.ERROR else findings)
    report.__dict__["holdfast"] = result.to_json()
    if state is State.FAILED:
        report.longrepr = ""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    item.user_properties += [("findings", len(findings)), ("errors", errors)]
    return report


class Verdict:
    """Collects the results where reports are shown, and ends the run with the right exit code."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        self.config = config
        self.session = session
        self.by_person = True
        self.on_purpose = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep a result, and give a failed check its findings as text: with xdist only the controller can."""
        if not hasattr(report, "holdfast"):
            return
        result = result_from_json(report.holdfast)
        self.session.results.append(result)
        if result.state is State.FAILED:
            report.longrepr = FindingsText(result, None if self.config.getoption("verbose", 0) > 1 else SHOWN)

    def pytest_internalerror(self) -> None:
        """An internal error is never green, even where xdist ends with "no tests ran"."""
        self.session.internal_error = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A check that cannot be loaded is a check that does not run."""
        if report.failed:
            self.session.internal_error = True
            file = self.config.rootpath / report.nodeid.partition("::")[0]
            self.session.broken_check |= is_check_file(file)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Called for a person's Ctrl-C, and by pytest and xdist for stops of their own."""
        self.by_person = excinfo.type in (KeyboardInterrupt, pytest.exit.Exception)
        self.on_purpose = str(excinfo.value).startswith("stopping after")  # xdist's -x and --maxfail

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, object, object]:
        """Decide, write the findings, and after everybody else's summary say what to do next."""
        run = None
        if not self.config.option.collectonly:
            run = self.session.run = self._finish(session, int(exitstatus))
            session.exitstatus = run.exit_code
        done = yield
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if run is not None and reporter is not None and self.session.prepared:
            for line in last_lines(run, self.config, self.session):
                reporter.write_line(line)
        return done

    def _finish(self, session: pytest.Session, exitstatus: int) -> Run:
        reasons = list(self._reasons())
        crashed = any(result.state is State.ERROR for result in self.session.results)
        stopped = bool(session.shouldfail) or self.on_purpose  # -x and --maxfail
        asked = stopped and not crashed and not self.session.internal_error
        now = datetime.now(UTC).isoformat(timespec="seconds")
        expected = self._expected()
        run = Run(
            dataset=self.session.dataset,
            results=self._in_order(expected),
            expected=expected,
            exit_code=_exit_code(exitstatus, bool(reasons) and not asked, self.by_person),
            started=self.session.started,
            finished=now,
            reasons=tuple(reasons),
            counts=replace(self.session.counts),  # as it is now: pictures for the page are not of the checks
            summaries={name: rule.summary for name, rule in self.session.rules.items()},
            against=to_text(str(self.session.other.root)) if self.session.other else "",
            placed=self.session.placed,
            layout=layout_of(self.session.dataset, self.session.settings),
            without_pairs=frozenset(
                name for name, rule in self.session.rules.items() if "pairs" not in rule.tables
            ),
        )
        return self._write(run)

    def _write(self, run: Run) -> Run:
        """The run as it is written down; one that cannot be written is not to be trusted."""
        if run.exit_code != pytest.ExitCode.USAGE_ERROR:
            try:
                write_findings(self.session.findings_file, run)
            except OSError as error:
                reason = f"the findings were not written: {error}"
                return replace(
                    run,
                    exit_code=_exit_code(run.exit_code, True, self.by_person),
                    reasons=(*run.reasons, reason),
                )
        return run

    def _reasons(self) -> Generator[str]:
        """Why the run is not whole, or not to be trusted."""
        results = self.session.results
        for result in results:
            if result.state is State.ERROR:
                yield f"{result.rule}[{display(result.unit)}] did not run to its end"
        if self.session.internal_error:
            yield "an internal error, or a check that could not be loaded"
        missing = len(self.session.demand.items) - len(results)
        if missing > 0:
            yield f"{missing} of {len(self.session.demand.items)} selected checks did not finish"
        reported = any(finding.rule == "broken_config" for result in results for finding in result.findings)
        if not reported:
            for split in self.session.dataset.splits:
                if split.missing:
                    yield f"split {display(split.unit)} is declared and missing: nothing of it was checked"

    def _in_order(self, expected: tuple[tuple[str, str], ...]) -> tuple[Result, ...]:
        """The results by check and unit, in whatever order the workers of xdist had them."""
        order = {place: number for number, place in enumerate(expected)}
        results = self.session.results
        return tuple(sorted(results, key=lambda result: order.get((result.rule, result.unit), len(order))))

    def _expected(self) -> tuple[tuple[str, str], ...]:
        dataset, rules = self.session.dataset, self.session.rules
        places = {
            (rule.name, unit.name): None
            for rule in rules.values()
            if not is_idle(rule, self.session.other)
            for unit in units_of(dataset, rule.per)
        }
        places |= {
            (result.rule, result.unit): None for result in self.session.results if result.unit != "none"
        }
        return tuple(places)


def _exit_code(exitstatus: int, distrusted: bool, by_person: bool) -> int:
    """0 sound, 1 errors found, 2 interrupted, 3 something did not run, 4 wrong use, 5 nothing selected."""
    interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
    if exitstatus in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED):
        return exitstatus
    if interrupted and by_person:
        return exitstatus
    if distrusted:
        return int(pytest.ExitCode.INTERNAL_ERROR)
    return int(pytest.ExitCode.TESTS_FAILED) if interrupted else exitstatus
