"""A folder that an attacker swaps with a symbolic link leads nowhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from holdfast.repair.runs.places import Folder, Refused, read
from holdfast.repair.runs.tree import Tree
from tests.attacks.swapping import attack, no_follow, real_path

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the attacker swaps with renameat2"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


def test_no_step_leaves_the_root() -> None:
    counts = attack(no_follow, 20_000)
    assert counts.escaped == 0
    assert counts.done > 0
    assert counts.refused > 0


def test_a_check_by_realpath_does() -> None:
    assert attack(real_path, 200_000, stop=True).escaped


@pytest.mark.parametrize("path", ["sub/file", "file"])
def test_a_link_that_comes_between_the_look_and_the_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    (tmp_path / "root/sub").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    for file in ("root/sub/file", "root/file", "outside/file"):
        (tmp_path / file).write_text(file)
    swapped = tmp_path / "root" / path.split("/")[0]
    real = os.open

    def racing(name: str, *arguments: Any, **options: Any) -> int:
        if name == swapped.name and not swapped.is_symlink():
            swapped.rename(tmp_path / "elsewhere")
            swapped.symlink_to(tmp_path / "outside" / ("" if path != "file" else "file"))
        return real(name, *arguments, **options)

    monkeypatch.setattr("os.open", racing)
    with Tree(tmp_path / "root") as tree, pytest.raises(Refused, match="became a symbolic link"):
        tree.read(path)
    with Folder.at(str(tmp_path / "outside")) as outside:
        assert read(outside.place("file")) == b"outside/file"
