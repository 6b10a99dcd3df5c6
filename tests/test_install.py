"""The wheel in an environment of its own: commands, a user's repository, and real pre-commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.checking import REPOSITORY
from tests.trees import sound_tree


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the files that git tracks, or that are new and not ignored."""
    copy = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPOSITORY / name, copy / name)
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "-o",
        str(copy / "dist"),
        str(copy),
    ]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return next((copy / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that holds the wheel; libraries are those of this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", vars=paths))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return python.parent


def run(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A program of the environment, which knows nothing of the clone."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PATH"] = f"{program.parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        [str(program), *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=200
    )


def test_wheel_holds_one_top_level_name(wheel: Path) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"holdfast"}
    assert {"holdfast/checks/near_duplicate.py", "holdfast/fixers/near_duplicate.py"} <= set(
        zipfile.ZipFile(wheel).namelist()
    )


def test_commands_work_in_another_folder(installed: Path, tmp_path: Path) -> None:
    drawn = run(installed / "holdfast", "demo", "sample", cwd=tmp_path)
    assert drawn.returncode == 0, drawn.stderr
    red = run(installed / "holdfast", "check", "sample", cwd=tmp_path)
    assert red.returncode == 1, red.stdout + red.stderr
    assert (tmp_path / "reports" / "report.html").stat().st_size > 50_000
    assert "next: holdfast fix plan --data=sample" in red.stdout
    options = ("--unsafe-fixes", "--on-conflict=keep")
    assert run(installed / "holdfast", "fix", "plan", "--data=sample", *options, cwd=tmp_path).returncode == 0
    assert run(installed / "holdfast", "fix", "apply", "--data=sample", cwd=tmp_path).returncode == 0
    assert run(installed / "holdfast", "fix", "undo", "--data=sample", cwd=tmp_path).returncode == 0
    explained = run(installed / "holdfast", "explain", "near_duplicate", cwd=tmp_path)
    assert "## What it does" in explained.stdout


def test_a_users_own_checks_folder_and_settings_do_not_disturb(installed: Path, tmp_path: Path) -> None:
    data = sound_tree(tmp_path).copy("train/images/train.jpg", "train/images/twin.jpg")
    data.copy("train/labels/train.txt", "train/labels/twin.txt")
    own = tmp_path / "checks"
    own.mkdir()
    (own / "__init__.py").write_text("")
    (own / "test_own.py").write_text("def test_own():\n    pass\n")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\npython_files = *_spec.py test_*.py\naddopts = --strict-markers\n"
    )
    packaged = run(
        installed / "python", "-P", "-m", "pytest", "--pyargs", "holdfast.checks", "--data=data", cwd=tmp_path
    )
    assert packaged.returncode == 1, packaged.stdout + packaged.stderr
    assert "same bytes as train/images/twin.jpg" in packaged.stdout
    plain = run(installed / "python", "-P", "-m", "pytest", "checks", cwd=tmp_path)
    assert plain.returncode == 0
    assert "1 passed" in plain.stdout


def test_the_example_hook_gates_a_commit_with_real_pre_commit(installed: Path, tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    shutil.copyfile(REPOSITORY / "examples" / "pre-commit-config.yaml", tmp_path / ".pre-commit-config.yaml")
    git = Path(shutil.which("git") or "git")
    (tmp_path / ".gitignore").write_text("reports/\nuser-*\n")
    for arguments in (
        ["init", "-q"],
        ["config", "user.email", "a@example.org"],
        ["config", "user.name", "a"],
    ):
        assert run(git, *arguments, cwd=tmp_path).returncode == 0
    hook = [sys.executable, "-m", "pre_commit", "install"]
    subprocess.run(hook, cwd=tmp_path, check=True, capture_output=True)

    def commit() -> subprocess.CompletedProcess[str]:
        run(git, "add", "-A", cwd=tmp_path)
        environment = os.environ | {"PATH": f"{installed}{os.pathsep}{os.environ['PATH']}"}
        command = [str(git), "commit", "-q", "-m", "data"]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    sound = commit()
    assert sound.returncode == 0, sound.stdout + sound.stderr
    data.image("train", "unlabelled")
    refused = commit()
    assert refused.returncode == 1
    assert "train/images/unlabelled.jpg  no label file" in refused.stdout + refused.stderr
    data.label("train", "unlabelled")
    assert commit().returncode == 0


def test_a_dataset_that_is_the_current_folder_is_never_written_into(installed: Path, tmp_path: Path) -> None:
    data = sound_tree(tmp_path).file("conftest.py", f"open({str(tmp_path / 'planted')!r}, 'w')\n")
    before = data.state()
    sound = run(installed / "holdfast", "check", ".", "--lf", cwd=data.root)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    report = next(line for line in sound.stdout.splitlines() if line.startswith("report: "))
    assert Path(report.removeprefix("report: ").strip()).is_relative_to(tmp_path / "user-cache")
    assert data.state() == before
    assert not (tmp_path / "planted").exists()
