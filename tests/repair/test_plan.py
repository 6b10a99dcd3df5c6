"""What a plan holds, leaves and refuses."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

import pytest

from holdfast.repair.commands.cli import main
from tests.repair.tools import BOX, COPY, COPY_LABEL, OTHER, TRAIN, Data, one_line, repaired, rewrite


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


def test_an_image_that_a_list_names_goes_from_the_list(copies: Data) -> None:
    copies.label("train.txt", f"./{TRAIN}\n./{COPY}\n./train/images/train1.png\n./train/images/train2.png\n")
    copies.label("data.yaml", "train: train.txt\nval: valid/images\nnames: [hold]\n")
    assert repaired(copies) == {COPY, COPY_LABEL}
    assert copies.text("train.txt").splitlines() == [f"./train/images/train{n}.png" for n in range(3)]


def test_an_image_of_a_folder_that_a_list_names_too_goes_from_the_list(copies: Data) -> None:
    copies.label("val.txt", f"./{COPY}\n./valid/images/valid0.png\n")
    copies.label("data.yaml", "train: train/images\nval: val.txt\nnames: [hold]\n")
    assert repaired(copies) == {COPY, COPY_LABEL}
    assert copies.text("val.txt") == "./valid/images/valid0.png\n"


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
    assert (
        "1 of 10 images (10.0 %) would go, over the limit of --max-change=5%: raise it"
        in capsys.readouterr().err
    )
    assert copies.run("plan", "--max-change=0.1") == 0


def test_a_refused_plan_replaces_the_older_one(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan() == 0
    assert copies.run("plan", "--max-change=5%") == 1
    capsys.readouterr()
    assert copies.run("apply") == 4
    assert "the plan was refused when it was made: 1 of 10 images" in one_line(capsys)
    assert COPY in copies.files()


def test_every_decision_is_in_the_plan_file_and_shown_on_demand(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    orphans = [data.label(f"train/labels/orphan{number}.txt", BOX) for number in range(7)]
    for orphan in reversed(orphans):
        data.found("orphan_label", orphan)
    assert data.plan() == 0
    output = capsys.readouterr().out
    assert [orphan in output for orphan in orphans] == [True] * 5 + [False] * 2
    assert "... and 2 more: all are in reports/plan.json, or shown with -v" in output
    decisions = json.loads(Path("reports/plan.json").read_text())["decisions"]
    assert {decision["path"] for decision in decisions} == set(orphans)
    assert decisions[0]["outcome"] == "needs --unsafe-fixes"
    assert data.run("plan", "-v") == 0
    assert all(orphan in capsys.readouterr().out for orphan in orphans[6:])


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_the_plan_replaces_nothing_but_a_file(
    copies: Data, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    mine = Path("mine")
    mine.write_text("mine")
    make = {"folder": os.mkdir, "link": partial(os.symlink, mine), "pipe": os.mkfifo}
    make[kind]("there")
    assert copies.plan("--output=there") == 4
    assert "there: is there and is no regular file" in one_line(capsys)
    assert mine.read_text() == "mine"
    assert os.path.lexists("there")


def test_an_emptied_split_refuses_the_plan(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        data.pair(
            "split_leakage",
            data.copy(f"test/images/test{number}.png", f"train/images/train{number}.png"),
            f"test/images/test{number}.png",
        )
    assert data.plan("--unsafe-fixes", "--max-change=100%") == 1
    assert "train would lose all of its 3 images: keep some with --protect" in capsys.readouterr().err


def test_protected_files_stay(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan(f"--protect={COPY}") == 0
    assert f"{TRAIN}: same bytes as {COPY}" in capsys.readouterr().out
    assert copies.plan("--protect=train/") == 1
    assert "is protected by --protect" in capsys.readouterr().out


def test_a_folder_means_all_of_it_and_brackets_may_be_meant(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("train", "train/", "train/images"):
        assert copies.plan(f"--protect={folder}") == 1
    odd = copies.copy(TRAIN, "train/images/z[1].png")
    copies.label("train/labels/z[1].txt", BOX)
    copies.findings.clear()
    copies.pair("exact_duplicate", TRAIN, odd)
    assert copies.plan(f"--protect={odd}") == 0
    assert f"{TRAIN}: same bytes as {odd}" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["protect", "prefer"])
@pytest.mark.parametrize("glob", ["trian/*", "data/train", ""])
def test_a_glob_that_matches_nothing_is_wrong_use(
    copies: Data, capsys: pytest.CaptureFixture[str], option: str, glob: str
) -> None:
    assert copies.plan(f"--{option}={glob}") == 4
    line = one_line(capsys)
    assert f"--{option}={glob} matches no image and no label" in line
    assert "relative to the root of the data" in line


@pytest.mark.parametrize(("size", "gone"), [(2020, "zcopy"), (3000, "train0")])
def test_of_equal_pictures_a_comment_in_the_file_decides_nothing(data: Data, size: int, gone: str) -> None:
    picture = data.path(TRAIN).read_bytes()
    data.path(TRAIN).write_bytes(picture.ljust(2000))
    data.path(COPY).write_bytes(picture.ljust(size))
    data.label(COPY_LABEL, BOX)
    data.pair("exact_duplicate", TRAIN, COPY, kind="identical picture")
    assert repaired(data, "--unsafe-fixes") == {f"train/images/{gone}.png", f"train/labels/{gone}.txt"}


@pytest.mark.parametrize("root", ["", "x" * 300, "x\0y"])
def test_a_root_that_cannot_be(capsys: pytest.CaptureFixture[str], root: str) -> None:
    for command in ("plan", "apply", "undo", "status", "recover"):
        assert main([command, f"--data={root}"]) == 4
        assert "--data" in one_line(capsys)


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
    data.pair("near_duplicate", "train/images/b.png", "train/images/c.png", kind="re-encoded")
    data.pair("near_duplicate", "train/images/a.png", "train/images/b.png", kind="re-encoded")
    assert data.plan("--unsafe-fixes") == 0
    assert "train/images/b.png, which would be kept, goes itself" in capsys.readouterr().out
    plan = json.loads(Path("reports/plan.json").read_text())
    paths = {op["path"] for group in plan["groups"] for op in group["ops"]}
    assert paths == {"train/images/b.png", "train/labels/b.txt"}


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


@pytest.fixture
def reread(data: Data) -> Data:
    """Orphans of a folder that only the settings made a split, and no settings any more."""
    data.label("holdfast.toml", '[splits]\nval = "validate"\n')
    for name in ("wall", "rock"):
        data.image(f"validate/images/{name}.png")
    data.found("orphan_label", data.label("validate/labels/orphan.txt", BOX))
    data.report()
    data.path("holdfast.toml").unlink()
    return data


def test_findings_of_another_reading_are_not_used(reread: Data, capsys: pytest.CaptureFixture[str]) -> None:
    """What the report does not hold is found anew."""
    reread.run("plan", "--unsafe-fixes")
    output = capsys.readouterr().out
    assert "running the checks first: reports/findings.jsonl is not used" in output
    assert "missing_label: 2 unsafe" in output


def test_given_findings_that_do_not_fit_are_wrong_use(
    reread: Data, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = "--findings=reports/findings.jsonl"
    assert reread.run("plan", given) == 4
    assert "data.yaml, the settings or the folders of the splits were others then" in one_line(capsys)
    assert Data(tmp_path / "other").run("plan", given) == 4
    assert "it is about" in one_line(capsys)


def test_a_finding_that_no_fixer_knows_is_refused(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.found("missing_label", TRAIN)
    assert data.plan("--unsafe-fixes") == 1
    assert f"missing_label: {TRAIN}: not in the dataset as it is read now" in capsys.readouterr().out


def test_a_later_repair_makes_findings_old(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    assert copies.run("plan") == 0
    assert (
        "running the checks first: reports/findings.jsonl is not used, it is older than the last repair\n"
        "nothing to apply"
        in capsys.readouterr().out.replace("images: 9 before - 0 removed = 9 after; files: none\n", "")
    )
