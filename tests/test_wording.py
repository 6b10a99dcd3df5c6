"""Messages in words that fit their numbers and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.cli import main
from holdfast.wording import counted
from tests.checking import check
from tests.formats.reading import read_tree
from tests.trees import BOX, tree


def test_a_number_has_its_noun() -> None:
    assert [counted(number, "split") for number in (0, 1, 1204)] == ["0 splits", "1 split", "1,204 splits"]


def test_one_split_is_no_splits(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", BOX)
    data.config("names: [wall]\ntrain: train/images\nkpt_shape: [1, 3]\n")
    evidence = read_tree(data.root).evidence
    assert evidence.startswith("1 split, 1 label file, data.yaml")
    assert evidence.endswith("poses of 1 keypoint")


@pytest.mark.parametrize(("name", "meant"), [("odd_sise", "odd_size"), ("orphan_labels", "orphan_label")])
def test_a_misspelt_rule_is_told_the_nearest(
    capsys: pytest.CaptureFixture[str], name: str, meant: str
) -> None:
    assert main(["explain", name]) == 4
    assert f"no rule {name!r}; did you mean {meant!r}; there are " in capsys.readouterr().err


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_label_in_utf_16_is_one_fault(tmp_path: Path, codec: str) -> None:
    data = tree(tmp_path).image("train", "a").image("train", "b").label("train", "b", BOX)
    data.file("train/labels/a.txt", f"{BOX}\n{BOX}\n".encode(codec))
    [finding] = check(data.root, "malformed_label").findings
    assert (finding.line, finding.message) == (1, "written in UTF-16; YOLO labels are UTF-8 text")
