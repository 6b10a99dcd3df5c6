"""YOLO detection, segmentation and Roboflow's export: every fault that they can have, found one to one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from holdfast import Finding
from tests.checking import check
from tests.formats.yolo.writing import COUNT, label, place, put, write
from tests.trees import picture

BOX, OTHER_BOX = "0 0.5 0.5 0.4 0.3", "1 0.3 0.3 0.2 0.2"
RING, OTHER_RING = "0 0.1 0.1 0.5 0.1 0.6 0.3 0.5 0.5 0.1 0.5", "1 0.6 0.6 0.8 0.6 0.7 0.8"
Line = tuple[str, str, str]
"""A line that goes before a sound one, with the rule and part of the message."""

BOXES: list[Line] = [
    ("0", "malformed_label", "1 field; a box has 5"),
    ("0 0.5 0.5 0.4", "malformed_label", "4 fields; a box has 5"),
    (f"{BOX} 0.9", "malformed_label", "is the last a confidence?"),
    (f"{BOX} 0.4 0.4 0.3", "malformed_label", "8 fields; a box has 5"),
    (BOX.replace("0", "cat", 1), "malformed_label", "class 'cat' is not a whole number"),
    (BOX.replace("0", "0.5", 1), "malformed_label", "class '0.5' is not a whole number"),
    (BOX.replace("0.4", "nan"), "malformed_label", "'nan' is not finite"),
    (BOX.replace("0.4", "-inf"), "malformed_label", "'-inf' is not finite"),
    (BOX.replace("0.4", "1e999"), "malformed_label", "'1e999' is not finite"),
    (BOX.replace("0.4", "0,4"), "malformed_label", "'0,4' is not a number"),
    (BOX.replace(" ", ","), "malformed_label", "is not a whole number"),
    (BOX.replace("0", "-1", 1), "unknown_class", "class -1"),
    (BOX.replace("0", "2", 1), "unknown_class", "class 2"),
    (BOX.replace("0.4", "0"), "degenerate_box", "width 0"),
    (BOX.replace("0.3", "-0.3"), "degenerate_box", "height -0.3"),
    (BOX.replace("0.5 0.5", "0.9 0.5"), "box_out_of_image", "the right edge"),
    ("0 64 48 40 30", "box_out_of_image", "the right edge"),
    ("0 0.5 0.5 1 1", "full_image_box", "covers 100.0%"),
    (BOX.replace("0.4", "0.01"), "tiny_box", "1.28 x"),
    (OTHER_BOX, "duplicate_box", "says the same as line 1"),
    (OTHER_BOX.replace("1", "0", 1), "overlapping_classes", "two classes in one place"),
]  # fmt: skip
RINGS: list[Line] = [
    (RING.rpartition(" ")[0], "malformed_label", "10 fields; a box has 5 fields, a polygon an odd number"),
    (f"{RING} 0.3", "malformed_label", "12 fields"),
    ("0 0.1 0.1 0.5", "malformed_label", "4 fields"),
    (RING.replace("0", "dog", 1), "malformed_label", "class 'dog' is not a whole number"),
    (RING.replace("0.6", "inf"), "malformed_label", "'inf' is not finite"),
    (RING.replace("0.6", "0.6;"), "malformed_label", "'0.6;' is not a number"),
    (RING.replace("0", "5", 1), "unknown_class", "class 5"),
    ("0 0.3 0.3 0.3 0.4 0.3 0.5", "degenerate_box", "width 0"),
    ("0 0.2 0.2 0.4 0.4 0.6 0.6", "degenerate_box", "on one line"),
    ("0 0.1 0.1 0.5 0.5 0.1 0.1", "invalid_polygon", "2 of them different"),
    ("0 0.1 0.1 0.5 0.5 0.5 0.1 0.1 0.5", "invalid_polygon", "cross"),
    (RING.replace("0.6", "1.6"), "box_out_of_image", "the right edge"),
    (RING.replace("0.1 0.5", "-0.2 0.5"), "box_out_of_image", "the left edge"),
    ("0 0 0 1 0 1 1 0 1", "full_image_box", "covers 100.0%"),
    ("0 0.2 0.2 0.21 0.2 0.21 0.4", "tiny_box", "1.28 x"),
    (OTHER_RING, "duplicate_box", "the same"),
]


def labelled_in(codec: str, root: Path, number: int) -> None:
    file = root / label(number)
    file.write_bytes(file.read_text().encode(codec))


def with_old_ends(root: Path, number: int) -> None:
    file = root / label(number)
    file.write_bytes(file.read_bytes().rstrip().replace(b"\n", b"\r") + b"\r" + file.read_bytes())


def image(root: Path, number: int) -> Path:
    split, stem = place(number)
    return root / split / "images" / f"{stem}.jpg"


def cut(root: Path, number: int) -> None:
    image(root, number).write_bytes(image(root, number).read_bytes()[:900])


def as_png(root: Path, number: int) -> None:
    picture(2000 + number).save(image(root, number), "PNG")


def copied(root: Path, number: int) -> None:
    """The picture and the label of image 1, in another split."""
    shutil.copyfile(image(root, 1), image(root, number))
    shutil.copyfile(root / label(1), root / label(number))


class Deed(NamedTuple):
    """What is done to an image, and the finding: on its label or on the image."""

    do: Callable[[Path, int], None]
    rule: str
    on_label: bool
    line: int | None = None
    said: str = ""


DEEDS = [
    Deed(lambda root, number: (root / label(number)).unlink(), "missing_label", False),
    Deed(lambda root, number: image(root, number).unlink(), "orphan_label", True),
    Deed(partial(labelled_in, "utf-8-sig"), "malformed_label", True, 1, "byte order mark"),
    Deed(partial(labelled_in, "utf-16"), "malformed_label", True, 1, "in UTF-16"),
    Deed(with_old_ends, "malformed_label", True, 1, "carriage return"),
    Deed(cut, "unreadable_image", False),
    Deed(as_png, "wrong_extension", False),
    Deed(copied, "split_leakage", False),
]  # fmt: skip


def as_exported(root: Path) -> None:
    """The tree as Roboflow exports it: its names, its read-me files, its entry in data.yaml."""
    for file in sorted(root.glob("*/*/*.*")):
        number = int(file.stem)
        file.rename(file.with_name(f"{file.stem}_jpg.rf.{number * 7919:032x}{file.suffix}"))
    with (root / "data.yaml").open("a") as config:
        config.write(
            "\nroboflow:\n  workspace: walls\n  project: holds\n  version: 3\n  license: CC BY 4.0\n"
        )
    (root / "README.roboflow.txt").write_text("This dataset was exported via roboflow.com\n")
    (root / "README.dataset.txt").write_text("# holds > 3\n")


class Shape(NamedTuple):
    """A kind of tree: the two annotations of its images, and the lines that are wrong."""

    first: str
    other: str
    faults: list[Line]
    exported: bool = False

    def lines(self, number: int) -> list[str]:
        return [self.first, self.other][: 1 + number % 2]


SHAPES = {
    "detection": Shape(BOX, OTHER_BOX, BOXES),
    "segmentation": Shape(RING, OTHER_RING, RINGS),
    "roboflow detection": Shape(BOX, OTHER_BOX, BOXES, exported=True),
    "roboflow segmentation": Shape(RING, OTHER_RING, RINGS, exported=True),
}
Place = tuple[str, str, int | None]


def planted(root: Path, shape: Shape) -> dict[Place, str]:
    """Plant each fault once: the rule, the file and the line that it is found at, and what is said."""
    wanted = {}
    for number, (line, rule, said) in enumerate(shape.faults, 2):
        put(root, number, [line, shape.other])
        second = rule in ("duplicate_box", "overlapping_classes")
        wanted[rule, label(number), 2 if second else 1] = said
    for number, deed in enumerate(DEEDS, COUNT - len(DEEDS)):
        deed.do(root, number)
        path = label(number) if deed.on_label else image(Path(), number).as_posix()
        wanted[deed.rule, path, deed.line] = deed.said
    return wanted


def findings(root: Path) -> list[Finding]:
    """All but notes about the whole: a box around the whole image is a note as well."""
    found = check(root).findings
    return [finding for finding in found if finding.severity != "info" or finding.rule == "full_image_box"]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_sound_tree_has_no_finding(tmp_path: Path, shape: Shape) -> None:
    root = tmp_path / "data"
    write(root, shape.lines, "")
    if shape.exported:
        as_exported(root)
    assert [(f.rule, f.path, f.message) for f in findings(root)] == []


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_each_fault_is_found_and_nothing_else(tmp_path: Path, shape: Shape) -> None:
    root = tmp_path / "data"
    write(root, shape.lines, "")
    wanted = planted(root, shape)
    if shape.exported:
        as_exported(root)
    said: dict[Place, str] = {}
    for finding in findings(root):
        folder, _, name = finding.path.rpartition("/")
        plain = f"{folder}/{name.split('_jpg.rf.')[0].split('.')[0]}.{name.rpartition('.')[2]}"
        assert said.setdefault((finding.rule, plain, finding.line), finding.message) is finding.message
    assert sorted(said, key=str) == sorted(wanted, key=str)
    assert [(place, said[place]) for place, part in wanted.items() if part not in said[place]] == []
