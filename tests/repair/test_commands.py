"""The commands as people use them: what is refused, with which reason and exit code."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from holdfast.repair import commands
from holdfast.repair.disk import Disk
from holdfast.repair.journal import Journal, Kind, Record
from holdfast.repair.places import Folder
from holdfast.repair.state import held
from tests.repair.tools import BOX, OTHER, Data

TRAIN = "train/images/train0.png"
COPY = "train/images/zcopy.png"
COPY_LABEL = "train/labels/zcopy.txt"


@pytest.fixture
def copies(data: Data) -> Data:
    """A dataset with one pair of equal files."""
    data.copy(TRAIN, COPY)
    data.label(COPY_LABEL, BOX)
    data.pair("exact_duplicate", TRAIN, COPY)
    return data


def rewrite(path: Path, content: bytes) -> None:
    """Change a file without a trace in its size and times, where the length allows it."""
    times = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said on stderr: one line."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_plan_says_all_that_it_would_do(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan() == 0
    output = capsys.readouterr().out
    assert "of two copies the first in this order stays: test, val, train > annotated > more pixels" in output
    assert f"  {COPY}: same bytes as {TRAIN}, equal annotations (1)" in output
    assert "images: 10 before - 1 removed = 9 after; files: 2 to the quarantine" in output
    assert f"next: python -m fixers apply --data={copies.root}" in output


def test_nothing_is_planned_without_findings(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert data.plan() == 0
    assert data.run("apply") == 0
    assert "nothing to do" in capsys.readouterr().out
    assert not (data.root / ".holdfast").exists()


def test_a_partial_run_is_said(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    copies.report(complete=False)
    assert copies.run("plan") == 0
    assert "is of a partial run" in capsys.readouterr().out


def test_waived_findings_and_other_rules_stay(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    copies.pair("exact_duplicate", TRAIN, COPY, waived=True)
    del copies.findings[0]
    assert copies.plan() == 0
    copies.findings.clear()
    copies.pair("exact_duplicate", TRAIN, COPY)
    assert copies.plan("--rule", "orphan_label", "missing_label") == 0
    assert capsys.readouterr().out.count("nothing to apply") == 2


@pytest.mark.parametrize("path", [TRAIN, COPY])
def test_a_file_that_changed_since_it_was_checked_is_refused(
    copies: Data, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    copies.report()
    content = copies.path(path).read_bytes()
    rewrite(copies.path(path), content[:-1] + bytes([content[-1] ^ 1]))
    assert copies.run("plan") == 1
    assert f"{path} changed since it was checked: run the checks again" in capsys.readouterr().out


@pytest.mark.parametrize("path", [TRAIN, "train/labels/train0.txt", COPY, COPY_LABEL])
def test_a_file_that_changed_since_the_plan_was_made_stops_all(
    copies: Data, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    copies.found("orphan_label", copies.label("train/labels/orphan.txt", ""))
    assert copies.plan() == 0
    rewrite(copies.path(path), b"0 0.5 0.5 0.2 0.3\n")
    before = copies.snapshot()
    assert copies.run("apply") == 4
    error = capsys.readouterr().err
    assert path in error
    assert "nothing was changed" in error
    assert copies.snapshot() == before


def test_a_finding_without_digest_counts_if_the_file_is_older(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    orphan = data.label("train/labels/orphan.txt", "")
    data.found("orphan_label", orphan, sha256=None)
    assert data.plan() == 0
    data.label(orphan, "")
    assert data.run("plan") == 1
    assert "changed since it was checked" in capsys.readouterr().out


def test_hard_links_are_refused(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    os.link(copies.path(COPY), copies.root / "cache")
    assert copies.plan() == 1
    assert "has 2 hard links" in capsys.readouterr().out
    assert copies.run("apply") == 0
    assert COPY in copies.files()


def test_a_symbolic_link_is_refused(copies: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan() == 0
    file = copies.path(COPY)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert copies.run("apply") == 4
    assert copies.run("plan") == 1
    assert capsys.readouterr().err.count("is a symbolic link") == 1
    assert (tmp_path / "elsewhere").exists()


def test_an_image_that_a_list_names_is_left(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    copies.label("train.txt", f"./{TRAIN}\n./{COPY}\n")
    copies.label("data.yaml", "train: train.txt\nval: valid/images\nnames: [hold]\n")
    assert copies.plan() == 0
    assert "a list names it" in capsys.readouterr().out


def test_two_images_do_not_get_one_name(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("wall.png", "wall.webp", "Wall.bmp"):
        data.found("wrong_extension", data.image(f"train/images/{name}", format="JPEG"))
    assert data.plan() == 1
    assert capsys.readouterr().out.count("is taken by another fix") == 2
    assert data.run("apply") == 0


def test_what_is_left_to_a_person_is_no_refusal(data: Data, tmp_path: Path) -> None:
    data.path("train/images/link.png").symlink_to(data.path(TRAIN))
    data.found("unreadable_image", "train/images/link.png", kind="not checked")
    assert data.plan() == 0


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


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "holdfast-plan/1"}', "\0"])
def test_a_file_that_is_no_plan(data: Data, capsys: pytest.CaptureFixture[str], text: str) -> None:
    Path("plan").write_text(text)
    assert data.run("apply", "plan") == 4
    assert "plan: " in one_line(capsys)


def test_a_plan_for_other_data(copies: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Data(tmp_path / "other")
    assert copies.plan() == 0
    assert other.run("apply") == 4
    assert "is a plan for" in one_line(capsys)


def test_no_plan_at_all(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert data.run("apply") == 4
    assert "the command `plan` makes one" in one_line(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--output=DATA/plan.json"],
        ["--rule", "no_such_rule"],
        ["--max-change=x"],
        ["--max-change=130%"],
        ["--keep=best"],
        ["--findings=missing"],
        ["--unsafe"],
    ],
)
def test_wrong_use_of_plan(copies: Data, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    before = copies.snapshot()
    assert copies.plan(*(argument.replace("DATA", str(copies.root)) for argument in arguments)) == 4
    assert one_line(capsys).startswith("error: ")
    assert copies.snapshot() == before


def test_too_much_change_refuses_the_plan(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan("--max-change=5%") == 1
    assert "1 of 10 images (10.0 %) would go, over the limit of --max-change=5%" in capsys.readouterr().err
    assert not Path("reports/plan.json").exists()
    assert copies.run("plan", "--max-change=0.1") == 0


def test_an_emptied_split_refuses_the_plan(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        data.pair(
            "split_leakage",
            data.copy(f"test/images/test{number}.png", f"train/images/train{number}.png"),
            f"test/images/test{number}.png",
        )
    assert data.plan("--unsafe-fixes", "--max-change=100%") == 1
    assert "train would lose all of its 3 images" in capsys.readouterr().err


def test_protected_files_stay(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan(f"--protect={COPY}") == 0
    assert f"{TRAIN}: same bytes as {COPY}" in capsys.readouterr().out
    assert copies.plan("--protect=train/") == 1
    assert "is protected by --protect" in capsys.readouterr().out


def test_preferred_files_rank_first(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan("--prefer=*/zcopy.*") == 0
    assert f"{TRAIN}: same bytes as {COPY}" in capsys.readouterr().out


def test_a_copy_goes_only_on_account_of_one_that_stays(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    """a is like b and b like c, but nobody proved that a is like c: c stays."""
    for name in ("a", "b", "c"):
        data.copy(TRAIN, f"train/images/{name}.png")
        data.label(f"train/labels/{name}.txt", BOX)
    data.pair("near_duplicate", "train/images/b.png", "train/images/c.png", kind="near")
    data.pair("near_duplicate", "train/images/a.png", "train/images/b.png", kind="near")
    assert data.plan("--unsafe-fixes") == 0
    assert "train/images/b.png, which would be kept, goes itself" in capsys.readouterr().out
    assert data.run("apply") == 0
    assert {"train/images/a.png", "train/images/c.png"} <= data.files()
    assert "train/images/b.png" not in data.files()


def test_the_last_labelled_copy_stays(data: Data) -> None:
    """The evaluation copy lacks its label and goes; then the training copy is no copy any more."""
    copy = data.copy(TRAIN, "test/images/zcopy.png")
    data.found("missing_label", copy)
    data.pair("split_leakage", TRAIN, copy)
    assert data.plan("--unsafe-fixes", "--on-conflict=keep") == 0
    assert data.run("apply") == 0
    assert TRAIN in data.files()
    assert copy not in data.files()


def test_a_label_that_another_image_uses_stays(data: Data) -> None:
    data.image("train/images/train0.jpg", format="JPEG")
    data.path(TRAIN).write_bytes(b"")
    data.found("unreadable_image", TRAIN, kind="zero bytes")
    assert data.plan("--unsafe-fixes") == 0
    assert data.run("apply") == 0
    assert TRAIN not in data.files()
    assert "train/labels/train0.txt" in data.files()


def test_edits_of_one_file_are_one_and_of_one_line_wait(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    label = data.label("train/labels/train0.txt", f"0 0.95 0.5 0.2 0\n0 0.95 0.5 0.2 0.2\n{OTHER}")
    data.found("box_out_of_image", label, line=1)
    data.found("box_out_of_image", label, line=2)
    data.found("degenerate_box", label, line=1)
    assert data.plan("--unsafe-fixes") == 0
    output = capsys.readouterr().out
    assert "files: 1 edited" in output
    assert "line 1 is changed by another fix already" in output or "nothing of it lies inside" in output
    assert data.run("apply") == 0
    assert data.text(label) == f"0 0.925000 0.500000 0.150000 0.200000\n{OTHER}"


def test_edits_of_a_file_that_goes_are_dropped(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    for label in ("train/labels/train0.txt", COPY_LABEL):
        copies.label(label, BOX + BOX)
        copies.found("duplicate_box", label, line=2)
    assert copies.plan() == 0
    assert "goes with its image" in capsys.readouterr().out
    assert copies.run("apply") == 0
    assert copies.text("train/labels/train0.txt") == BOX


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


def test_undo_of_a_damaged_quarantine_leaves_it(copies: Data) -> None:
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    for file in (copies.root / ".holdfast/runs").glob("*/q/*"):
        file.write_bytes(b"rotten")
    assert commands.undo(copies.root, None) == 1
    assert COPY not in copies.files()


def test_a_later_repair_makes_findings_old(
    copies: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert copies.run("plan") == 4
    captured = capsys.readouterr()
    assert (
        "running the checks first: reports/findings.jsonl is not used, it is older than the last repair"
        in captured.out
    )
    assert "the checks could not run" in captured.err
