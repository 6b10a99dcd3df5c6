"""Rules from other folders: the user's own, broken ones, and a project that has nothing to do with data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import REPOSITORY, Outcome, start, start_process
from tests.trees import Tree, sound_tree

HEAD = '''"""A rule of somebody's own."""
from __future__ import annotations
import polars as pl
from holdfast import Finding, check
'''
SMALL = (
    HEAD
    + """
@check(per="split", needs=("width", "height"))
def small_image(images: pl.DataFrame, *, min_side: int = 32):
    for path, side in images.select("path", pl.min_horizontal("width", "height")).rows():
        if side < min_side:
            yield Finding(path, f"shorter side {side} px, below {min_side}")
"""
)
CRASH = (
    HEAD
    + """
@check(per="split")
def crash(images: pl.DataFrame):
    yield Finding(images["path"][0], "found before the crash")
    raise KeyError("the rule's own line")
"""
)


def run(data: Tree, rule: str, *arguments: str, name: str = "") -> Outcome:
    """Run a rule of the user's own folder."""
    name = name or rule.partition("def ")[2].partition("(")[0]
    file = Tree(data.root.parent / "own").file(f"{name}.py", rule).root
    cache = data.root.parent / "cache"
    return start(str(file), f"--data={data.root}", f"--cache={cache}", *arguments, beside=data.root.parent)


def test_an_own_rule_needs_no_registration(tmp_path: Path) -> None:
    outcome = run(sound_tree(tmp_path), SMALL)
    assert outcome.code == 0
    assert "3 passed" in outcome.text


def test_an_own_rule_has_options_and_severity(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).settings('[rules.small_image]\nmin_side = 97\nseverity = "warning"')
    outcome = run(data, SMALL)
    assert outcome.code == 0
    assert {finding.message for finding in outcome.findings} == {"shorter side 96 px, below 97"}
    assert {(finding.rule, finding.severity) for finding in outcome.findings} == {("small_image", "warning")}


@pytest.mark.parametrize("setting", ["min = 3", "min_side = 'x'", "severity = 'bad'"])
def test_settings_of_an_own_rule_are_checked(tmp_path: Path, setting: str) -> None:
    outcome = run(sound_tree(tmp_path).settings(f"[rules.small_image]\n{setting}"), SMALL)
    assert outcome.code == 4
    assert "holdfast.toml:2: " in outcome.errors[0]


@pytest.mark.parametrize("arguments", [(), ("-x",), ("-n", "2"), ("--maxfail=1",)])
def test_a_rule_that_crashes(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    outcome = run(sound_tree(tmp_path), CRASH, *arguments)
    assert outcome.code == 3
    assert 'raise KeyError("the rule\'s own line")' in outcome.text
    assert "crash[train] did not run to its end" in outcome.text
    assert outcome.header["complete"] is False
    assert outcome.findings == []


@pytest.mark.parametrize(
    "ending", ["sys.exit(0)", "pytest.exit('over', returncode=0)", "pytest.skip('no')", "os._exit(0)"]
)
def test_a_rule_that_ends_the_run_is_never_green(tmp_path: Path, ending: str) -> None:
    body = f"\n@check(per='split')\ndef ends(images):\n    import os, sys, pytest\n    {ending}\n    yield\n"
    if "_exit" in ending:
        assert run(sound_tree(tmp_path), HEAD + body, "-n", "1").code not in (0, 5)
    else:
        assert run(sound_tree(tmp_path), HEAD + body).code == 3


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
@pytest.mark.parametrize(
    "text",
    [
        "import no_such_module\n" + SMALL,
        SMALL + "\ndef (",
        SMALL.replace("images:", "pictures:"),
        SMALL.replace('"width"', '"widht"'),
    ],
    ids=["import", "syntax", "unknown table", "unknown fact"],
)
def test_a_rule_that_cannot_be_loaded(tmp_path: Path, text: str, arguments: tuple[str, ...]) -> None:
    outcome = run(sound_tree(tmp_path), text, *arguments, name="small_image")
    assert outcome.code not in (0, 1)


@pytest.mark.parametrize("arguments", [(), ("--continue-on-collection-errors",)])
def test_a_broken_rule_beside_sound_ones(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    Tree(tmp_path / "own").file(
        "broken.py", "import no_such_module\n" + SMALL.replace("small_image", "broken")
    )
    assert run(sound_tree(tmp_path), SMALL, str(tmp_path / "own"), *arguments).code == 3


def test_a_rule_that_yields_something_else(tmp_path: Path) -> None:
    text = HEAD + "\n@check(per='split')\ndef odd(images):\n    yield 'a fault'\n"
    assert run(sound_tree(tmp_path), text).code == 3


def test_a_finding_may_name_any_path(tmp_path: Path) -> None:
    names = ("", "..", "../../etc/passwd", "/etc/passwd", "nowhere", "train")
    for number, name in enumerate(names):
        text = f"\n@check(per='split')\ndef names{number}(images):\n    yield Finding('{name}', 'here')\n"
        outcome = run(sound_tree(tmp_path), HEAD + text, "-k", "train")
        assert outcome.code == 1, name
        assert outcome.findings[0].sha256 is None


def test_a_users_project_is_left_alone(tmp_path: Path) -> None:
    """Own configuration, fixtures and folder names of a project that also checks its data."""
    project = Tree(tmp_path / "project")
    project.file("pytest.ini", "[pytest]\npython_files = *_spec.py\naddopts = --strict-markers\n")
    project.file("conftest.py", OWN_FIXTURES).file("checks/__init__.py").file("checks/small_image.py", SMALL)
    project.file("checks/helper.py", "raise SystemExit('helpers are not collected')\n")
    project.file("unit_spec.py", "def test_own(images, unit):\n    assert (images, unit) == (1, 2)\n")
    data = sound_tree(tmp_path)
    environment = {"PYTHONPATH": str(REPOSITORY)}
    plain = start_process("-q", cwd=project.root, environment=environment)
    assert (plain.code, "1 passed" in plain.text) == (0, True)
    with_plugin = start_process(
        "-q", "-p", "holdfast.plugin", "unit_spec.py", cwd=project.root, environment=environment
    )
    assert (with_plugin.code, "1 passed" in with_plugin.text) == (0, True)
    assert not (project.root / "reports").exists()
    checked = start_process(
        "-p", "holdfast.plugin", "--import-mode=importlib",
        "checks", str(REPOSITORY / "checks" / "orphan_label.py"),
        f"--data={data.root}", cwd=project.root, environment=environment,
    )  # fmt: skip
    assert checked.code == 0, checked.text
    assert {rule for rule, _, _ in checked.header["ran"]} == {"small_image", "orphan_label"}
    assert (project.root / "reports" / "report.html").exists()


OWN_FIXTURES = """
import sys
import pytest

@pytest.fixture
def images(): return 1
@pytest.fixture
def unit(): return 2
@pytest.fixture
def dataset(): return 3
@pytest.fixture
def holdfast_case(): raise RuntimeError("a fixture took the place of the case")
@pytest.fixture(autouse=True)
def state(): yield
"""


@pytest.mark.parametrize("mark", ["skip", "xfail", "xfail(strict=True)", "xfail(run=False)"])
@pytest.mark.parametrize("rule", [SMALL, CRASH], ids=["sound", "crash"])
def test_a_check_that_a_conftest_switches_off_is_not_green(tmp_path: Path, rule: str, mark: str) -> None:
    hook = "import pytest\ndef pytest_collection_modifyitems(items):\n    for item in items:\n"
    Tree(tmp_path / "own").file("conftest.py", f"{hook}        item.add_marker(pytest.mark.{mark})\n")
    assert run(sound_tree(tmp_path), rule).code in (1, 3)
