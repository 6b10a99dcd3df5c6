from __future__ import annotations

from pathlib import Path

import pytest

from tests.checking import check
from tests.trees import BOX, tree
from tests.written import Coco, voc

BAD = {
    "0": (1, "1 field; a box has 5 fields, a polygon an odd number from 7"),
    "0 .5 .5 .1": (1, "4 fields"),
    "0 .5 .5 .1 .1 .9": (1, "6 fields; a box has 5 fields, a polygon an odd number from 7; is the last a"),
    "0 .5 x .1 .1": (6, "'x' is not a number"),
    "0 .5 .5 nan .1": (9, "'nan' is not finite"),
    "0 .5 .5 -inf .1": (9, "'-inf' is not finite"),
    "0 1e999 .5 .1 .1": (3, "'1e999' is not finite"),
    "0 0x1 .5 .1 .1": (3, "'0x1' is not a number"),
    "0 1_0 .5 .1 .1": (3, "'1_0' is not a number"),
    "0,.5,.5,.1,.1": (1, "class '0,.5,.5,.1,.1' is not a whole number"),
    "0.5 .5 .5 .1 .1": (1, "class '0.5' is not a whole number"),
    "hold .5 .5 .1 .1": (1, "class 'hold' is not a whole number"),
    "0 .5 \u0663 .1 .1": (6, "is not a number"),
    "\ufeff0 .5 .5 .1 .1": (1, "class '\\ufeff0' is not a whole number"),
}


def test_each_fault_has_its_line_and_column(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "a", BOX, *BAD)
    found = check(data.root, "malformed_label")
    assert found.code == 1
    assert [(f.line, f.column) for f in found.findings] == [
        (line, column) for line, (column, _) in enumerate(BAD.values(), 2)
    ]
    for finding, (_, message) in zip(found.findings, BAD.values(), strict=True):
        assert message in finding.message
    assert found.severities == {"error"}
    assert set(found.paths) == {"train/labels/a.txt"}


@pytest.mark.parametrize(
    "content",
    [b"", b"\n \n\t\n", b"0 .5 .5 .1 .1", b"0 .5 .5 .1 .1\r\n", b"  0\t.5 .5  .1 .1  \n", b"3.0 .5 .5 .1 .1",
     b"-1 .5 .5 .1 .1\n", b"0 1. .5E0 +.1 1e-3\n", b"0 0 0 1 0 1 1\n"],
)  # fmt: skip
def test_lines_that_are_read(tmp_path: Path, content: bytes) -> None:
    data = tree(tmp_path).image("train", "a").file("train/labels/a.txt", content)
    assert check(data.root, "malformed_label").code == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xef\xbb\xbf" + BOX.encode(), "byte order mark"),
        (b"\xff\xfe0\x00", "written in UTF-16"),
        (b"\xfd\xfd 0", "is not a whole number"),
    ],
)
def test_bytes_that_are_no_plain_text(tmp_path: Path, content: bytes, message: str) -> None:
    data = tree(tmp_path).image("train", "a").file("train/labels/a.txt", content)
    [finding] = check(data.root, "malformed_label").findings
    assert (finding.line, finding.column) == (1, 1)
    assert message in finding.message


def test_orphans_are_read_too(tmp_path: Path) -> None:
    data = tree(tmp_path).image("train", "a").label("train", "lost", "x")
    assert check(data.root, "malformed_label").places == [("train/labels/lost.txt", 1)]


def test_an_entry_of_a_json(tmp_path: Path) -> None:
    data = Coco(tree(tmp_path), "train").image("a.jpg").box(0, 1, 1, 9, 9).box(0, 5, 5, 9, 9)
    data.annotations[1]["bbox"] = [1, 2, "wide", 4]
    found = check(data.write().root, "malformed_label")
    assert found.code == 1
    [finding] = found.findings
    assert finding.path == "train/_annotations.coco.json"
    assert (finding.pointer or "").startswith("/annotations/1")
    assert finding.line is not None


def test_an_object_of_an_xml(tmp_path: Path) -> None:
    data = voc(tree(tmp_path), "train", "a", [("hold", 1, 1, 9, 9)])
    text = (data.root / "train/a.xml").read_text().replace("<xmax>9</xmax>", "<xmax>wide</xmax>")
    [finding] = check(data.file("train/a.xml", text).root, "malformed_label").findings
    assert (finding.path, finding.line is not None) == ("train/a.xml", True)
