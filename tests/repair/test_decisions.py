"""A person's decisions about single pairs."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.repair.tools import BOX, COPY, COPY_LABEL, LABEL, OTHER, TRAIN, Data, copied, one_line

RULE = "exact_duplicate"


def decide(keep: str, remove: str, rule: str = RULE, **more: str) -> str:
    """A decisions file with one more entry."""
    values = {"rule": rule, "keep": keep, "remove": remove} | more
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
    with Path("decided.toml").open("a") as file:
        file.write(f"[[decide]]\n{lines}")
    return "--decisions=decided.toml"


def take_the_signs_away() -> None:
    """Decide all that a template holds."""
    text = Path("decided.toml").read_text()
    Path("decided.toml").write_text(re.sub(r"^# (?=\[\[|\w+ = )", "", text, flags=re.MULTILINE))


@pytest.fixture
def conflict(data: Data) -> Data:
    """Two equal files with different annotations, among enough images."""
    for number in range(3):
        data.label(f"train/labels/more{number}.txt", BOX)
        data.image(f"train/images/more{number}.png")
    data.pair(RULE, TRAIN, copied(data, label=OTHER))
    return data


def test_a_decision_turns_the_order_round_and_says_what_becomes_of_annotations(conflict: Data) -> None:
    assert conflict.plan(decide(COPY, TRAIN, annotations="union")) == 0
    assert conflict.run("apply") == 0
    assert not {TRAIN, LABEL} & conflict.files()
    assert conflict.text(COPY_LABEL) == OTHER + BOX


def test_a_decision_is_recorded_as_such(conflict: Data, capsys: pytest.CaptureFixture[str]) -> None:
    assert conflict.plan(decide(TRAIN, COPY, annotations="keep")) == 0
    assert f"{RULE}: 1 decided" in capsys.readouterr().out
    plan = json.loads(Path("reports/plan.json").read_text())
    assert [reason["safety"] for group in plan["groups"] for reason in group["reasons"]] == ["decided"]
    decided = {"rule": RULE, "keep": TRAIN, "remove": COPY, "annotations": "keep"}
    assert plan["policy"]["decided"] == [decided]


def test_differing_annotations_ask_for_one_more_word(
    conflict: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conflict.plan(decide(TRAIN, COPY)) == 0
    output = capsys.readouterr().out
    assert "decided, but not whether to keep or union: say `annotations`" in output
    assert "nothing to apply" in output


def test_a_decision_does_not_unite_what_contradicts_itself(
    conflict: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    conflict.label(COPY_LABEL, BOX.replace("0 ", "1 ", 1))
    conflict.label("data.yaml", "train: train/images\nval: valid/images\nnames: [hold, volume]\n")
    assert conflict.plan(decide(TRAIN, COPY, annotations="union")) == 0
    assert "left to a person: 1" in capsys.readouterr().out


def test_a_decided_pair_comes_before_what_the_order_would_do(data: Data) -> None:
    """b is like both others; by the order a stays and b goes on its account."""
    paths = [data.copy(TRAIN, f"train/images/{name}.png") for name in ("a", "b", "c")]
    for path in paths:
        data.label(path.replace("images", "labels").replace("png", "txt"), BOX)
    data.pair(RULE, paths[0], paths[1])
    data.pair(RULE, paths[1], paths[2])
    assert data.plan(decide(paths[1], paths[0])) == 0
    plan = json.loads(Path("reports/plan.json").read_text())
    gone = {op["path"] for group in plan["groups"] for op in group["ops"] if "images" in op["path"]}
    assert gone == {paths[0], paths[2]}


def test_a_protected_file_stays_whatever_is_decided(
    conflict: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conflict.plan(decide(COPY, TRAIN, annotations="keep"), f"--protect={TRAIN}") == 1
    assert "is protected by --protect" in capsys.readouterr().out


def test_the_template_holds_what_is_left_and_decides_nothing(
    conflict: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = conflict.copy(
        TRAIN, 'train/images/z"\udcff\\.png'.encode(errors="surrogateescape").decode("latin1")
    )
    conflict.pair("near_duplicate", COPY, odd, kind="unknown")  # no pair that can be decided
    assert conflict.plan("--decisions-template=decided.toml") == 0
    assert "decided.toml: 1 pairs to decide" in capsys.readouterr().out
    text = Path("decided.toml").read_text()
    assert tomllib.loads(text) == {}
    assert conflict.run("plan", "--decisions=decided.toml") == 0
    assert "nothing to apply" in capsys.readouterr().out
    take_the_signs_away()
    assert conflict.run("plan", "--decisions=decided.toml") == 0
    assert conflict.run("apply") == 0
    assert COPY not in conflict.files()


def test_any_name_can_be_decided(data: Data) -> None:
    name = data.copy(TRAIN, 'train/images/z"\\ü\u202e\U0010feff\U0010fe80.png')
    data.label(name.replace("images", "labels").replace("png", "txt"), OTHER)
    data.pair(RULE, TRAIN, name)
    assert data.plan("--decisions-template=decided.toml") == 0
    take_the_signs_away()
    assert data.run("plan", "--decisions=decided.toml") == 0
    assert data.run("apply") == 0
    assert not data.path(name).exists()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('keep = "a"', "rule is 'not there'; it takes a text"),
        ('rule = "r"\nkeep = "a"\nremove = 1', "remove is 1; it takes a text"),
        ('rule = "r"\nkeep = "a"\nremove = "b"\nwhy = "c"', "unknown key 'why'; there are rule, keep"),
        ('rule = "r"\nkeep = "a"\nremove = "a"', "keep and remove are both 'a'"),
        ('rule = "r"\nkeep = "a"\nremove = "b"\nannotations = "skip"', "annotations is 'skip'"),
        (f'rule = "{RULE}"\nkeep = "{TRAIN}"\nremove = "{LABEL}"', f"no finding of {RULE} that can be"),
        (f'rule = "orphan_label"\nkeep = "{TRAIN}"\nremove = "{COPY}"', "no finding of orphan_label"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(
    conflict: Data, capsys: pytest.CaptureFixture[str], entry: str, said: str
) -> None:
    Path("decided.toml").write_text(f"# mine\n\n[[decide]]\n{entry}\n")
    assert conflict.plan("--decisions=decided.toml") == 4
    line = one_line(capsys)
    assert "decided.toml:3: entry 1" in line
    assert said in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[decide]\n", "not valid TOML"),
        ("\xff", "not valid TOML"),
        ("[[dicide]]\n", "'dicide' is not known; it holds [[decide]] entries"),
        ("decide = 1\n", "'decide' is not known"),
        ("decide = [1]\n", "decided.toml: entry 1 is no table"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_wrong_use(
    conflict: Data, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    if text is not None:
        Path("decided.toml").write_bytes(text.encode("latin1"))
    assert conflict.plan("--decisions=decided.toml") == 4
    assert said in one_line(capsys)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ((TRAIN, COPY), "decides the pair of decided.toml:1: entry 1 again"),
        ((COPY, TRAIN), "decides the pair of decided.toml:1: entry 1 again"),
        ((COPY, "test/images/test0.png"), f"removes '{COPY}', which decided.toml:5: entry 2 keeps"),
    ],
)
def test_contradictions_are_wrong_use(
    conflict: Data, capsys: pytest.CaptureFixture[str], second: tuple[str, str], said: str
) -> None:
    decide(TRAIN, COPY)
    assert conflict.plan(decide(*second)) == 4
    assert said in one_line(capsys)


def test_a_mask_that_differs_goes_only_when_that_is_decided_too(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    data.pair(RULE, TRAIN, copied(data))
    data.label("train/masks/train0.png", "one")
    mask = data.label("train/masks/zcopy.png", "other")
    assert data.plan(decide(TRAIN, COPY)) == 0
    assert f"{mask} says of it what is not said of {TRAIN}: decided, but not" in capsys.readouterr().out
    Path("decided.toml").unlink()
    assert data.plan(decide(TRAIN, COPY, annotations="keep")) == 0
    assert data.run("apply") == 0
    assert not {mask, COPY} & data.files()
