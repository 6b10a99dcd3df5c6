"""What undo restores and what it leaves."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from holdfast.repair.commands import runs as commands
from holdfast.repair.commands.apply import ApplyRequest, apply
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Folder, Place
from tests.repair.tools import BOX, COPY, COPY_LABEL, OTHER, Data


def test_undo_leaves_later_work(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    copies.found("orphan_label", copies.label("train/labels/orphan.txt", ""))
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    copies.label(COPY_LABEL, OTHER)
    assert copies.run("undo") == 1
    assert "changed since: 2 to the quarantine" in capsys.readouterr().out
    assert copies.text(COPY_LABEL) == OTHER
    assert COPY not in copies.files()
    assert "train/labels/orphan.txt" in copies.files()
    copies.path(COPY_LABEL).unlink()
    assert copies.run("undo") == 0
    assert {COPY, COPY_LABEL} <= copies.files()


def test_undo_leaves_an_edited_label(data: Data) -> None:
    label = data.label("train/labels/train0.txt", BOX + BOX)
    data.found("duplicate_box", label, line=2)
    assert data.plan() == 0
    assert data.run("apply") == 0
    data.label(label, OTHER)
    assert data.run("undo") == 1
    assert data.text(label) == OTHER


def test_status_and_undo_by_name(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.run("status") == 0
    assert copies.run("undo") == 0
    assert "nothing to undo" in capsys.readouterr().out
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    assert copies.run("status") == 0
    name = capsys.readouterr().out.split("applied as ")[1].split(";")[0]
    assert copies.run("undo", "20200101T000000Z-00000000") == 4
    assert copies.run("undo", name) == 0
    assert copies.run("undo", name) == 0
    assert copies.run("status") == 0
    output = capsys.readouterr().out
    assert re.search(
        name + r"  undone \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; files: 2 to the quarantine\n", output
    )


def test_undo_takes_what_git_restored_as_done(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    """As after `git checkout .`: what went is back, and the new name of an image lies there as well."""
    copies.found("duplicate_box", copies.label("valid/labels/valid0.txt", BOX + BOX), line=2)
    wall = copies.image("train/images/wall.png", format="JPEG")
    copies.found("wrong_extension", wall)
    before = copies.snapshot()
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    changed = {path for path, state in before.items() if copies.snapshot().get(path, ("",))[0] != state[0]}
    assert {COPY, COPY_LABEL, wall, "valid/labels/valid0.txt"} == changed
    for path in changed:
        copies.path(path).write_bytes(before[path][0] or b"")
    assert copies.run("undo") == 0
    assert {path: state[0] for path, state in copies.snapshot().items()} == {
        path: state[0] for path, state in before.items()
    }
    capsys.readouterr()
    assert copies.run("undo") == 0
    assert "nothing to undo" in capsys.readouterr().out


def test_undo_names_what_is_nowhere(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody emptied the quarantine by hand."""
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    [stored] = (copies.root / ".holdfast").glob("runs/*/q/000000")
    stored.unlink()
    capsys.readouterr()
    assert copies.run("undo") == 1
    assert COPY in capsys.readouterr().out


def test_undo_of_a_damaged_quarantine_leaves_it(copies: Data) -> None:
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    for file in (copies.root / ".holdfast/runs").glob("*/q/*"):
        file.write_bytes(b"rotten")
    assert commands.undo(copies.root, None) == 1
    assert COPY not in copies.files()


def test_a_repair_of_a_version_with_other_choices_is_undone(
    copies: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = copies.snapshot()
    assert copies.plan() == 0
    with monkeypatch.context() as earlier:
        earlier.setattr("holdfast.repair.plans.plan_json.choices_to_json", lambda _: {"keep": "the oldest"})
        assert copies.run("apply") == 0
    assert copies.snapshot() != before
    assert copies.run("undo") == 0
    assert copies.snapshot() == before


class Editor(Disk):
    """Another program saves a file in the instant before it is moved."""

    def __init__(self, file: Path, text: str) -> None:
        self._file, self._text = file, text

    def _save(self, place: Place) -> None:
        if place.name == self._file.name and not place.private:
            new = self._file.with_suffix(".new")
            new.write_text(self._text)
            new.replace(self._file)

    def rename(self, source: Place, target: Place) -> None:
        self._save(source)
        super().rename(source, target)

    def exchange(self, one: Place, other: Place, spare: Place) -> None:
        self._save(one)
        super().exchange(one, other, spare)


@pytest.mark.parametrize("created", [False, True])
def test_an_edit_in_the_last_instant_of_undo_is_kept(data: Data, created: bool) -> None:
    if created:  # the label that a union makes for the image that stays
        label = "train/labels/train0.txt"
        data.path(label).unlink()
        data.copy("train/images/train0.png", COPY)
        data.label(COPY_LABEL, OTHER)
        data.pair("exact_duplicate", "train/images/train0.png", COPY)
        assert data.plan("--unsafe-fixes", "--on-conflict=union", "--prefer=*/train0.*") == 0
    else:
        label = data.label("train/labels/train0.txt", BOX + BOX)
        data.found("duplicate_box", label, line=2)
        assert data.plan() == 0
    assert data.run("apply") == 0
    assert commands.undo(data.root, None, Editor(data.path(label), "0 0.1 0.1 0.1 0.1\n")) == 1
    assert data.text(label) == "0 0.1 0.1 0.1 0.1\n"


def test_an_interrupted_repair_blocks_every_other(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(Disk):
        def sync_folder(self, folder: Folder) -> None:
            if any(name.startswith("journal") for name in folder.names()):
                self.rename = self.sync = self._fail  # type: ignore[method-assign] # from here on nothing works
            super().sync_folder(folder)

        def _fail(self, *_: object) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    assert copies.plan() == 0
    with pytest.raises(OSError, match="error"):
        apply(ApplyRequest(copies.root, Path("reports/plan.json")), Broken())
    before = copies.snapshot()
    for command in ("plan", "apply", "undo", "purge"):
        assert copies.run(command) == 4
    assert capsys.readouterr().err.count("fixers recover --data=") == 4
    assert copies.snapshot() == before
