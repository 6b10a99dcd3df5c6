"""The options of a check run, and what is refused before anything is collected."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from holdfast.config import load_settings
from holdfast.errors import UsageError
from holdfast.facts.cache import is_known
from holdfast.facts.places import cache_file
from holdfast.formats import recognise
from holdfast.impact.predictions import read_predictions
from holdfast.names import display, shown_path, to_text
from holdfast.plugin.against import other_dataset
from holdfast.plugin.outcome import Verdict
from holdfast.plugin.state import STATE, State
from holdfast.reports import reports_folder
from holdfast.rules import checks_folder, load_rules


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --data and its companions."""
    group = parser.getgroup("holdfast", "checks of an image dataset")
    group.addoption(
        "--data",
        metavar="DIR",
        help="the dataset to check, a folder or a .zip or .tar file; write it with an equals sign",
    )
    group.addoption(
        "--against", metavar="DIR", help="another dataset: does it have images of this one already?"
    )
    group.addoption("--config", metavar="FILE", help="settings instead of the dataset's holdfast.toml")
    group.addoption(
        "--cache", metavar="DIR", help="where measured facts are kept (default: the user's cache folder)"
    )
    group.addoption(
        "--findings", metavar="FILE", help="findings as JSON lines (default: reports/findings.jsonl)"
    )
    group.addoption(
        "--predictions",
        metavar="FILE",
        action="append",
        default=[],
        help="what a model said of val or test, COCO results or a CSV of path,label,score: scored with leaks "
        "and without; val=FILE or test=FILE where its names do not say which",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Recognise the dataset and set the reports up; does nothing without --data."""
    if config.getoption("data") is None:
        return
    try:
        state = config.stash[STATE] = _start(config)
        if not hasattr(config, "workerinput"):
            config.pluginmanager.register(Verdict(config, state), "holdfast-verdict")
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _start(config: pytest.Config) -> State:
    root = Path(os.path.abspath(config.invocation_params.dir / config.getoption("data")))
    if not config.getoption("data"):
        raise UsageError("--data is empty; it takes the folder that holds the dataset")
    _refuse_foreign_start(config, root)
    settings = load_settings(root, _given_path(config, "config"), config.rootpath)
    rules = load_rules(checks_folder())
    for rule in rules.values():
        settings.options_of(rule), settings.severity_of(rule)
    dataset = recognise(root, settings)
    other = other_dataset(config.getoption("against"), config.invocation_params.dir, root)
    cache = _given_path(config, "cache")
    place = cache_file(root, cache)
    reports = config.invocation_params.dir / reports_folder(root, cache)
    file = _given_path(config, "findings") or reports / "findings.jsonl"
    page = _set_page(config, reports)
    for option, output in (("--findings", file), ("--html", page)):
        if output is not None and not config.option.collectonly:
            _require_writable(option, output, root)
    for option, name in (("--junitxml", "xmlpath"), ("--basetemp", "basetemp"), ("--log-file", "log_file")):
        if value := getattr(config.option, name, None):
            _require_outside(option, config.invocation_params.dir / value, root)
    state = State(dataset, settings, cache, file, rules, other)
    if not (config.option.collectonly or hasattr(config, "workerinput")):
        folder = config.invocation_params.dir
        state.predictions = tuple(
            read_predictions(given, folder) for given in config.getoption("predictions")
        )
    selective = config.option.collectonly or config.option.keyword or config.option.markexpr
    if not (is_known(root, place) or selective or hasattr(config, "workerinput")):
        state.pool.warm_up()  # nothing is known of this dataset yet: the workers will be needed
    return state


def _set_page(config: pytest.Config, reports: Path) -> Path | None:
    """Turn the HTML report on unless told otherwise, in one file that can be sent around."""
    if not config.pluginmanager.hasplugin("html") or config.option.collectonly:
        return None
    if config.option.htmlpath is None:
        config.option.htmlpath = str(reports / "report.html")
        config.option.self_contained_html = True
    written = os.path.expanduser(os.path.expandvars(config.option.htmlpath))  # as pytest-html takes it
    return config.invocation_params.dir / written if written else None


def _require_writable(option: str, output: Path, root: Path) -> None:
    _require_outside(option, output, root)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{option}: {shown_path(output)} cannot be written: {error.strerror}") from None
    if output.exists() and not output.is_file():  # it would be replaced, were it a device
        raise UsageError(f"{option}: {shown_path(output)} is no ordinary file")


def _require_outside(option: str, output: Path, root: Path) -> None:
    if _inside(output, root):
        shown = shown_path(output)
        raise UsageError(f"{shown} would be written into the data: name another file with {option}=")


def _inside(path: Path, root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _given_path(config: pytest.Config, name: str) -> Path | None:
    value = config.getoption(name)
    if value == "":
        raise UsageError(f"--{name} is empty")
    return None if value is None else config.invocation_params.dir / value


def _refuse_foreign_start(config: pytest.Config, root: Path) -> None:
    """Refuse a run whose configuration or conftest came from the data, which is not to be trusted."""
    shown = display(to_text(str(root)))
    spelling = (
        f"from outside of the data, with an equals sign: pytest checks --data={shown}; or: holdfast check"
    )
    for place in (config.rootpath, config.inipath):
        if place is not None and _inside(place, root):
            raise UsageError(f"pytest took the data for its own folder ({display(str(place))}); {spelling}")
    for plugin in config.pluginmanager.get_plugins():
        file = getattr(plugin, "__file__", None)
        if isinstance(file, str) and _inside(Path(file), root):
            raise UsageError(f"pytest ran {display(to_text(file))}, which lies in the data; {spelling}")
