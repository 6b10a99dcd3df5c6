"""Code planted in the data never runs unnoticed, from a bare clone, in any order of the arguments."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.checking import REPOSITORY, start_process
from tests.trees import Tree, sound_tree


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone holds and a run needs, in a folder of an unlucky name."""
    place = tmp_path_factory.mktemp("clone") / "holdfast"
    place.mkdir()
    for name in ("checks", "fixers", "holdfast"):
        shutil.copytree(REPOSITORY / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pytest.ini", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, place)
    (place / "tests").mkdir()
    return place


def planted(folder: Path) -> tuple[Tree, Path]:
    """A sound tree with everything in it that pytest or Python might run, and the file it would write."""
    data, canary = sound_tree(folder), folder / "canary"
    touch = f"open({str(canary)!r}, 'a').write(__file__ + chr(10))\n"
    for name in (
        "conftest.py", "test_a.py", "a_test.py", "checks.py", "holdfast.py", "sitecustomize.py",
        "__init__.py", "train/conftest.py", "train/images/conftest.py", "train/images/test_b.py",
    ):  # fmt: skip
        data.file(name, touch + "def test_x(): pass\n")
    data.file("rule.py", touch + "from holdfast import check\n@check(per='split')\ndef rule(images): yield\n")
    data.file("pytest.ini", "[pytest]\naddopts = -p conftest\npythonpath = .\npython_files = *.py\n")
    data.file("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-p conftest'\n").file(
        "tox.ini", "[pytest]\n"
    )
    return data, canary


ORDERS = [
    ("checks", "--data={}"), ("--data={}", "checks"), ("checks", "--data", "{}"), ("--data", "{}", "checks"),
    ("--data={}",), ("--data", "{}"), ("checks", "{}", "--data={}"), ("{}", "--data={}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "inside"),
    [(order, False) for order in ORDERS] + [(order, True) for order in ORDERS[2:4]],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "inside" if value else "elsewhere",
)
def test_nothing_runs_or_the_run_is_refused(
    tmp_path: Path, clone: Path, order: tuple[str, ...], inside: bool
) -> None:
    data, canary = planted(tmp_path)
    place = str(data.root)
    if inside:
        shutil.move(data.root, clone / "data")
        place = "data/"
    try:
        arguments = [argument.format(place) for argument in order]
        outcome = start_process(*arguments, "-q", "-p", "no:html", f"--cache={tmp_path / 'cache'}", cwd=clone)
    finally:
        if inside:
            shutil.rmtree(clone / "data")
    if outcome.code == 4:
        assert "Traceback" not in outcome.text
        if "unrecognized arguments" not in outcome.text:  # the data's own pytest.ini left our plugin out
            assert "checks --data=" in outcome.text
    else:
        assert outcome.code == 0, outcome.text
        assert not canary.exists(), canary.read_text()


@pytest.mark.parametrize("spelling", [("--data={}",), ("--data", "{}")], ids=" ".join)
def test_a_space_will_do(tmp_path: Path, clone: Path, spelling: tuple[str, ...]) -> None:
    data = sound_tree(tmp_path).label("train", "lost")
    arguments = [argument.format(data.root) for argument in spelling]
    outcome = start_process("checks", *arguments, f"--cache={tmp_path / 'cache'}", cwd=clone)
    assert outcome.code == 1, outcome.text
    assert outcome.paths == ["train/labels/lost.txt"]
    assert (clone / "reports" / "report.html").exists()


def test_the_configuration_of_a_parent_folder_does_not_disturb(tmp_path: Path, clone: Path) -> None:
    """A monorepo: another project's settings lie above the clone."""
    shutil.copytree(clone, tmp_path / "repo" / "tools" / "gate")
    (tmp_path / "repo" / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-q'\n")
    (tmp_path / "repo" / "conftest.py").write_text("")
    data = sound_tree(tmp_path / "repo")
    outcome = start_process(
        "tools/gate/checks",
        "--data=data",
        "-p",
        "no:html",
        f"--cache={tmp_path / 'cache'}",
        cwd=tmp_path / "repo",
    )
    assert outcome.code == 0, outcome.text
    assert data.root.exists()
