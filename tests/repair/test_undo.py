"""What undo restores and what it leaves."""

from __future__ import annotations

import pytest

from holdfast.repair import commands
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
    assert f"{name}  undone" in capsys.readouterr().out


def test_undo_of_a_damaged_quarantine_leaves_it(copies: Data) -> None:
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    for file in (copies.root / ".holdfast/runs").glob("*/q/*"):
        file.write_bytes(b"rotten")
    assert commands.undo(copies.root, None) == 1
    assert COPY not in copies.files()
