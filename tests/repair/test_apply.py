"""What apply does and refuses."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from holdfast.repair.commands.apply import ApplyRequest, apply
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import Unfit
from holdfast.repair.runs.places import Place
from tests.repair.tools import BOX, COPY, COPY_LABEL, TRAIN, Data, one_line, rewrite


@pytest.mark.parametrize("path", [TRAIN, "train/labels/train0.txt", COPY, COPY_LABEL])
def test_what_changed_since_the_plan_was_made_is_refused_and_the_rest_is_done(
    copies: Data, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    copies.found("orphan_label", copies.label("train/labels/orphan.txt", ""))
    assert copies.plan() == 0
    rewrite(copies.path(path), b"0 0.5 0.5 0.2 0.3\n")
    before = copies.snapshot()
    assert copies.run("apply", "--strict") == 4
    error = capsys.readouterr().err
    assert path in error
    assert "nothing was changed" in error
    assert copies.snapshot() == before
    assert copies.run("apply") == 1
    assert f"refused: {path}: " in capsys.readouterr().out
    del before["train/labels/orphan.txt"]
    assert set(copies.snapshot()) == set(before)
    assert copies.snapshot()[path] == before[path]


def test_nothing_is_left_of_a_plan_whose_files_all_changed(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    assert copies.plan() == 0
    rewrite(copies.path(COPY), b"another picture")
    before = copies.snapshot()
    assert copies.run("apply") == 4
    assert "nothing was changed" in capsys.readouterr().err
    assert copies.snapshot() == before


def test_a_symbolic_link_is_refused(copies: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan() == 0
    file = copies.path(COPY)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert copies.run("apply") == 4
    assert copies.run("plan") == 1
    assert capsys.readouterr().err.count("is a symbolic link") == 1
    assert (tmp_path / "elsewhere").exists()


def test_a_linked_folder_is_refused(copies: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan() == 0
    folder = copies.root / "train"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert copies.run("apply") == 4
    assert "a folder on its way is a symbolic link" in capsys.readouterr().err
    assert (tmp_path / "elsewhere/images/zcopy.png").exists()


@pytest.mark.parametrize("path", ["../victim", "/etc/hosts", "a//b", ".holdfast/x", "train/../../victim", ""])
def test_a_hostile_plan_leaves_the_root_alone(
    copies: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    (tmp_path / "victim").write_text("mine")
    assert copies.plan() == 0
    plan = json.loads(Path("reports/plan.json").read_text())
    plan["groups"][0]["ops"][0]["path"] = path
    Path("reports/plan.json").write_text(json.dumps(plan))
    assert copies.run("apply") == 4
    assert (tmp_path / "victim").read_text() == "mine"


def test_a_hostile_plan_cannot_remove_a_unique_file_as_a_copy(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    assert copies.plan() == 0
    other = copies.path("test/images/test0.png").read_bytes()
    plan = Path("reports/plan.json").read_text().replace(COPY, "test/images/test0.png")
    data = json.loads(plan)
    pre = data["groups"][0]["ops"][0]["pre"]
    pre["sha256"], pre["size"] = copies._digest("test/images/test0.png"), len(other)
    Path("reports/plan.json").write_text(json.dumps(data))
    assert copies.run("apply") == 4
    assert "is not byte for byte" in capsys.readouterr().err


@pytest.mark.parametrize("together", [True, False])
def test_a_hostile_plan_cannot_remove_two_copies_on_account_of_each_other(
    copies: Data, capsys: pytest.CaptureFixture[str], together: bool
) -> None:
    assert copies.plan() == 0
    data = json.loads(Path("reports/plan.json").read_text())
    group = data["groups"][0]
    del group["keep"][1:]
    other = json.loads(json.dumps(group).replace("zcopy", "other").replace("train0", "zcopy"))
    other = json.loads(json.dumps(other).replace("other", "train0"))
    if together:
        group["ops"] += other["ops"]
        group["keep"] += other["keep"]
    else:
        data["groups"].append(other)
    Path("reports/plan.json").write_text(json.dumps(data))
    before = copies.snapshot()
    assert copies.run("apply") == 4
    assert capsys.readouterr().err.count("should stay, but the plan has an act remove for it") == 2
    assert copies.snapshot() == before


def test_a_hostile_plan_cannot_replace_the_copy_that_stays(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    assert copies.plan() == 0
    data = json.loads(Path("reports/plan.json").read_text())
    op = {"op": "replace", "path": TRAIN, "pre": data["groups"][0]["ops"][0]["pre"], "data": "hi"}
    op["post"] = {"sha256": hashlib.sha256(b"hi").hexdigest(), "size": 2}
    data["groups"][0]["ops"].append(op)
    Path("reports/plan.json").write_text(json.dumps(data))
    assert copies.run("apply") == 4
    assert "should stay, but the plan has an act replace for it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new"),
    [('"dev": ', '"dev": Infinity, "x": '), ('"train": ', '"train": Infinity, "x": '), (COPY, "\\ud800.png")],
)
def test_a_plan_with_impossible_values(
    copies: Data, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    assert copies.plan() == 0
    text = Path("reports/plan.json").read_text()
    assert old in text
    Path("reports/plan.json").write_text(text.replace(old, new))
    assert copies.run("apply") == 4
    assert "it cannot be read" in one_line(capsys)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "holdfast-plan/3"}', "\0"])
def test_a_file_that_is_no_plan(data: Data, capsys: pytest.CaptureFixture[str], text: str) -> None:
    Path("plan").write_text(text)
    assert data.run("apply", "plan") == 4
    assert "plan: " in one_line(capsys)


@pytest.mark.parametrize(("path", "named"), [("train/images", "train/images: "), (".", "data: not writable")])
def test_a_folder_that_is_not_writable_is_named_before_anything_is_changed(
    copies: Data, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, path: str, named: str
) -> None:
    def access(_: str, mode: int, dir_fd: int | None = None, **options: bool) -> bool:
        return dir_fd is None or not os.path.samestat(os.fstat(dir_fd), os.stat(copies.root / path))

    assert copies.plan() == 0
    before = copies.snapshot()
    monkeypatch.setattr("os.access", access)
    assert copies.run("apply") == 4
    line = one_line(capsys)
    assert named in line
    assert "not writable for this user" in line
    assert copies.snapshot() == before
    assert not list(copies.root.glob(".holdfast/runs/*"))


def test_a_call_that_fails_is_named_with_its_file(
    copies: Data, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "zcopy.png")

    assert copies.plan() == 0
    before = copies.snapshot()
    monkeypatch.setattr("holdfast.repair.runs.disk.Disk.flagged", fail)
    assert copies.run("apply") == 1
    assert one_line(capsys) == f"error: {COPY}: Permission denied; everything was put back"
    assert copies.snapshot() == before


def test_a_plan_for_other_data(copies: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Data(tmp_path / "other")
    assert copies.plan() == 0
    assert other.run("apply") == 4
    assert "is a plan for" in one_line(capsys)


def test_no_plan_at_all(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert data.run("apply") == 4
    assert "the command `plan` makes one" in one_line(capsys)


@pytest.mark.parametrize(
    "name", [b"wall\xff\n.png", b"[x]::*?\x1b[2J.png", "\U0001f9d7".encode() + b"w" * 246 + b"\n"]
)
def test_any_name_survives_plan_apply_and_undo(
    data: Data, capsys: pytest.CaptureFixture[str], name: bytes
) -> None:
    name = name if name.endswith(b".png") else name[:-5] + b".png"
    folder = os.fsencode(data.root)
    odd, label = folder + b"/train/images/" + name, folder + b"/train/labels/" + name[:-4] + b".txt"
    with open(odd, "wb") as image, open(label, "wb") as text:
        image.write(data.path(TRAIN).read_bytes())
        text.write(BOX.encode())
    from holdfast.names import to_text

    data.pair("exact_duplicate", TRAIN, "train/images/" + to_text(os.fsdecode(name)))
    before = data.snapshot()
    assert data.plan("--prefer=train/images/train0.png") == 0
    assert data.run("apply") == 0
    assert not os.path.exists(odd)
    assert not os.path.exists(label)
    assert data.run("undo") == 0
    assert data.snapshot() == before
    assert "\x1b" not in capsys.readouterr().out


def test_a_kept_copy_that_changes_while_the_other_goes_brings_it_back(copies: Data) -> None:
    copies.image("other.png")
    other = copies.path("other.png").read_bytes()
    copies.path("other.png").unlink()

    class Racing(Disk):
        def rename(self, source: Place, target: Place) -> None:
            super().rename(source, target)
            copies.path(TRAIN).write_bytes(other)

    assert copies.plan() == 0
    with pytest.raises(Unfit, match="the copy that stays changed meanwhile"):
        apply(ApplyRequest(copies.root, Path("reports/plan.json")), Racing())
    assert {COPY, COPY_LABEL} <= copies.files()
