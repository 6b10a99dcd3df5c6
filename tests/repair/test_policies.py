"""What the policies do to a picture in two splits, and that every policy comes to an end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.demo import draw
from holdfast.repair.commands.cli import main
from tests.repair.tools import BOX, LABEL, OTHER, TRAIN, Data, copied, repaired

MOVE = ("--unsafe-fixes", "--on-leak=move")


@pytest.mark.parametrize(
    ("keep", "gone", "there"),
    [
        ("evaluation", "train/images/train0.png", "test/images/train0.png"),
        ("training", "test/images/zcopy.png", "train/images/zcopy.png"),
    ],
)
def test_a_leaked_copy_moves_to_the_split_of_the_other_with_its_label(
    data: Data, keep: str, gone: str, there: str
) -> None:
    data.pair("split_leakage", TRAIN, copied(data, "test", OTHER * 2))
    texts = {path: data.text(_label(path)) for path in (TRAIN, "test/images/zcopy.png")}
    assert repaired(data, *MOVE, f"--keep={keep}") == {gone, _label(gone)}
    assert {there, _label(there)} <= data.files()
    assert data.text(_label(there)) == texts[gone]


def test_a_name_that_is_taken_there_gets_a_number(data: Data) -> None:
    data.image("test/images/train0.jpg", format="JPEG")
    data.label("test/labels/train0.txt", OTHER)
    data.pair("split_leakage", TRAIN, copied(data, "test"))
    repaired(data, *MOVE)
    assert {"test/images/train0_2.png", "test/labels/train0_2.txt"} <= data.files()
    assert data.text("test/labels/train0.txt") == OTHER


def test_a_copy_moves_once_and_what_moved_is_settled_in_the_next_round(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(9):  # enough that --max-change does not mind
        data.image(f"train/images/more{number}.png", side=32)
        data.label(f"train/labels/more{number}.txt", OTHER)
    for split in ("valid", "test"):
        copied(data, split)
    data.path("train/images/train0.png").rename(data.path("train/images/zcopy.png"))
    data.path(LABEL).rename(data.path("train/labels/zcopy.txt"))
    assert rounds(data.root, *MOVE) <= 3
    left = {path for path in data.files() if "/zcopy" in path}
    assert left == {"test/images/zcopy.png", "test/labels/zcopy.txt"}


def test_a_copy_of_two_that_must_stay_does_not_go_to_and_fro(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    for split, text in (("valid", OTHER), ("test", BOX + OTHER)):
        data.copy(TRAIN, f"{split}/images/{split}_copy.png")
        data.label(f"{split}/labels/{split}_copy.txt", text)
    assert rounds(data.root, *MOVE, "--protect=*_copy.*") == 1
    assert {"test/images/train0.png", "test/labels/train0.txt"} <= data.files()
    output = capsys.readouterr().out
    assert "  train/images/train0.png: same bytes as test/images/test_copy.png: goes" in output
    why = (
        "test/images/train0.png is a copy of test/images/test_copy.png too, which is in test and comes first"
    )
    assert why in output


def test_an_image_that_gets_a_label_moves_in_the_next_round(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    data.path(LABEL).unlink()
    data.pair("exact_duplicate", TRAIN, copied(data, "train", OTHER))
    data.pair("split_leakage", TRAIN, copied(data, "test", BOX))
    chosen = ("--on-conflict=union", "--prefer=*/train0.png", "--prefer=test")
    assert repaired(data, *MOVE, *chosen) == {"train/images/zcopy.png", "train/labels/zcopy.txt"}
    assert data.text(LABEL) == OTHER
    assert f"{LABEL} is changed by another fix already" in capsys.readouterr().out


def test_lines_are_not_added_where_an_equal_copy_would_be_contradicted(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    copied(data, "test", BOX)
    copied(data, "train", OTHER)
    assert rounds(data.root, *MOVE, "--on-conflict=union") == 2
    output = capsys.readouterr().out
    assert "would contradict its copy test/images/zcopy.png: settle those two first" in output
    assert "was put back" not in output
    assert not {TRAIN, "train/images/zcopy.png"} & data.files()
    assert sorted(data.text("test/labels/train0.txt").splitlines()) == sorted((BOX + OTHER).splitlines())


@pytest.mark.parametrize(
    ("line", "why"),
    [("0 0.9 0.5 0.4 0.2\n", "reaches beyond the image"), ("0 0.1 0.1 0 0.2\n", "has no area")],
)
def test_faulty_lines_are_repaired_before_they_are_added(
    data: Data, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    copied(data, "train", OTHER + line)
    assert 1 <= rounds(data.root, "--unsafe-fixes", "--on-conflict=union") <= 3
    output = capsys.readouterr().out
    assert f"line 2 of the one that goes {why}" in output
    assert "was put back" not in output
    assert {LABEL, "train/labels/zcopy.txt"} & data.files() in ({LABEL}, {"train/labels/zcopy.txt"})


def test_without_unsafe_fixes_nothing_moves(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.pair("split_leakage", TRAIN, copied(data, "test"))
    assert data.plan("--on-leak=move") == 0
    output = capsys.readouterr().out
    assert "same bytes as test/images/zcopy.png: goes from train to test, where that one is" in output
    assert "nothing to apply" in output


def test_a_leak_can_be_left_to_resplit(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.pair("split_leakage", TRAIN, copied(data, "test"))
    assert data.plan("--on-leak=resplit", "--unsafe-fixes") == 0
    output = capsys.readouterr().out
    assert (
        f"split_leakage: {TRAIN}: same bytes as test/images/zcopy.png: `resplit` deals whole groups" in output
    )
    assert "nothing to apply" in output


def test_a_person_may_decide_a_leak_whatever_the_policy(data: Data) -> None:
    copy = copied(data, "test")
    data.pair("split_leakage", TRAIN, copy)
    entry = {"rule": "split_leakage", "keep": TRAIN, "remove": copy}
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items())
    Path("decided.toml").write_text(f"[[decide]]\n{text}")
    assert repaired(data, "--on-leak=move", "--decisions=decided.toml") == {copy, _label(copy)}


def test_a_split_that_the_collection_has_not_is_refused(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    for split in ("train", "valid"):
        data.image(f"wall/{split}/images/own.png")
        data.label(f"wall/{split}/labels/own.txt", BOX)
    for split in ("train", "valid", "test"):
        for number in range(3):
            data.image(f"rock/{split}/images/{split}{number}.png")
            data.label(f"rock/{split}/labels/{split}{number}.txt", BOX)
        for file in (*(data.root / split).glob("*/*"), *(data.root / split).glob("*"), data.root / split):
            file.rmdir() if file.is_dir() else file.unlink()
    copy = data.copy("wall/train/images/own.png", "rock/test/images/copy.png")
    data.label("rock/test/labels/copy.txt", BOX)
    data.pair("split_leakage", "wall/train/images/own.png", copy)
    assert data.plan(*MOVE) == 1
    assert "wall has no split test" in capsys.readouterr().out


def _label(path: str) -> str:
    return path.replace("/images/", "/labels/").replace(".png", ".txt")


def rounds(root: Path, *arguments: str) -> int:
    """Plan and apply until a plan is empty: how often something was applied."""
    for number in range(9):
        assert main(["plan", f"--data={root}", "--max-change=90%", *arguments]) in (0, 1)
        if not json.loads(Path("reports/plan.json").read_text())["groups"]:
            return number
        assert main(["apply", f"--data={root}"]) in (0, 1)
    raise AssertionError("it does not come to an end")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--on-conflict=union",),
        ("--on-conflict=keep", "--keep=first"),
        ("--on-conflict=union", "--on-leak=move", "--keep=training"),
    ],
    ids=" ".join,
)
def test_nothing_is_left_to_do_after_three_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    draw(tmp_path / "demo")
    assert 1 <= rounds(tmp_path / "demo", "--unsafe-fixes", *arguments) <= 3
