from __future__ import annotations

import re
from pathlib import Path

import pytest

from holdfast.config import load_settings
from holdfast.errors import UsageError
from holdfast.rules import checks_folder, load_rules

RULES = load_rules(checks_folder())


def settings_file(folder: Path, text: str | bytes) -> Path:
    file = folder / "holdfast.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_no_file_means_no_settings(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, fallback=tmp_path)
    assert (settings.file, settings.rules, settings.splits, settings.counts) == (None, {}, {}, {})


def test_the_file_of_the_dataset_goes_before_that_of_the_project(tmp_path: Path) -> None:
    project, data = tmp_path / "project", tmp_path / "data"
    for folder, number in ((project, 1), (data, 2)):
        folder.mkdir()
        settings_file(folder, f"[counts]\nall = {number}")
    assert load_settings(data, fallback=project).counts == {"all": 2}
    (data / "holdfast.toml").unlink()
    assert load_settings(data, fallback=project).counts == {"all": 1}
    assert load_settings(data, file=settings_file(tmp_path, "[counts]\nall = 3")).counts == {"all": 3}


def test_every_table(tmp_path: Path) -> None:
    settings_file(
        tmp_path,
        '[rules.near_duplicate]\ndistance = 4\nseverity = "warning"\n'
        "[rules.box_out_of_image]\ntolerance = 1\n"
        '[splits]\nval = "validate"\ntrain = ["a", "b"]\n[counts]\nall = 9427\n"boulder/train" = 0\n',
    )
    settings = load_settings(tmp_path)
    near = {"distance": 4, "orientations": True, "features": True}
    assert settings.options_of(RULES["near_duplicate"]) == near
    assert settings.severity_of(RULES["near_duplicate"]) == "warning"
    assert settings.severity_of(RULES["orphan_label"]) == "error"
    assert settings.options_of(RULES["box_out_of_image"]) == {"tolerance": 1.0, "pixel_tolerance": 1.0}
    assert settings.splits == {"val": ("validate",), "train": ("a", "b")}
    assert settings.counts == {"all": 9427, "boulder/train": 0}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n\nwaive = 1", 3, "unknown key 'waive'"),
        ("[counts]\nall = 1\n[sources]\nx = 1", 4, "unknown key 'x'; there are patterns, file, column"),
        ("[sources]\npatterns = 'a'", 2, "patterns takes a list"),
        ("[sources]\n\npatterns = ['(']", 3, "is no regular expression"),
        ("[sources]\npatterns = ['(?P<source>a)(?=b)']", 2, "no look-around"),
        ("[sources]\npatterns = ['(?P<sauce>a)']", 2, "has no group (?P<source>...)"),
        ("[sources]\npatterns = ['a']", 2, "has no group (?P<source>...)"),
        ("[sources]\nfile = 'a.csv'", 2, "file wants column"),
        ("[sources]\n#\ncolumn = 'patient'", 3, "column wants file"),
        ("[sources]\nfile = 'a.csv'\ncolumn = 7", 3, "column takes a text, got 7"),
        ("rules = []", 1, "rules is a table"),
        ("[rules]\nnear_duplicate = 8", 2, "settings of a rule are a table"),
        ("[splits]\ntrain = 'a'\nval = ''", 3, "val takes a folder"),
        ("[splits]\nval = []", 2, "val takes a folder"),
        ("[splits]\nval = [1]", 2, "val takes a folder"),
        ("# all\n[counts]\ntrain = 1\nall = 1.5", 4, "count of 'all' is 1.5"),
        ("[counts]\n\"boulder/train\" = 'x'", 2, "count of 'boulder/train' is 'x'"),
        ("counts.all = true", 1, "count of 'all' is True"),
    ],
)
def test_errors_have_their_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = settings_file(tmp_path, text)
    with pytest.raises(UsageError, match=rf"^{re.escape(str(file))}:{line}: .*{re.escape(message)}"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[rules.near_duplicate]\n# distanze\ndistanze = 1", 3),
        ("rules.near_duplicate.distanze = 1", 1),
        ("[rules]\nnear_duplicate = {distanze = 1}", 2),
        ('[ rules . "near_duplicate" ]\n"distanze" = 1', 2),
    ],
)
def test_lines_of_every_spelling(tmp_path: Path, text: str, line: int) -> None:
    settings_file(tmp_path, text)
    with pytest.raises(
        UsageError, match=rf"holdfast\.toml:{line}: rule near_duplicate has no option 'distanze'"
    ):
        load_settings(tmp_path).options_of(RULES["near_duplicate"])


@pytest.mark.parametrize(
    "content", [b"\xff", b"[rules", b"a = 1\na = 2", b"a = " + b"[" * 5000, b"#" * (1 << 20) + b"\n"]
)
def test_files_that_are_no_settings(tmp_path: Path, content: bytes) -> None:
    settings_file(tmp_path, content)
    with pytest.raises(UsageError, match=r"not valid TOML|cannot be read"):
        load_settings(tmp_path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("[counts]\nall = 1")
    (tmp_path / "holdfast.toml").symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError, match="a symbolic link, not followed"):
        load_settings(tmp_path)
