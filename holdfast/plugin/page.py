"""The hooks of pytest-html: our title, cards and columns; nothing where no dataset is checked."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from holdfast.names import display, to_text
from holdfast.plugin.state import STATE, State
from holdfast.report.markup import WORST_FIRST, join, severity_counts, severity_pills, tag, text
from holdfast.report.page import details, draw_page, seal, stylesheet
from holdfast.report.run import Result, result_from_json
from holdfast.report.run import State as Outcome


@pytest.hookimpl(optionalhook=True)
def pytest_html_report_title(report: Any) -> None:
    """The first hook of pytest-html: name the page and, where a dataset is checked, take part."""
    config = report.config
    state = config.stash.get(STATE, None)
    if state is None:
        return
    report.title = f"Holdfast: {display(to_text(state.dataset.root.name))}"
    # pytest-html shows these values as markup, and a branch may be called <img/src=x/onerror=...>
    environment = {key: _escaped(value) for key, value in report.data["environment"].items()}
    report.set_data("environment", environment)
    config.pluginmanager.register(HtmlReport(config, state), "holdfast-html")


class HtmlReport:
    """What Holdfast does to the page of pytest-html, for one run."""

    def __init__(self, config: pytest.Config, state: State) -> None:
        self.config = config
        self.state = state
        self.style = stylesheet()
        self.file = Path.cwd() / Path(os.path.expandvars(config.option.htmlpath)).expanduser()
        self.findings = state.findings_file.name

    def pytest_html_results_summary(self, summary: list[str], postfix: list[str]) -> None:
        """Everything above the table of checks."""
        run = self.state.run
        if run is None:
            summary.append(tag("p", "INCOMPLETE: the run did not end.", class_="card verdict incomplete"))
            return
        scanner = self.state.scanner
        page = draw_page(run, scanner.previews if scanner else lambda paths: {}, self.findings)
        self.style += page.style
        summary.append(page.body)
        postfix.append(tag("h2", "All checks"))

    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Result, Check, Where, Findings, Duration; all can be sorted."""
        columns = {"check": "Check", "where": "Where", "findings": "Findings"}
        cells[1:] = [_header(key, title) for key, title in (*columns.items(), ("duration", "Duration"))]

    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """One check of one unit; a test that is none of ours keeps its name."""
        duration = cells[2]
        result = _result_of(report)
        if result is None:
            name = report.nodeid.rpartition("/")[2]
            check, where, found = tag("code", name), "", ""
        else:
            check, where = tag("code", result.rule), "" if result.state is Outcome.SKIPPED else result.unit
            counts = severity_counts(result.findings)
            key = "".join(f"{counts.get(severity, 0):09}" for severity in WORST_FIRST)
            shown = severity_pills(result.findings) or tag("span", _STATES[result.state], class_="nothing")
            found = join((tag("span", key, hidden=""), shown))
        cells[1:] = [
            tag("td", check, class_="col-check"),
            tag("td", where, class_="col-where"),
            tag("td", found, class_="col-findings"),
            duration,
        ]

    def pytest_html_results_table_html(self, report: Any, data: list[str]) -> None:
        """The findings of a check below its row; a crash keeps its traceback."""
        result = _result_of(report)
        if result is None or result.state is Outcome.ERROR:
            return
        if result.state is Outcome.SKIPPED:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "Skipped"
            data[:] = [tag("p", str(reason), class_="nothing")]
        else:
            data[:] = [details(result, self.findings)]

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        """After pytest-html has written the page: its head; the file is replaced as a whole."""
        done = yield
        if self.file.exists():
            page = self.file.read_text(encoding="utf-8")
            part = self.file.with_name(f".{self.file.name}.part")
            sealed = seal(page, self.style, self_contained=self.config.option.self_contained_html)
            part.write_text(sealed, encoding="utf-8", newline="\n")
            os.replace(part, self.file)
        return done


_STATES = {
    Outcome.OK: "nothing",
    Outcome.FAILED: "failed",
    Outcome.ERROR: "did not run to its end",
    Outcome.SKIPPED: "nothing to check",
}


def _result_of(report: Any) -> Result | None:
    return result_from_json(report.holdfast) if hasattr(report, "holdfast") else None


def _header(key: str, title: str) -> str:
    return f'<th class="sortable" data-column-type="{key}">{title}</th>'


def _escaped(value: object) -> object:
    if isinstance(value, Mapping):
        return {text(str(key)): _escaped(item) for key, item in value.items()}
    return text(str(value))
