"""Running as pytest users do: -k, -n, --lf, -x, --junitxml; with hostile names."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from holdfast.names import to_text
from tests.checking import Outcome, check
from tests.trees import BOX, Tree, picture, sound_tree, tree
from tests.written import Coco

NAMES = ("<img src=x onerror=alert(1)>&", "a\nb", "c::d[e]", "\x1b[31mred", "\u202egpj", "🧗", "x" * 240)


def hostile_tree(folder: Path) -> Tree:
    """Faults of many rules in files of awkward names, one of them not UTF-8."""
    data = sound_tree(folder, "boulder", os.fsdecode(b"w\xe4nde"))
    for name in (*NAMES, os.fsdecode(b"caf\xe9")):
        data.image("boulder/train", name).label("boulder/train", name, "0 .9 .5 .4 .1", "9 .5 .5 0 x")
    for kind in ("train", "valid"):
        data.draw(f"boulder/{kind}/images/copy{kind}\r.jpg", picture(5))
    return data.label("boulder/valid", os.fsdecode(b"lost\xff"), BOX)


def summary(outcome: Outcome) -> set[tuple[object, ...]]:
    return {(f.rule, f.unit, f.path, f.line, f.related, f.message, f.sha256) for f in outcome.findings}


def test_names_of_files_are_reported_whole_and_harmless(tmp_path: Path) -> None:
    data = hostile_tree(tmp_path)
    junit = tmp_path / "junit.xml"
    outcome = check(data.root, arguments=("-vv", f"--junitxml={junit}"))
    assert outcome.code == 1
    found = {finding.path for finding in outcome.findings if finding.rule == "malformed_label"}
    names = (*NAMES, os.fsdecode(b"caf\xe9"))
    assert found == {to_text(f"boulder/train/labels/{name}.txt") for name in names}
    assert to_text(os.fsdecode(b"boulder/valid/labels/lost\xff.txt")) in outcome.paths
    assert not {"\x1b", "\u202e", "\r", "\0"} & set(outcome.text)
    assert "\\x1b[31mred" in outcome.text
    cases = ET.parse(junit).getroot().findall(".//testcase")
    assert len(cases) == len(outcome.header["ran"])
    properties = [p.attrib for p in ET.parse(junit).getroot().iter("property")]
    assert {"name": "findings", "value": "8"} in properties


def test_two_workers_find_the_same(tmp_path: Path) -> None:
    data = hostile_tree(tmp_path)
    one, two = check(data.root), check(data.root, arguments=("-n", "2"))
    assert (one.code, two.code) == (1, 1)
    assert summary(one) == summary(two)
    assert {tuple(place) for place in one.header["ran"]} == {tuple(place) for place in two.header["ran"]}
    assert two.header["complete"]


def test_two_workers_know_what_a_json_declares(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 1, 1, 9, 9).box(7, 5, 5, 9, 9).write()
    Coco(data, "valid").image("b.jpg").box(0, 1, 1, 9, 9).write()
    one, two = check(data.root), check(data.root, arguments=("-n", "2"))
    assert "unknown_class" in {finding.rule for finding in two.findings}
    assert summary(one) == summary(two)


def test_two_workers_on_sound_data(tmp_path: Path) -> None:
    outcome = check(sound_tree(tmp_path).root, arguments=("-n", "2"))
    assert (outcome.code, outcome.header["complete"], outcome.header["measured"]["read"]) == (0, True, 3)


@pytest.mark.parametrize("problem", ["settings", "nothing selected", "no image"])
def test_two_workers_and_wrong_use(tmp_path: Path, problem: str) -> None:
    data = sound_tree(tmp_path)
    if problem == "settings":
        data.settings("[rules.nothing]")
    arguments = ("-n", "2", *(("-k", "nothing") if problem == "nothing selected" else ()))
    outcome = check(data.root / "train/labels" if problem == "no image" else data.root, arguments=arguments)
    assert outcome.code == (5 if problem == "nothing selected" else 4)
    assert "Traceback" not in outcome.text


def test_a_selection_measures_only_what_it_needs(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "b")
    outcome = check(data.root, arguments=("-k", "missing_label and train"))
    assert outcome.code == 1
    assert outcome.header["ran"] == [["missing_label", "train", "failed"]]
    assert outcome.header["measured"]["read"] == 0
    assert outcome.header["complete"] is False
    assert "a partial run: " in outcome.text


def test_last_failed(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "b")
    again = ("-p", "cacheprovider", "-o", f"cache_dir={tmp_path / 'pytest'}")
    assert check(data.root, arguments=again).code == 1
    second = check(data.root, arguments=(*again, "--lf"))
    assert second.header["ran"] == [["missing_label", "train", "failed"]]
    data.label("train", "b")
    assert check(data.root, arguments=(*again, "--lf")).code == 0
    assert not (data.root / ".pytest_cache").exists()


@pytest.mark.parametrize("arguments", [("-x",), ("--maxfail=1",), ("-x", "-n", "2")])
def test_stopping_at_the_first_failure(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    data = sound_tree(tmp_path).image("train", "b")
    outcome = check(data.root, arguments=arguments)
    assert outcome.code in (1, 2)
    assert outcome.header["complete"] is False
    assert "selected checks did not finish" in outcome.text


@pytest.mark.parametrize("option", ["--setup-plan", "--setup-only"])
def test_checks_that_are_only_set_up_are_not_green(tmp_path: Path, option: str) -> None:
    assert check(sound_tree(tmp_path).root, "orphan_label", arguments=(option,)).code == 3


@pytest.mark.parametrize("arguments", [("-p", "no:terminal"), ("-qq",), ("--tb=native",), ("-rA",)])
def test_other_outputs_keep_the_verdict(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    data = sound_tree(tmp_path).image("train", "b")
    outcome = check(data.root, "missing_label", "exact_duplicate", arguments=arguments)
    assert outcome.code == 1
    assert outcome.paths == ["train/images/b.jpg"]


def test_findings_take_the_place_of_tracebacks(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for number in range(12):
        data.image("train", f"b{number:02}")
    outcome = check(data.root, "missing_label")
    assert "E train/images/b00.jpg  no label file train/labels/b00.txt" in outcome.text
    assert "... and 2 more: -vv lists all" in outcome.text
    assert "b11.jpg" not in outcome.text
    assert "holdfast_case" not in outcome.text
    assert "FAILED checks/missing_label.py::missing_label[train] - 12 errors" in outcome.text
    assert "next: " in outcome.text
    assert "b11.jpg" in check(data.root, "missing_label", arguments=("-vv",)).text


def test_the_matrix_says_what_each_check_gave(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "b").label("valid", "valid", BOX, BOX)
    lines = check(data.root, "missing_label", "duplicate_box", "broken_config").text.splitlines()
    rows = {
        line.split()[0]: line.split()[1:] for line in lines if line.startswith(("missing", "dupl", "broken"))
    }
    assert rows == {
        "broken_config": ["ok"],
        "duplicate_box": ["ok", "1w", "ok"],
        "missing_label": ["1", "ok", "ok"],
    }


def test_of_many_rules_those_that_found_nothing_are_counted(tmp_path: Path) -> None:
    data = sound_tree(tmp_path).image("train", "b")
    short, long = (check(data.root, arguments=more).text for more in ((), ("-v",)))
    [told] = re.findall(r"ok in every unit: (\d+) more rules", short)
    rows = [
        {
            line.split()[0]
            for line in text.partition("= dataset =")[2].splitlines()
            if re.match(r"[a-z_]+  .*ok", line)
        }
        for text in (short, long)
    ]
    assert "missing_label" in rows[0] < rows[1]
    assert len(rows[1]) == len(rows[0]) + int(told)
    assert "more rules" not in long


def test_the_first_line_of_the_findings(tmp_path: Path) -> None:
    data = sound_tree(tmp_path, "boulder").image("boulder/train", "b")
    header = check(data.root).header
    assert header["images"] == {"boulder/train": 2, "boulder/val": 1, "boulder/test": 1}
    assert header["counts"] == {"missing_label": 1}
    assert header["severities"] == {"error": 1}
    assert (header["complete"], header["exit_code"], header["data"]) == (True, 1, str(data.root))
    assert ["missing_label", "boulder/train", "failed"] in header["ran"]
    assert header["not_run"] == []
