"""The laws of the layout: who imports whom, what files are called, how long things are."""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
RULES = sorted(file.stem for file in (REPOSITORY / "checks").glob("[!_]*.py"))
FIXERS = sorted(file.stem for file in (REPOSITORY / "fixers").glob("[!_]*.py"))
CORE = sorted((REPOSITORY / "holdfast").rglob("*.py"))
SOURCES = [*CORE, *(REPOSITORY / f"{folder}/{name}.py" for folder, names in
           (("checks", RULES), ("fixers", FIXERS)) for name in names)]  # fmt: skip
STANDARD = set(sys.stdlib_module_names) | {"__future__"}
BASE = {"archives", "columns", "dataset", "errors", "files", "images", "names", "progress", "wording"}
"""What every part of the core may import."""
LONG_CHECKS = {"conflicting_labels": 70}
"""Checks that may pass 60 lines, and by how much: comparing two sets of annotations takes two helpers."""


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imports(file: Path, only_top: bool = False) -> set[str]:
    """Full names of the modules a file imports."""
    nodes = tree_of(file).body if only_top else ast.walk(tree_of(file))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: imports are absolute"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def tops(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(file)}


def core_imports(folder: str) -> set[str]:
    """The parts of the core that a part of it imports, as `facts` or `dataset`."""
    names = chain.from_iterable(imports(file) for file in (REPOSITORY / "holdfast" / folder).rglob("*.py"))
    parts = {name.split(".")[1] for name in names if name.startswith("holdfast.")}
    return parts - {folder}


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Name and length of each function, decorators and docstring included."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{file.name}:{node.name}", node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("rule", RULES)
def test_a_check(rule: str) -> None:
    """One public generator of the file's name; documented in the file; imports only Holdfast."""
    file = REPOSITORY / "checks" / f"{rule}.py"
    module = tree_of(file)
    made = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    assert [function.name for function in made] == [rule]
    assert not [node for node in module.body if isinstance(node, ast.FunctionDef)
                and node.name != rule and not node.name.startswith("_")]  # fmt: skip
    documentation = ast.get_docstring(module) or ""
    assert documentation.partition("\n\n")[0].endswith(".")
    assert "\n## What it does\n" in documentation
    assert "\n## Why is this bad?\n" in documentation
    options = made[0].args.kwonlyargs
    assert ("\n## Options\n" in documentation) == bool(options)
    assert all(f"`{option.arg}` (default " in documentation for option in options)
    assert tops(file) <= STANDARD | {"holdfast", "polars"}
    assert not {name for name in imports(file) if name.startswith("holdfast.") and name.count(".") > 1}
    assert len(file.read_text().splitlines()) <= LONG_CHECKS.get(rule, 60)


@pytest.mark.parametrize("rule", FIXERS)
def test_a_fixer(rule: str) -> None:
    """A function `fix` for a rule that there is; imports only Holdfast."""
    file = REPOSITORY / "fixers" / f"{rule}.py"
    assert rule in RULES
    names = {node.name for node in tree_of(file).body if isinstance(node, ast.FunctionDef)}
    assert {name for name in names if not name.startswith("_")} == {"fix"}
    assert tops(file) <= STANDARD | {"holdfast", "polars"}


@pytest.mark.parametrize(("folder", "names"), [("checks", RULES), ("fixers", FIXERS)])
def test_every_rule_and_fixer_has_a_test_file_of_its_name(folder: str, names: list[str]) -> None:
    tested = {file.stem.removeprefix("test_") for file in (REPOSITORY / "tests" / folder).glob("test_*.py")}
    assert set(names) <= tested


def test_the_core_imports_neither_checks_nor_fixers_nor_names_one() -> None:
    for file in CORE:
        assert not tops(file) & {"checks", "fixers", "tests"}, file


@pytest.mark.parametrize(
    ("folder", "allowed"),
    [
        ("similarity", set()),
        ("sources", {*BASE, "facts", "similarity"}),
        ("formats", {*BASE, "config"}),
        ("facts", {*BASE, "fault", "features", "proof", "similarity"}),
        ("features", {"similarity"}),
        ("impact", {*BASE, "finding", "formats", "geometry", "sources"}),
    ],
)
def test_parts_of_the_core_know_only_what_they_need(folder: str, allowed: set[str]) -> None:
    assert core_imports(folder) <= allowed


def test_similarity_knows_numpy_only() -> None:
    for file in (REPOSITORY / "holdfast" / "similarity").glob("*.py"):
        assert tops(file) <= STANDARD | {"holdfast", "numpy"}
        assert not tops(file) & {"os", "pathlib", "io", "shutil"}


def test_features_know_numpy_and_scipy_only() -> None:
    for file in (REPOSITORY / "holdfast" / "features").glob("*.py"):
        assert tops(file) <= STANDARD | {"holdfast", "numpy", "scipy"}
        assert not tops(file) & {"os", "pathlib", "io", "shutil"}


def test_pytest_is_known_to_the_plugin_only() -> None:
    allowed = {"plugin", "cli.py"}
    users = {file.relative_to(REPOSITORY / "holdfast").parts[0] for file in CORE if "pytest" in tops(file)}
    assert users <= allowed


def test_no_module_imports_itself_in_a_circle() -> None:
    names = {
        ".".join(file.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__"): file
        for file in CORE
    }
    graph = {name: imports(file, only_top=True) & (names.keys() - {name}) for name, file in names.items()}
    for name, needed in graph.items():  # `from holdfast.facts import scan` also names holdfast.facts
        graph[name] = {other for other in needed if not name.startswith(other + ".")}
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_sizes(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 250
    assert ast.get_docstring(tree_of(file)), "a module says what it is"
    assert [name for name, length in functions(file) if length > 40] == []


def test_functions_are_short() -> None:
    assert statistics.median(length for file in SOURCES for _, length in functions(file)) <= 12
