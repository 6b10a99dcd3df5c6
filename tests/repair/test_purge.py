"""Purging: the only thing that deletes, and only what has a copy."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest

from holdfast.repair.commands.purge import PurgeRequest, purge_runs
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Place
from holdfast.repair.runs.state import find_runs
from tests.repair.tools import BOX, COPY, COPY_LABEL, OTHER, TRAIN, Data, rewrite

NOW = "--older-than=0d"


def quarantine(data: Data) -> list[bytes]:
    """What lies in the quarantine of all runs."""
    return sorted(file.read_bytes() for file in (data.root / ".holdfast").glob("runs/*/q/*"))


def killed_at_the_first_file(data: Data) -> None:
    """A purge that said what it deletes, and then stopped."""

    class Dying(Disk):
        def purge(self, place: Place) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        purge_runs(PurgeRequest(data.root, None, timedelta(0)), Dying())


@pytest.fixture
def applied(copies: Data) -> Data:
    """A pair of equal files, one of them removed."""
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    assert len(quarantine(copies)) == 2
    return copies


def test_a_young_run_stays(applied: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert applied.run("purge") == 0
    assert "nothing to purge: no repair of this data is older than 30 days" in capsys.readouterr().out
    [run] = find_runs(applied.root)
    assert applied.run("purge", run.name) == 4
    assert "is 0 days old, under --older-than=30 days: give a lower age" in capsys.readouterr().err
    assert len(quarantine(applied)) == 2


def test_copies_of_what_stayed_are_deleted(applied: Data, capsys: pytest.CaptureFixture[str]) -> None:
    before = applied.snapshot()
    assert applied.run("purge", NOW) == 0
    assert "2 files deleted for good" in capsys.readouterr().out
    assert quarantine(applied) == []
    assert applied.snapshot() == before


def test_what_was_purged_is_not_undone(applied: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert applied.run("purge", NOW) == 0
    before = applied.snapshot()
    assert applied.run("undo") == 1
    assert "were purged" in capsys.readouterr().out
    assert applied.snapshot() == before
    assert applied.run("status") == 0
    assert "purged: 2" in capsys.readouterr().out


def test_unique_bytes_stay_unless_asked_for(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.found("orphan_label", data.label("train/labels/orphan.txt", OTHER))
    assert data.plan("--unsafe-fixes") == 0
    assert data.run("apply") == 0
    assert data.run("purge", NOW) == 1
    assert "left: 1 files of which no copy stayed; --include-unique" in capsys.readouterr().out
    assert quarantine(data) == [OTHER.encode()]
    assert data.run("undo") == 0
    assert data.text("train/labels/orphan.txt") == OTHER
    data.found("orphan_label", "train/labels/orphan.txt")
    assert data.plan("--unsafe-fixes") == 0
    assert data.run("apply") == 0
    assert data.run("purge", NOW, "--include-unique") == 0
    assert quarantine(data) == []


def test_a_copy_whose_original_changed_since_is_unique(applied: Data) -> None:
    rewrite(applied.path(TRAIN), b"another picture")
    assert applied.run("purge", NOW) == 1
    assert len(quarantine(applied)) == 2


def test_a_copy_whose_original_is_a_link_to_it_is_unique(applied: Data) -> None:
    """The trap of tools that compare through links: the last copy would go."""
    [stored] = (applied.root / ".holdfast").glob("runs/*/q/000000")
    applied.path(TRAIN).unlink()
    applied.path(TRAIN).symlink_to(stored)
    assert applied.run("purge", NOW) == 1
    assert len(quarantine(applied)) == 2
    applied.path(TRAIN).unlink()
    applied.path(TRAIN).hardlink_to(stored)
    assert applied.run("purge", NOW) == 1
    assert len(quarantine(applied)) == 2


def test_what_is_not_what_the_plan_says_stays(applied: Data, capsys: pytest.CaptureFixture[str]) -> None:
    [stored] = (applied.root / ".holdfast").glob("runs/*/q/000000")
    stored.write_bytes(b"other")
    assert applied.run("purge", NOW) == 1
    assert f"left: {COPY}: what lies in the quarantine is not what the plan says" in capsys.readouterr().out
    assert b"other" in quarantine(applied)


def test_a_killed_purge_is_finished_by_the_next(applied: Data) -> None:
    killed_at_the_first_file(applied)
    before = applied.snapshot()
    assert applied.run("undo") == 1
    assert applied.snapshot() == before
    assert applied.run("purge", NOW) == 0
    assert quarantine(applied) == []


def test_what_a_killed_purge_left_is_proved_again(applied: Data) -> None:
    """The copy that stayed is another picture by now: what is left in the quarantine is the last one."""
    killed_at_the_first_file(applied)
    rewrite(applied.path(TRAIN), b"another picture")
    assert applied.run("purge", NOW) == 1
    assert len(quarantine(applied)) == 2


def test_the_copy_that_stays_is_on_the_device_before_anything_is_deleted(applied: Data) -> None:
    calls: list[str] = []

    class Watched(Disk):
        def sync_again(self, place: Place) -> None:
            super().sync_again(place)
            calls.append(place.name)

        def purge(self, place: Place) -> None:
            super().purge(place)
            calls.append("purge")

    assert purge_runs(PurgeRequest(applied.root, None, timedelta(0)), Watched()) == 0
    assert {"train0.png", "train0.txt"} <= set(calls[: calls.index("purge")])


def test_a_copy_that_cannot_be_synced_is_none(applied: Data) -> None:
    class Failing(Disk):
        def sync_again(self, place: Place) -> None:
            if not place.private:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            super().sync_again(place)

    assert purge_runs(PurgeRequest(applied.root, None, timedelta(0)), Failing()) == 1
    assert len(quarantine(applied)) == 2


def test_an_undone_run_leaves_nothing_of_its_own(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.label("train/labels/train1.txt", BOX + BOX)
    data.found("duplicate_box", "train/labels/train1.txt", line=2)
    assert data.plan() == 0
    assert data.run("apply") == 0
    assert data.run("undo") == 0
    assert quarantine(data) == [BOX.encode()]
    assert data.run("purge", NOW) == 0
    assert quarantine(data) == []


def test_a_run_of_somebody_else_is_not_purged(
    applied: Data, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    [run] = find_runs(applied.root)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    assert applied.run("purge", NOW) == 0
    assert applied.run("purge", NOW, run.name) == 4
    assert len(quarantine(applied)) == 2


def test_what_is_as_before_is_not_said_to_be_left(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it was taken back before the purge, or came back in some other way after it."""
    label, text = "valid/labels/valid0.txt", BOX + "0 0.5 0.5 0 0.1\n"
    copies.found("degenerate_box", copies.label(label, text), line=2)
    kept = {path: copies.path(path).read_bytes() for path in (COPY, COPY_LABEL)}
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    assert copies.run("purge", NOW) == 1
    assert copies.run("undo") == 1
    assert copies.text(label) == text
    assert copies.run("purge", NOW, "--include-unique") == 0
    capsys.readouterr()
    assert copies.run("undo") == 1
    output = capsys.readouterr().out
    assert COPY in output
    assert label not in output
    for path, content in kept.items():
        copies.path(path).write_bytes(content)
    assert copies.run("undo") == 0
