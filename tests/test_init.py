"""`holdfast init`: settings that say every default, and mean it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from holdfast.cli import main
from holdfast.rules import checks_folder, load_rules
from tests.checking import check
from tests.trees import tree


def test_every_option_is_there_with_its_default(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path)]) == 0
    text = (tmp_path / "holdfast.toml").read_text()
    assert tomllib.loads(text) == {}  # nothing is set
    said = tomllib.loads(
        "".join(re.findall(r"^# (\[rules\..+\]\n|[a-z_]+ = .+\n)", text[text.index("[rules.") - 2 :], re.M))
    )
    rules = load_rules(checks_folder())
    assert said["rules"] == {
        name: {"severity": str(rule.severity), **rule.options} for name, rule in rules.items()
    }


def test_what_it_wrote_is_read(tmp_path: Path) -> None:
    data = tree(tmp_path / "data").image("train", "a", seed=1).label("train", "a", "0 0.5 0.5 0.2 0.2")
    assert main(["init", str(data.root)]) == 0
    assert check(data.root, "near_duplicate").code == 0


def test_settings_that_are_there_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "holdfast.toml").write_text("# mine")
    assert main(["init", str(tmp_path)]) == 4
    assert (tmp_path / "holdfast.toml").read_text() == "# mine"
    assert "file exists" in capsys.readouterr().err
