"""How the commands name themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.repair.commands.cli import main


@pytest.mark.parametrize(("installed", "name"), [(True, "holdfast fix"), (False, "python -m fixers")])
def test_help_names_the_command_that_was_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, installed: bool, name: str
) -> None:
    monkeypatch.setattr("holdfast.repair.commands.cli.is_installed", lambda: installed)
    with pytest.raises(SystemExit) as ended:
        main(["plan", "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: {name} plan ")


@pytest.mark.parametrize("option", ["--keep", "--on-conflict", "--on-leak"])
def test_a_misspelt_policy_is_answered_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert main(["plan", f"--data={tmp_path}", f"{option}=nonsense"]) == 4
    [line] = capsys.readouterr().err.splitlines()
    assert f"argument {option}: invalid choice: 'nonsense' (choose from " in line
    assert "<" not in line
