from __future__ import annotations

from pathlib import Path

from tests.checking import check
from tests.trees import BOX, tree


def test_repeated_lines_warn(tmp_path: Path) -> None:
    lines = (BOX, "1 .1 .1 .1 .1", "0 .5 .50 .2 2e-1", BOX)
    found = check(tree(tmp_path).image("train", "a").label("train", "a", *lines).root, "duplicate_box")
    assert found.code == 0
    assert found.places == [("train/labels/a.txt", 3), ("train/labels/a.txt", 4)]
    assert {finding.message for finding in found.findings} == {"says the same as line 1"}
    assert found.severities == {"warning"}
    assert "2 warnings" in found.text


def test_another_class_or_file_is_no_repetition(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").image("train", "b").label("train", "b", BOX)
    data.label("train", "a", BOX, "1 0.5 0.5 0.2 0.2", "0 0.5 0.5 0.2 0.21")
    assert check(data.root, "duplicate_box").findings == []


def test_severity_is_a_setting(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", BOX, BOX)
    assert check(
        data.settings('[rules.duplicate_box]\nseverity = "info"').root, "duplicate_box"
    ).severities == {"info"}
    raised = check(data.settings('[rules.duplicate_box]\nseverity = "error"').root, "duplicate_box")
    assert (raised.code, raised.severities) == (1, {"error"})
