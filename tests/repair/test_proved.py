"""A plan file is not trusted, and a repair is judged before it is final."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast import Finding, Severity
from holdfast.repair.judging.examine import Examined, Examiner
from holdfast.repair.runs.state import Stage, find_runs
from tests.repair.tools import BOX, COPY, OTHER, TRAIN, Data

PLAN = Path("reports/plan.json")
Plan = dict[str, Any]


def forge(change: Callable[[Plan], None]) -> None:
    """Change the plan file."""
    plan = json.loads(PLAN.read_text())
    change(plan)
    PLAN.write_text(json.dumps(plan))


def stamp(data: Data, path: str) -> dict[str, object]:
    content = data.path(path).read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def remove_a_unique_image(plan: Plan, data: Data) -> None:
    """Said to be a copy of one that stays."""
    victim = "train/images/train2.png"
    plan["groups"][0]["ops"][0] = {"op": "remove", "path": victim, "pre": stamp(data, victim)}
    plan["groups"][0]["keep"][0] |= {"proof": "re-encoded", "removed": victim}


def remove_a_unique_image_for_a_fault_that_it_has_not(plan: Plan, data: Data) -> None:
    victim = "train/images/train2.png"
    reason = {"rule": "unreadable_image", "path": victim, "line": None, "safety": "safe", "why": "so it is"}
    ops = [{"op": "remove", "path": victim, "pre": stamp(data, victim)}]
    plan["groups"] = [{"id": 1, "reasons": [reason], "keep": [], "ops": ops}]


def remove_without_a_reason(plan: Plan, data: Data) -> None:
    victim = "train/labels/train2.txt"
    ops = [{"op": "remove", "path": victim, "pre": stamp(data, victim)}]
    plan["groups"] = [{"id": 1, "reasons": [], "keep": [], "ops": ops}]


def empty_a_label(plan: Plan, data: Data) -> None:
    empty = {"sha256": hashlib.sha256(b"").hexdigest(), "size": 0}
    path = "train/labels/train0.txt"
    op = {"op": "replace", "path": path, "pre": stamp(data, path), "post": empty, "data": ""}
    plan["groups"][0]["ops"].append(op)
    plan["groups"][0]["keep"] = []


def keep_the_label_of_the_removed_one(plan: Plan, data: Data) -> None:
    del plan["groups"][0]["ops"][1]


@pytest.mark.parametrize(
    "change",
    [
        remove_a_unique_image,
        remove_a_unique_image_for_a_fault_that_it_has_not,
        remove_without_a_reason,
        empty_a_label,
        keep_the_label_of_the_removed_one,
    ],
)
def test_what_does_not_follow_from_the_data_is_refused(
    copies: Data, capsys: pytest.CaptureFixture[str], change: Callable[[Plan, Data], None]
) -> None:
    assert copies.plan() == 0
    forge(lambda plan: change(plan, copies))
    before = copies.snapshot()
    assert copies.run("apply") == 4
    assert "make a new" in capsys.readouterr().err
    assert copies.snapshot() == before


def test_a_pair_that_is_none_any_more_is_refused(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    """The label of the image that stays is none of the plan's files, and what it says decides."""
    assert copies.plan() == 0
    forge(lambda plan: plan["groups"][0].update(keep=plan["groups"][0]["keep"][:1]))
    copies.label("train/labels/train0.txt", OTHER)
    before = copies.snapshot()
    assert copies.run("apply") == 4
    assert "different annotations" in capsys.readouterr().err
    assert copies.snapshot() == before


def test_a_repair_that_makes_an_error_is_taken_back(copies: Data, capsys: pytest.CaptureFixture[str]) -> None:
    (copies.root / "holdfast.toml").write_text("[counts]\ntrain = 4\n")
    assert copies.plan() == 0
    before = copies.snapshot()
    assert copies.run("apply") == 4
    error = capsys.readouterr().err
    assert "made a new error, was put back" in error
    assert "4" in error
    assert copies.snapshot() == before
    assert [run.stage for run in find_runs(copies.root)] == [Stage.ROLLED_BACK]


def test_only_the_repair_that_made_the_error_is_taken_back(
    copies: Data, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.found("orphan_label", copies.label("train/labels/orphan.txt", ""))
    assert copies.plan() == 0
    examine, seen = Examiner.examine, []

    def worse_without_the_copy(self: Examiner) -> Examined:
        found = examine(self)
        seen.append(found)
        if copies.path(COPY).exists():
            return found
        made = Finding(TRAIN, "broken by a repair", Severity.ERROR, rule="made_up", unit="train")
        return Examined(found.dataset, (*found.findings, made))

    monkeypatch.setattr(Examiner, "examine", worse_without_the_copy)
    assert copies.run("apply") == 1
    assert (
        "refused: made a new error, was put back: train/images/train0.png: made_up" in capsys.readouterr().out
    )
    assert COPY in copies.files()
    assert "train/labels/orphan.txt" not in copies.files()
    assert len(seen) == 3
    assert [run.stage for run in find_runs(copies.root)] == [Stage.ROLLED_BACK, Stage.APPLIED]


def test_errors_that_were_there_before_do_not_count(copies: Data) -> None:
    copies.label("train/labels/train1.txt", "7 0.5 0.5 0.2 0.2\n" + BOX)
    copies.label("train/labels/train2.txt", "not a label\n")
    (copies.path("train/images/broken.png")).write_bytes(b"not an image")
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    assert COPY not in copies.files()


def test_an_edit_that_makes_copies_contradict_each_other_is_taken_back(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    """The copy stays, as nobody asked to remove it, and its label is not edited along."""
    both = BOX + BOX
    copies.label("train/labels/train0.txt", both)
    copies.label("train/labels/zcopy.txt", both)
    copies.found("duplicate_box", "train/labels/train0.txt", line=2)
    assert copies.plan("--rule", "duplicate_box") == 0
    before = copies.snapshot()
    assert copies.run("apply") == 4
    assert "conflicting_labels" in capsys.readouterr().err
    assert copies.snapshot() == before


def test_a_number_of_images_is_on_the_account_of_what_goes(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    copies.found("orphan_label", copies.label("train/labels/orphan.txt", ""))
    copies.label("train/labels/train1.txt", BOX + BOX)
    copies.found("duplicate_box", "train/labels/train1.txt", line=2)
    (copies.root / "holdfast.toml").write_text("[counts]\ntrain = 4\n")
    assert copies.plan() == 0
    assert copies.run("apply") == 1
    assert "put back: holdfast.toml: unexpected_count: train: 3 images" in capsys.readouterr().out
    assert COPY in copies.files()
    assert copies.text("train/labels/train1.txt") == BOX


def test_only_the_edit_that_makes_copies_contradict_each_other_is_taken_back(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names images, the repair changed a label."""
    for label in ("train/labels/train0.txt", "train/labels/zcopy.txt", "train/labels/train1.txt"):
        copies.label(label, BOX + BOX)
    for label in ("train/labels/train0.txt", "train/labels/train1.txt"):
        copies.found("duplicate_box", label, line=2)
    assert copies.plan("--rule", "duplicate_box") == 0
    assert copies.run("apply") == 1
    assert "conflicting_labels" in capsys.readouterr().out
    assert copies.text("train/labels/train0.txt") == BOX + BOX
    assert copies.text("train/labels/train1.txt") == BOX


def test_copies_that_a_third_one_contradicted_may_not_be_made_to_contradict_each_other(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    copies.label(copies.copy(TRAIN, "train/images/other.png").replace("images", "labels")[:-3] + "txt", OTHER)
    for label in ("train/labels/train0.txt", "train/labels/zcopy.txt"):
        copies.label(label, BOX + BOX)
    copies.found("duplicate_box", "train/labels/train0.txt", line=2)
    assert copies.plan("--rule", "duplicate_box") == 0
    assert copies.run("apply") == 4
    assert "conflicting_labels" in capsys.readouterr().err
    assert copies.text("train/labels/train0.txt") == BOX + BOX


def test_one_of_two_copies_may_not_be_moved_to_another_split(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    """They were duplicates and would be a leak."""
    assert copies.plan() == 0

    def move_one(plan: Plan) -> None:
        [group] = plan["groups"]
        group["reasons"] = [{"rule": "resplit", "path": COPY, "line": None, "safety": "safe", "why": "so"}]
        group["keep"] = []
        for op in group["ops"]:
            op |= {"op": "move", "to": op["path"].replace("train/", "valid/")}

    forge(move_one)
    before = copies.snapshot()
    assert copies.run("apply") == 4
    assert "split_leakage: same bytes as" in capsys.readouterr().err
    assert copies.snapshot() == before


def test_what_a_plan_allows_beyond_the_default_is_said(
    copies: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    assert copies.plan("--unsafe-fixes", "--on-conflict=keep", "--max-change=50%") == 0
    assert copies.run("apply") == 0
    said = "the plan was made with --unsafe-fixes, --on-conflict=keep, --max-change=50%\n"
    assert said in capsys.readouterr().out
    assert copies.run("undo") == 0
    assert copies.plan() == 0
    assert copies.run("apply") == 0
    assert "the plan was made with" not in capsys.readouterr().out
