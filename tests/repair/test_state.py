"""Where state lives, and whose it is."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.journal import Journal, Kind, Record
from holdfast.repair.runs.places import Folder
from holdfast.repair.runs.state import held
from tests.repair.tools import TRAIN, Data, one_line


def test_one_repair_at_a_time(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan() == 0
    with held(copies.root, Disk(), create=True):
        assert copies.run("apply") == 4
        assert f"another repair is running on this data (process {os.getpid()})" in one_line(capsys)
    assert copies.run("apply") == 0


@pytest.mark.parametrize("linked", [False, True])
def test_inside_git_the_state_is_in_the_git_folder(copies: Data, tmp_path: Path, linked: bool) -> None:
    git = tmp_path / ("elsewhere" if linked else ".git")
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    if linked:  # as in a worktree or a submodule
        (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    before = copies.snapshot()
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    assert (git / "holdfast/runs").is_dir()
    assert not (copies.root / ".holdfast").exists()
    assert copies.run("undo") == 0
    assert copies.snapshot() == before


def planted(data: Data) -> Path:
    """State that somebody else put into the data: a run that says it moved a file to `../victim`."""
    folder = data.root / ".holdfast/runs/20260101T000000Z-0123abcd"
    (folder / "q").mkdir(parents=True)
    (folder / "q/000000").write_text("evil")
    with Folder.at(str(folder), private=True) as opened, Journal(Disk(), opened, b"guessed") as journal:
        journal.append(Record(Kind.BEGIN, plan="0" * 64, root="."))
        journal.append(Record(Kind.INTENT, ops=(0,)))
    return folder


def test_planted_state_is_listed_and_nothing_else(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    planted(copies)
    before = copies.snapshot()
    assert copies.run("status") == 0
    assert "not made by this user on this machine" in capsys.readouterr().out
    assert copies.run("recover") == 0
    assert copies.run("undo") == 0
    assert copies.snapshot() == before
    assert copies.plan() == 0
    assert copies.run("apply") == 0


@pytest.mark.parametrize(
    "body", [b'{"t": "begin", "at": "x", "root": ".", "plan": "x", "ops": [Infinity]}', b"[" * 100_000]
)
def test_a_planted_journal_that_cannot_be_read_is_nothing(copies: Data, body: bytes) -> None:
    line = b"%s %08x %s\n" % (b"a" * 64, zlib.crc32(body), body)
    (planted(copies) / "journal.0").write_bytes(line)
    assert [copies.run(command) for command in ("status", "undo", "recover")] == [0, 0, 0]
    assert copies.plan() == 0
    assert copies.run("apply") == 0


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_lock_that_is_no_file_is_refused(
    copies: Data, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None]
) -> None:
    assert copies.plan() == 0
    (copies.root / ".holdfast").mkdir()
    make(copies.root / ".holdfast/lock")
    assert copies.run("apply") == 4
    assert "lock is no regular file: move it away" in one_line(capsys)


def test_a_linked_state_folder_is_refused(
    copies: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (copies.root / ".holdfast").symlink_to(tmp_path / "elsewhere")
    assert copies.plan() == 4
    assert "is a link or no folder: move it away" in one_line(capsys)


def test_a_run_whose_plan_was_changed_is_not_undone(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    plan = next((copies.root / ".holdfast/runs").glob("*/plan.json"))
    plan.write_text(plan.read_text().replace("zcopy", "ycopy"))
    assert copies.run("undo") == 4
    assert "listed, nothing else" in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["", "/missing"])
def test_without_a_place_for_keys_nothing_is_done(
    copies: Data, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """As in a container whose home is read-only."""
    assert copies.plan() == 0
    before = copies.snapshot()
    monkeypatch.setenv("XDG_STATE_HOME", f"{copies.path(TRAIN)}{folder}")
    capsys.readouterr()
    assert copies.run("apply") == 4
    line = one_line(capsys)
    assert "the key of a repair cannot be kept there (not a directory)" in line
    assert line.endswith("name a folder of yours in XDG_STATE_HOME")
    assert copies.snapshot() == before


def other_words(lines: list[bytes]) -> list[bytes]:
    """Another body with a CRC that fits it: who has no key can do no more."""
    mac, _, body = lines[1].split(b" ", 2)
    body = body.replace(b'"ops": [0', b'"ops": [1')
    return [lines[0], b"%s %08x %s" % (mac, zlib.crc32(body), body), *lines[2:]]


@pytest.mark.parametrize("change", [other_words, lambda lines: [lines[0], *lines[2:]]])
def test_a_run_whose_journal_was_changed_is_not_undone(
    copies: Data, capsys: pytest.CaptureFixture[str], change: Callable[[list[bytes]], list[bytes]]
) -> None:
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    [journal] = (copies.root / ".holdfast").glob("runs/*/journal.0")
    lines = journal.read_bytes().split(b"\n")
    assert change(lines) != lines
    journal.write_bytes(b"\n".join(change(lines)))
    before = copies.snapshot()
    assert copies.run("undo", journal.parent.name) == 4
    assert "was not made by this user on this machine" in capsys.readouterr().err
    assert copies.snapshot() == before
