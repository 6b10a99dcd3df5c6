"""What undo restores and what it leaves."""

from __future__ import annotations

import re

import pytest

from holdfast.repair.commands import runs as commands
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
