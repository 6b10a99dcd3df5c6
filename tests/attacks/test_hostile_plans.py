"""Plans that somebody forged: nothing outside the root is touched, no unique file goes, a reason is said."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.repair.tools import BOX, COPY, COPY_LABEL, TRAIN, Data

PLAN = Path("reports/plan.json")
UNIQUE = "test/images/test0.png"
HOSTILE_PATHS: list[Any] = [
    "/etc/hostname", "../victim", "train/../../victim", "train/images/../../../victim", "./" + COPY,
    "train//x", ".", "..", "", ".git/config", ".GIT/config", "train/.git/config", ".holdfast/lock",
    ".HoldFast/lock", "x" * 5000, "a/" * 3000 + "b", "link/images/zcopy.png", "train/images/zcopy.png/x",
    "train/images/", {"b64": base64.b64encode(b"train/\0victim").decode()},
    {"b64": base64.b64encode(b"../victim").decode()},
]  # fmt: skip
Forge = Callable[[Any, Data], None]


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Data:
    """A dataset with one pair of equal files and a plan for it, beside a victim and with a link to itself."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "victim").write_text("mine")
    data = Data(tmp_path / "data")
    data.copy(TRAIN, COPY)
    data.label(COPY_LABEL, BOX)
    data.pair("exact_duplicate", TRAIN, COPY)
    (data.root / "link").symlink_to("train")
    assert data.plan() == 0
    return data


def refused(data: Data, capsys: pytest.CaptureFixture[str], forge: Forge) -> str:
    """Forge the plan; apply refuses it and changes nothing. What was said."""
    plan = json.loads(PLAN.read_text())
    forge(plan, data)
    PLAN.write_text(json.dumps(plan))
    outside = data.root.parent
    before = data.snapshot()
    capsys.readouterr()
    code = data.run("apply")
    said = "".join(capsys.readouterr())
    assert code in (1, 4)
    assert data.snapshot() == before
    assert (outside / "victim").read_text() == "mine"
    assert sorted(entry.name for entry in outside.iterdir() if not entry.name.startswith("user-")) == [
        "data", "victim", "work"
    ]  # fmt: skip
    assert "Traceback" not in said
    assert said.isprintable() or all(line.isprintable() for line in said.splitlines())
    assert said.strip()
    return said


def stamp(data: Data, path: str) -> dict[str, Any]:
    content = data.path(path).read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def removing(path: Any) -> Forge:
    def forge(plan: Any, _: Data) -> None:
        plan["groups"][0]["ops"][0]["path"] = path

    return forge


def keeping(path: Any) -> Forge:
    def forge(plan: Any, _: Data) -> None:
        plan["groups"][0]["keep"][0]["path"] = path

    return forge


def moving(path: Any) -> Forge:
    def forge(plan: Any, _: Data) -> None:
        plan["groups"][0]["ops"][0] |= {"op": "move", "to": path}

    return forge


def creating(path: Any) -> Forge:
    def forge(plan: Any, _: Data) -> None:
        text = "import os"
        post = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "size": len(text)}
        plan["groups"][0]["ops"].append({"op": "create", "path": path, "post": post, "data": text})

    return forge


@pytest.mark.parametrize("way", [removing, keeping, moving, creating])
def test_paths_that_lead_elsewhere(
    copies: Data, capsys: pytest.CaptureFixture[str], way: Callable[[Any], Forge]
) -> None:
    honest = PLAN.read_text()
    for path in HOSTILE_PATHS:
        PLAN.write_text(honest)
        refused(copies, capsys, way(path))


def forged_digest(plan: Any, data: Data) -> None:
    plan["groups"][0]["ops"][0]["pre"]["sha256"] = "0" * 64


def forged_unique(plan: Any, data: Data) -> None:
    """A file that there is once passes for the copy, with its own true digest."""
    group = plan["groups"][0]
    group["ops"][0] = {"op": "remove", "path": UNIQUE, "pre": stamp(data, UNIQUE)}
    group["keep"][0]["removed"] = UNIQUE


def forged_proof(plan: Any, data: Data) -> None:
    """And the pair is said to be proved by its pictures."""
    forged_unique(plan, data)
    plan["groups"][0]["keep"][0]["proof"] = "identical picture"
    plan["groups"][0]["reasons"][0]["path"] = UNIQUE


def no_keeper(plan: Any, data: Data) -> None:
    forged_unique(plan, data)
    plan["groups"][0]["keep"] = []


def no_reason(plan: Any, data: Data) -> None:
    plan["groups"][0]["reasons"] = []


def other_reason(plan: Any, data: Data) -> None:
    no_keeper(plan, data)
    plan["groups"][0]["reasons"] = [
        {"rule": rule, "path": UNIQUE, "line": None, "safety": "safe", "why": "trust me"}
        for rule in ("unreadable_image", "orphan_label", "no_such_rule")
    ]


def both_go(plan: Any, data: Data) -> None:
    """Each of the two on account of the other."""
    group = plan["groups"][0]
    text = json.dumps(group).replace(COPY, "A").replace(TRAIN, COPY).replace('"A"', f'"{TRAIN}"')
    plan["groups"].append(json.loads(text))


def same_file_by_another_spelling(plan: Any, data: Data) -> None:
    plan["groups"][0]["keep"][0]["path"] = "train/images/./zcopy.png"


def same_file_by_a_linked_folder(plan: Any, data: Data) -> None:
    plan["groups"][0]["keep"][0]["path"] = "link/images/zcopy.png"


def same_file_by_a_hard_link(plan: Any, data: Data) -> None:
    keeper = data.path(TRAIN)
    keeper.rename(data.root / "aside.png")
    os.link(data.path(COPY), keeper)


def keeper_is_a_link_to_the_copy(plan: Any, data: Data) -> None:
    """What made rmlint delete the last copy."""
    keeper = data.path(TRAIN)
    keeper.rename(data.root / "aside.png")
    keeper.symlink_to(data.path(COPY))


def poisoned_label(plan: Any, data: Data) -> None:
    """A label is rewritten in the name of a finding that asks for no such thing."""
    path, text = "train/labels/train1.txt", "0 0.1 0.1 0.1 0.1\n"
    post = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "size": len(text)}
    op = {"op": "replace", "path": path, "pre": stamp(data, path), "post": post, "data": text}
    plan["groups"][0]["ops"].append(op)


def moved_picture(plan: Any, data: Data) -> None:
    """A picture of the test set becomes one of the training set."""
    op = {"op": "move", "path": UNIQUE, "pre": stamp(data, UNIQUE), "to": "train/images/new.png"}
    plan["groups"].append(copy.deepcopy(plan["groups"][0]) | {"ops": [op], "keep": []})
    del plan["groups"][0]


def wanted_policy(plan: Any, data: Data) -> None:
    """All limits are switched off, and more is taken than they would allow."""
    plan["policy"] |= {"max_change": 1.0, "unsafe_fixes": True, "protect": []}
    plan["groups"] = []
    for split in ("train", "valid", "test"):
        for number in range(3):
            path = f"{split}/images/{split}{number}.png"
            reason = {"rule": "unreadable_image", "path": path, "line": None, "safety": "safe", "why": ""}
            op = {"op": "remove", "path": path, "pre": stamp(data, path)}
            plan["groups"].append({"id": 1, "reasons": [reason], "keep": [], "ops": [op]})


def many_times(plan: Any, data: Data) -> None:
    plan["groups"] *= 2000


def escapes(plan: Any, data: Data) -> None:
    """A name that would write to the terminal, and to the log of a CI."""
    plan["groups"][0]["ops"][0]["path"] = "\x1b[2J\n::error::\u202egnp"


@pytest.mark.parametrize(
    "forge",
    [
        forged_digest, forged_unique, forged_proof, no_keeper, no_reason, other_reason, both_go,
        poisoned_label, same_file_by_another_spelling, same_file_by_a_linked_folder, same_file_by_a_hard_link,
        moved_picture, keeper_is_a_link_to_the_copy, wanted_policy, many_times, escapes,
        creating("conftest.py"), creating("train/labels/new.txt"), moving("train/images/conftest.py"),
    ],
)  # fmt: skip
def test_forged_plans(copies: Data, capsys: pytest.CaptureFixture[str], forge: Forge) -> None:
    def forged(plan: Any, data: Data) -> None:
        forge(plan, data)

    refused(copies, capsys, forged)


@pytest.mark.parametrize("line", [[1], "\x1b[2J", 1.5, True])
def test_a_line_that_is_none(copies: Data, capsys: pytest.CaptureFixture[str], line: object) -> None:
    def forged(plan: Any, data: Data) -> None:
        plan["groups"][0]["reasons"][0]["line"] = line

    refused(copies, capsys, forged)


@pytest.mark.parametrize(
    ("choice", "value"), [("max_change", float("nan")), ("max_change", 5.0), ("config", "a\0b")]
)
def test_choices_that_are_none(
    copies: Data, capsys: pytest.CaptureFixture[str], choice: str, value: object
) -> None:
    def forged(plan: Any, data: Data) -> None:
        plan["policy"][choice] = value

    refused(copies, capsys, forged)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[" * 100_000,
        b'{"format": "holdfast-plan/3", "groups": ' + b"[" * 100_000,
        b"\xff\xfe",
        b"1e999",
    ],
)
def test_files_that_are_no_plan(copies: Data, capsys: pytest.CaptureFixture[str], text: bytes) -> None:
    before = copies.snapshot()
    PLAN.write_bytes(text)
    assert copies.run("apply") == 4
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert copies.snapshot() == before
