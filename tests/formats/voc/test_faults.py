"""Every fault that a Pascal VOC tree can have, planted once each among 60 images, and found one to one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checking import Outcome, check
from tests.formats.voc.writing import box, devkit, draw, put, saved, shape, xml

COUNT = 60
POLYGON = ("<polygon>", "  <x1>5</x1>", "  <y1>5</y1>", "  <x2>40</x2>", "  <y2>35</y2>", "</polygon>")
TURNED = "<robndbox><cx>60</cx><cy>40</cy><w>30</w><h>10</h><angle>{}</angle></robndbox>"

BOXES: list[tuple[list[str], str, int, str]] = [
    (box(place=("a", 2, 3, 4)), "malformed_label", 11, "<xmin> 'a' is not a number"),
    (box(place=(1, "nan", 3, 4)), "malformed_label", 12, "<ymin> 'nan' is not finite"),
    (box(place=(1, 2, "1e999", 4)), "malformed_label", 13, "<xmax> '1e999' is not finite"),
    (box(place=(1, 2, 3, "")), "malformed_label", 14, "<ymax> '' is not a number"),
    (box(place=("1_0", 2, 30, 40)), "malformed_label", 11, "<xmin> '1_0' is not a number"),
    (box(""), "malformed_label", 9, "an object without a class"),
    (shape("cat", "<pose>left</pose>"), "malformed_label", 8, "<object> has no <bndbox>"),
    (["<object>", "</object>"], "malformed_label", 8, "no <name>"),
    (shape("cat", "<bndbox><xmin>1</xmin></bndbox>"), "malformed_label", 10, "<bndbox> has no <ymin>"),
    ([*box()[:-1], *box()[2:]], "malformed_label", 16, "<object> has 2 <bndbox>"),
    (shape("cat", *POLYGON[:-2], "</polygon>"), "malformed_label", 10, "<polygon> has 3 coordinates"),
    (shape("cat", "<polygon></polygon>"), "malformed_label", 10, "<polygon> has 0 coordinates"),
    (shape("cat", TURNED.format("inf")), "malformed_label", 10, "<angle> 'inf' is not finite"),
    (box(place=(20, 20, 20, 50)), "degenerate_box", 8, "width 0"),
    (box(place=(20, 50, 40, 30)), "degenerate_box", 8, "height -20"),
    (box(place=(90, 20, 140, 50)), "box_out_of_image", 8, "12.00 px"),
    (box("cat", (11, 12, 60, 70)), "duplicate_box", 17, "line 8"),
    (box("dog", (11, 12, 60, 70)), "overlapping_classes", 17, "dog"),
]
"""An object that goes, from line 8, before the sound one, with the rule, the line and part of the message."""

Planted = Callable[[Path], None]


def text(root: Path, stem: str) -> str:
    return (root / f"Annotations/{stem}.xml").read_text()


def write(stem: str, content: str | bytes) -> Planted:
    return lambda root: put(root, f"Annotations/{stem}.xml", content)


def replaced(stem: str, old: str, new: str) -> Planted:
    return lambda root: put(root, f"Annotations/{stem}.xml", text(root, stem).replace(old, new))


def gone(name: str) -> Planted:
    return lambda root: (root / name).unlink()


def added(name: str, line: str) -> Planted:
    return lambda root: put(root, f"ImageSets/Main/{name}.txt", set_text(root, name) + f"{line}\n")


def set_text(root: Path, name: str) -> str:
    return (root / f"ImageSets/Main/{name}.txt").read_text()


def orphan(root: Path) -> None:
    put(root, "Annotations/lost.xml", xml("lost.jpg", box()))


def forgotten(root: Path) -> None:
    draw(root, "JPEGImages/new.jpg")


BOMB = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]>\n<annotation>&b;</annotation>'
XML, SETS, IMAGES = "Annotations/{}.xml".format, "ImageSets/Main/{}.txt".format, "JPEGImages/{}.jpg".format
OTHERS: list[tuple[Planted, str, str, int | None, str]] = [
    (write("0020", ""), "malformed_label", XML("0020"), 1, "no element found"),
    (write("0021", "<annotation>\n<object>"), "malformed_label", XML("0021"), 2, "not XML"),
    (write("0022", "<annotation>\n<a></b>"), "malformed_label", XML("0022"), 2, "mismatched tag"),
    (write("0023", "<labels/>"), "malformed_label", XML("0023"), 1, "<labels>, not <annotation>"),
    (write("0024", BOMB), "malformed_label", XML("0024"), 2, "DTD"),
    (write("0025", "<annotation>\n&b;</annotation>"), "malformed_label", XML("0025"), 2, "undefined entity"),
    (write("0026", b"<annotation>\n\xff</annotation>"), "malformed_label", XML("0026"), 2, "not well-formed"),
    (write("0027", "<annotation>\n" + "<a>" * 40), "malformed_label", XML("0027"), 2, "deeper than 32"),
    (
        write("0028", '<?xml version="1.0" encoding="x-no"?><annotation/>'),
        "malformed_label", XML("0028"), None, "encoding",
    ),
    (replaced("0029", "<width>128", "<width>12a"), "malformed_label", XML("0029"), 4, "'12a' is not a whole"),
    (replaced("0030", "<width>128", "<width>640"), "wrong_image_size", XML("0030"), 3, "640 x 96"),
    (replaced("0031", "0031.jpg", "0999.jpg"), "dangling_reference", XML("0031"), 2, "names 0999.jpg"),
    (replaced("0032", "0032.jpg", "0033.jpg"), "dangling_reference", XML("0032"), 2, "another image"),
    (gone(XML("0034")), "missing_label", IMAGES("0034"), None, "no label file"),
    (orphan, "orphan_label", "Annotations/lost.xml", None, ""),
    (forgotten, "unlisted_image", "JPEGImages/new.jpg", None, "no image set names it"),
    (added("train", "nowhere"), "dangling_reference", SETS("train"), 37, "names nowhere"),
    (added("test", "0000"), "broken_config", SETS("test"), None, "1 of another split's images"),
    (added("val", "0036"), "broken_config", SETS("val"), None, "1 images more than once, first 0036"),
]  # fmt: skip


def places(outcome: Outcome) -> list[tuple[str, str, int | None]]:
    return sorted((f.rule, f.path, f.line or 0) for f in outcome.findings if f.severity != "info")


@pytest.mark.parametrize("folder", ["", "VOC2012"])
def test_a_sound_devkit_has_no_finding(tmp_path: Path, folder: str) -> None:
    devkit(tmp_path / "data" / folder, COUNT)
    assert places(check(tmp_path / "data")) == []


def test_each_fault_is_found_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "data"
    stems = devkit(root, COUNT)
    wanted = []
    for stem, (planted, rule, line, message) in zip(stems, BOXES, strict=False):
        put(root, XML(stem), xml(f"{stem}.jpg", planted, box()))
        wanted.append((rule, XML(stem), line, message))
    for plant, rule, path, number, message in OTHERS:
        plant(root)
        wanted.append((rule, path, number or 0, message))
    found = check(root)
    assert places(found) == sorted(place[:3] for place in wanted)
    said = {(f.rule, f.path): f.message for f in found.findings}
    assert [place for place in wanted if place[3] not in said[place[:2]]] == []


def test_a_lost_image_is_missed_by_its_set_and_its_file(tmp_path: Path) -> None:
    root = tmp_path / "data"
    devkit(root, 30)
    (root / IMAGES("0002")).unlink()
    assert places(check(root)) == [
        ("dangling_reference", SETS("train"), 3),
        ("orphan_label", XML("0002"), 0),
    ]


def test_a_polygon_of_two_points(tmp_path: Path) -> None:
    root = tmp_path / "data"
    devkit(root, 30)
    put(root, XML("0002"), xml("0002.jpg", shape("cat", *POLYGON)))
    assert places(check(root, "invalid_polygon", "malformed_label")) == [("invalid_polygon", XML("0002"), 8)]


def test_a_displaced_size_is_told_from_a_turned_one(tmp_path: Path) -> None:
    root = tmp_path / "data"
    devkit(root, 30)
    saved(root, IMAGES("0004"), 96, 128)
    put(root, XML("0004"), xml("0004.jpg", box(place=(1, 1, 50, 60)), size=(128, 96)))
    put(root, XML("0005"), xml("0005.jpg", box(), size=None))
    found = check(root, "wrong_image_size", "malformed_label")
    assert places(found) == [("wrong_image_size", XML("0004"), 3)]
    assert "swapped" in found.findings[0].message


@pytest.mark.parametrize("place", [(1, 1, 128, 96), (0, 0, 127, 95), (0, 0, 128, 96), (1, 1, 129, 97)])
def test_counting_from_one_or_from_zero_is_no_fault(tmp_path: Path, place: tuple[int, ...]) -> None:
    root = tmp_path / "data"
    devkit(root, 30)
    put(root, XML("0003"), xml("0003.jpg", box(place=place)))
    assert places(check(root, "box_out_of_image", "degenerate_box", "malformed_label")) == []
