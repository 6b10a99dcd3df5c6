"""Wrong use ends with 4, one line and no traceback; nothing that was not checked is ever green."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from holdfast.cli import main
from tests.checking import REPOSITORY, Outcome, check, start
from tests.trees import BOX, Tree, picture, sound_tree, tree

CHECKS = str(REPOSITORY / "checks")


def refused(outcome: Outcome, *messages: str) -> None:
    """Exit 4, one line that says all of these, no traceback."""
    assert outcome.code == 4
    assert len(outcome.errors) == 1
    assert all(message in outcome.errors[0] for message in messages)
    assert "Traceback" not in outcome.text
    assert "INTERNALERROR" not in outcome.text
    assert outcome.header == {}


def test_no_data(tmp_path: Path) -> None:
    refused(start(CHECKS, beside=tmp_path), "no dataset given: pytest checks --data=DIR")


def test_collecting_needs_no_data(tmp_path: Path) -> None:
    outcome = start(CHECKS, "--collect-only", "-q", beside=tmp_path)
    assert outcome.code == 0
    assert "exact_duplicate" in outcome.text


def test_collecting_with_data_lists_the_units_and_measures_nothing(tmp_path: Path) -> None:
    outcome = check(sound_tree(tmp_path, "boulder").root, arguments=("--collect-only", "-q"))
    assert outcome.code == 0
    assert "checks/orphan_label.py::orphan_label[boulder/train]" in outcome.text
    assert "checks/split_leakage.py::split_leakage[train-val]" in outcome.text
    assert outcome.header == {}
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("missing", "missing: no such folder"),
        ("file", "not a folder; --data takes the folder that holds the dataset"),
        ("empty", "no dataset recognised: found an empty folder"),
        ("folders", "no image found; looked in train/images"),
        ("text", "found folders: notes; files: 1 .txt"),
        ("listed", "no image found"),
    ],
)
def test_data_that_is_no_dataset(tmp_path: Path, data: str, message: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    Tree(tmp_path / "folders").label("train", "a", BOX).file("train/images/notes.txt")
    Tree(tmp_path / "text").file("notes/a.txt")
    Tree(tmp_path / "listed").config("train: a.txt").file("a.txt", "gone.jpg\n")
    refused(check(tmp_path / data), message)


def test_data_without_a_name(tmp_path: Path) -> None:
    refused(start(CHECKS, "--data=", beside=tmp_path), "--data is empty")


@pytest.mark.parametrize("option", ["--cache", "--findings", "--config"])
def test_other_options_without_a_value(tmp_path: Path, option: str) -> None:
    data = sound_tree(tmp_path)
    refused(start(CHECKS, f"--data={data.root}", f"{option}=", beside=tmp_path), f"{option} is empty")


def test_data_without_a_value(tmp_path: Path) -> None:
    assert start(CHECKS, "--data", beside=tmp_path).code == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[rules", "not valid TOML"),
        ("x = 1", ":1: unknown key 'x'; there are rules, splits, counts"),
        (
            "[rules.near_duplicates]",
            ":1: no rule 'near_duplicates'; did you mean 'near_duplicate'; there are ",
        ),
        ("\n[rules.near_duplicate]\ndistanze = 3", ":3: rule near_duplicate has no option 'distanze'"),
        ("[rules.near_duplicate]\ndistance = '3'", ":2: distance takes int, got str '3'"),
        ("[rules.near_duplicate]\ndistance = true", ":2: distance takes int, got bool True"),
        (
            "[rules.orphan_label]\nseverity = 'fatal'",
            ":2: severity is 'fatal'; it can be info, warning, error",
        ),
        ("[splits]\nvalid = 'x'", ":2: unknown split 'valid'; there are train, val, test"),
        ("[counts]\nall = -1", ":2: count of 'all' is -1, not a whole number"),
        ("rules = 3", ":1: rules is a table"),
    ],
)
def test_settings_that_nobody_knows(tmp_path: Path, text: str, message: str) -> None:
    refused(check(sound_tree(tmp_path).settings(text).root), "holdfast.toml", message)


def test_settings_of_the_command_line(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).settings("x = 1")
    own = tmp_path / "gate.toml"
    own.write_text("[counts]\nall = 4\n")
    outcome = check(data.root, "unexpected_count", arguments=(f"--config={own}",))
    assert outcome.findings[0].message == "all: 3 images, expected 4"
    refused(check(data.root, arguments=(f"--config={own}.gone",)), "cannot be read")


def test_a_name_of_the_data_cannot_steer_the_terminal(tmp_path: Path) -> None:
    refused(check(tmp_path / "a\x1b[31m\nb"), "a\\x1b[31m\\x0ab: no such folder")


@pytest.mark.parametrize("option", ["--cache", "--findings"])
def test_nothing_is_written_into_the_data(tmp_path: Path, option: str) -> None:
    data = sound_tree(tmp_path)
    before = data.state()
    (tmp_path / "link").symlink_to(data.root)
    for place in (data.root / "x", tmp_path / "link" / "x"):
        outcome = start(CHECKS, f"--data={data.root}", f"{option}={place}", beside=tmp_path)
        refused(outcome, "the data")
    assert data.state() == before


@pytest.mark.parametrize("place", ["file/findings.jsonl", "folder", "pipe"])
def test_findings_that_cannot_be_written_are_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    data, file = sound_tree(tmp_path), tmp_path / place
    outcome = start(f"{CHECKS}/orphan_label.py", f"--data={data.root}", f"--findings={file}", beside=tmp_path)
    refused(outcome, "--findings: ")


def test_a_second_dataset_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = sound_tree(tmp_path / "a"), sound_tree(tmp_path / "b")
    second.file("conftest.py", "raise SystemExit('planted code ran')\n")
    assert main(["check", str(first.root), str(second.root)]) == 4
    assert main(["check", str(first.root), f"--data={second.root}"]) == 4
    assert "planted" not in capsys.readouterr().err


@pytest.mark.parametrize("value", ["-1", "nan", "inf"])
def test_options_outside_their_range(tmp_path: Path, value: str) -> None:
    data = sound_tree(tmp_path).settings(f"[rules.box_out_of_image]\ntolerance = {value}\n")
    refused(start(CHECKS, f"--data={data.root}", beside=tmp_path), "holdfast.toml:2: tolerance is")


def test_no_check_is_selected(tmp_path: Path) -> None:
    other = tmp_path / "test_other.py"
    other.write_text("def test_other(): pass\n")
    outcome = start(str(other), f"--data={sound_tree(tmp_path).root}", beside=tmp_path)
    refused(outcome, "--data is given but no check is selected")


def test_nothing_is_selected(tmp_path: Path) -> None:
    assert check(sound_tree(tmp_path).root, arguments=("-k", "nothing")).code == 5


def test_a_missing_split_is_never_green(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).config("train: train\nval: gone")
    outcome = check(data.root, "orphan_label")
    assert outcome.code == 3
    assert "split val is declared and missing: nothing of it was checked" in outcome.text
    assert outcome.header["complete"] is False
    assert check(data.root, "orphan_label", "broken_config").code == 1


@pytest.mark.skipif(os.name == "nt", reason="names of Windows are text")
def test_data_whose_own_name_is_not_utf8(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    moved = tmp_path / os.fsdecode(b"d\xe4ta")
    data.root.rename(moved)
    outcome = check(moved)
    assert outcome.code == 0
    assert "d\\xe4ta" in outcome.text
    assert "data_b64" in outcome.header


def test_relative_data_counts_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = sound_tree(tmp_path)
    monkeypatch.chdir(data.root / "train")
    assert start(f"{CHECKS}/orphan_label.py", "--data=..", beside=tmp_path).code == 0


def test_a_dataset_may_be_a_link(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).draw("train/images/b.jpg", picture(1))
    (tmp_path / "link").symlink_to(data.root)
    assert check(tmp_path / "link", "missing_label").paths == ["train/images/b.jpg"]


def test_an_error_of_any_rule_is_exit_1_and_a_warning_is_not(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", BOX, BOX)
    assert check(data.root).code == 0
    assert check(data.label("train", "b").root).code == 1


@pytest.mark.parametrize("option", ["--junitxml", "--basetemp", "--html"])
def test_nothing_else_is_written_into_the_data(tmp_path: Path, option: str) -> None:
    data = sound_tree(tmp_path)
    before = data.state()
    refused(
        start(CHECKS, f"--data={data.root}", f"{option}={data.root / 'x'}", "-p", "html", beside=tmp_path),
        f"would be written into the data: name another file with {option}=",
    )
    assert data.state() == before
