"""Measure the images after collection and before the first check: once, and only what is needed."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.facts.scan import open_scanner
from holdfast.impact.scoring import placed_on
from holdfast.plugin.state import STATE, Demand, State, demand_from_json
from holdfast.progress import Progress
from holdfast.running import measured


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Single process: selection is final here, output is not captured, and no test's timeout runs."""
    config = session.config
    state = config.stash.get(STATE, None)
    if state is None or config.option.collectonly or hasattr(config, "workerinput"):
        return
    if config.pluginmanager.hasplugin("dsession") or session.testsfailed:
        return
    _prepare(config, state, state.demand)


class XdistController:
    """With xdist the controller measures, and the workers read its tables."""

    def __init__(self, config: pytest.Config, folder: Path) -> None:
        self.config = config
        self.folder = folder
        self.done = False

    def pytest_configure_node(self, node: Any) -> None:
        """Tell each worker where the tables will be."""
        node.workerinput["holdfast"] = str(self.folder)

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        """The first worker has collected; this hook ends before tests are handed out."""
        if self.done:
            return
        self.done = True
        text = (self.folder / f"demand-{node.gateway.id}.json").read_text(encoding="ascii")
        demand = demand_from_json(text)
        if demand.trouble:
            raise pytest.UsageError(demand.trouble)
        state = self.config.stash.get(STATE, None)
        if state is not None and demand.items:
            state.demand = demand
            _prepare(self.config, state, demand)
            state.share(self.folder)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Register the controller's part where xdist distributes the tests."""
    config = session.config
    if config.pluginmanager.hasplugin("dsession") and not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="holdfast-"))
        config.pluginmanager.register(XdistController(config, folder), "holdfast-controller")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the workers and remove this run's temporary folder."""
    if (state := config.stash.get(STATE, None)) is not None:
        state.open.close()
        state.pool.close()
    if (controller := config.pluginmanager.get_plugin("holdfast-controller")) is not None:
        shutil.rmtree(controller.folder, ignore_errors=True)


def _prepare(config: pytest.Config, state: State, demand: Demand) -> None:
    """Read the dataset and measure what is needed; the tables are ready afterwards."""
    if not demand.items:
        return
    gc.freeze()  # pytest's and the libraries' own objects stay: looking through them again costs a tenth
    try:
        opened = open_scanner(state.dataset.root, state.cache, progress_of(config), state.pool)
        scanner = state.open.enter_context(opened)
        dataset = measured(state.dataset, demand.needs, scanner, state.other, state.cache)
        state.placed = placed_on(dataset, state.predictions)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    state.dataset, state.scanner, state.prepared = dataset, scanner, True


def progress_of(config: pytest.Config) -> Progress:
    """Progress as it suits the output: a line that rewrites itself, plain lines in a log, or nothing."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.getoption("verbose", 0) <= -2:
        return lambda what, done, total: None
    return _Bar(reporter, sys.stdout.isatty() and not os.environ.get("CI"))


class _Bar:
    """One line of progress; in a log a line every ten seconds."""

    def __init__(self, reporter: Any, live: bool) -> None:
        self.reporter = reporter
        self.live = live
        self.started = self.shown = time.monotonic()
        self.what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what != self.what:
            self.what, self.started, self.shown = what, now, now
        last = done == total
        if not last and now - self.shown < (0.1 if self.live else 10):
            return
        self.shown = now
        of = f" of {total}" if total else ""
        text = f"{what}: {done}{of}{self._rate(done, total, now)}"
        if self.live:
            self.reporter.rewrite(text, erase=True)
            if last:
                self.reporter.write_line("")
        elif not last or now - self.started > 2:
            self.reporter.ensure_newline()
            self.reporter.write_line(text)

    def _rate(self, done: int, total: int, now: float) -> str:
        elapsed = now - self.started
        if elapsed < 1 or not done:
            return ""
        left = f", {elapsed / done * (total - done):.0f} s left" if done < total else f" in {elapsed:.0f} s"
        return f" ({done / elapsed:.0f}/s{left})"
