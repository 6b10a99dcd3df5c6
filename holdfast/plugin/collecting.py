"""Which files are checks, and one test for each rule and unit."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest

from holdfast.check import CASE, Rule
from holdfast.errors import UsageError
from holdfast.names import to_os
from holdfast.plugin.against import is_idle
from holdfast.plugin.state import STATE, Demand, UnitCase, demand_of, rule_of
from holdfast.units import units_of

TROUBLE = pytest.StashKey[str]()
_UNSAFE = re.compile(r"[^A-Za-z0-9._/-]")


class CheckModule(pytest.Module):
    """A file of checks: its tests are the functions that `@check` made, whatever they are called."""

    def istestfunction(self, obj: object, name: str) -> bool:
        """Only checks that this file defines itself, and that have something to run on."""
        rule = getattr(obj, "rule", None)
        if not isinstance(rule, Rule) or getattr(obj, "__module__", "") != self.obj.__name__:
            return False
        state = self.config.stash.get(STATE, None)
        return state is None or not is_idle(rule, state.other)

    def istestclass(self, obj: object, name: str) -> bool:
        """Classes are no checks."""
        return False


def is_check_file(path: Path) -> bool:
    """Whether a Python file holds checks: it uses Holdfast's decorator and is no test of its own."""
    if path.suffix != ".py" or path.name.startswith(("test_", "_")) or path.name.endswith("_test.py"):
        return False
    try:
        source = path.read_bytes()
    except OSError:
        return False
    return b"@check(" in source and b"holdfast" in source


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Files of checks that pytest would collect anyway."""
    if is_check_file(module_path):
        module: pytest.Module = CheckModule.from_parent(parent, path=module_path)
        return module
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Files of checks, whatever names the user's own configuration collects."""
    found = yield
    if is_check_file(file_path) and not any(isinstance(module, CheckModule) for module in found):
        return [*found, CheckModule.from_parent(parent, path=file_path)]
    return found


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Never look for tests inside the data."""
    state = config.stash.get(STATE, None)
    if state is not None and Path(os.path.realpath(collection_path)).is_relative_to(
        os.path.realpath(state.dataset.root)
    ):
        return True
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each unit that a rule covers."""
    rule = getattr(metafunc.function, "rule", None)
    state = metafunc.config.stash.get(STATE, None)
    if not isinstance(rule, Rule) or state is None or CASE not in metafunc.fixturenames:
        return
    cases = [UnitCase(unit, state) for unit in units_of(state.dataset, rule.per)]
    if cases:
        metafunc.parametrize(CASE, cases, ids=[safe_id(case.unit.name) for case in cases])
        return
    reason = "no pair of splits to check: the dataset has one"  # every other unit exists where an image does
    nothing = pytest.param(None, id="none", marks=pytest.mark.skip(reason=reason))
    metafunc.parametrize(CASE, [nothing])


def safe_id(name: str) -> str:
    """A unit's name as a test id: other characters become `_`, and a digest keeps it unique."""
    plain = _UNSAFE.sub("_", name)
    if plain == name and len(name) <= 80:
        return name
    return f"{plain[:80]}-{hashlib.sha256(os.fsencode(to_os(name))).hexdigest()[:8]}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a run that would check nothing, and settings that fit no rule."""
    state = config.stash.get(STATE, None)
    checks = [item for item in items if rule_of(item) is not None]
    trouble = ""
    if state is None:
        if checks and not config.option.collectonly:
            trouble = "no dataset given: pytest checks --data=DIR (a sample: holdfast demo DIR)"
    elif not checks and not state.broken_check:
        trouble = "--data is given but no check is selected: pytest checks --data=DIR"
        if idle := [rule.name for rule in state.rules.values() if is_idle(rule, state.other)]:
            trouble += f" ({', '.join(idle)} runs with --against=DIR only)"
    else:
        try:
            state.settings.require_known({*state.rules, *_neighbours(checks)})
            demand_of(checks, state.settings)
        except UsageError as error:
            trouble = str(error)
    config.stash[TROUBLE] = trouble
    if trouble and not hasattr(config, "workerinput"):
        raise pytest.UsageError(trouble)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Note what the selected checks need; a worker of xdist leaves it for the controller.

    Before xdist's own hook, which tells the controller to read it.
    """
    config = session.config
    state = config.stash.get(STATE, None)
    trouble = config.stash.get(TROUBLE, "")
    demand = demand_of(session.items, state.settings) if state and not trouble else Demand(trouble=trouble)
    if state is not None:
        state.demand = demand
    if (worker := getattr(config, "workerinput", None)) is not None and "holdfast" in worker:
        folder = Path(worker["holdfast"])
        (folder / f"demand-{worker['workerid']}.json").write_text(demand.to_json(), encoding="ascii")
        if state is not None:
            state.shared = folder


def _neighbours(checks: Iterable[pytest.Item]) -> set[str]:
    """Names of all rules in the folders that checks were collected from."""
    folders = {item.path.parent for item in checks}
    names = {rule.name for item in checks if (rule := rule_of(item))}
    return names | {file.stem for folder in folders for file in folder.glob("*.py") if is_check_file(file)}
