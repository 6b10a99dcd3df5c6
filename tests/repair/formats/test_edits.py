"""Single annotations that go or are clipped, in every format: nothing else of their file changes."""

from __future__ import annotations

import json
from itertools import takewhile
from pathlib import Path

import pytest

from tests.repair.formats.test_moves import applied, beside, built, contents, run  # noqa: F401
from tests.repair.formats.worlds import FORMATS, SIDE, Format, World, model

BOXED = pytest.mark.parametrize("format", [one for one in FORMATS if one.boxes], ids=lambda one: one.name)
BOTH = "train/train3.png"


def changed(old: str, new: str) -> tuple[str, str]:
    """What of a text was replaced, and by what: the one part that differs."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    return old[start : len(old) - end], new[start : len(new) - end]


def _common(one: str, other: str) -> int:
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


@BOXED
def test_a_box_without_area_goes_and_nothing_else_changes(format: Format, tmp_path: Path) -> None:
    images = model()
    first, second = images["train"]["train3.png"]
    images["train"]["train3.png"] = (first, ("dog", 9.0, 9.0, 9.0, 20.0), second)
    world = built(format, tmp_path / "data", images, {})
    said = format.said_in("train", "train3.png")
    before = contents(world)
    applied(world, "plan", "--rule=degenerate_box")
    after = contents(world)
    assert {name for name in before if after[name] != before[name]} == {said}
    images["train"]["train3.png"] = (first, second)
    assert format.read(world) == images
    assert len(before[said]) > len(after[said])
    if "json lines" not in format.name:  # it goes from two lists
        assert changed(before[said].decode(), after[said].decode())[1] == ""


@BOXED
def test_a_box_that_reaches_out_is_clipped_and_nothing_else_changes(format: Format, tmp_path: Path) -> None:
    images = model()
    first, second = images["train"]["train3.png"]
    images["train"]["train3.png"] = (first, ("cat", 20.0, 10.0, SIDE + 8.0, 30.0), second)
    world = built(format, tmp_path / "data", images, {})
    said = format.said_in("train", "train3.png")
    before = contents(world)
    applied(world, "plan", "--rule=box_out_of_image", "--unsafe-fixes")
    after = contents(world)
    assert {name for name in before if after[name] != before[name]} == {said}
    images["train"]["train3.png"] = (first, ("cat", 20.0, 10.0, float(SIDE), 30.0), second)
    assert format.read(world) == images


@BOXED
def test_a_box_that_is_there_twice_goes_once(format: Format, tmp_path: Path) -> None:
    images = model()
    first, second = images["val"]["val4.png"]
    images["val"]["val4.png"] = (first, second, first)
    world = built(format, tmp_path / "data", images, {})
    applied(world, "plan", "--rule=duplicate_box")
    images["val"]["val4.png"] = (first, second)
    assert format.read(world) == images


@BOXED
def test_many_repairs_of_one_file_are_one_edit(format: Format, tmp_path: Path) -> None:
    images = model()
    for number in (3, 4):
        first, second = images["train"][f"train{number}.png"]
        images["train"][f"train{number}.png"] = (("cat", 5.0, 5.0, 5.0, 9.0), first, first, second)
    images["train"]["train2.png"] = images["train"]["train0.png"]
    world = built(format, tmp_path / "data", images, {"train/train0.png": 7, "train/train2.png": 7})
    applied(world, "plan", "--rule", "exact_duplicate", "degenerate_box", "duplicate_box")
    images = model()
    del images["train"]["train2.png"]
    assert format.read(world) == images


def test_the_area_of_a_coco_box_follows(tmp_path: Path) -> None:
    images = model()
    images["train"]["train0.png"] = (("cat", 20.0, 10.0, SIDE + 8.0, 30.0),)
    world = built(FORMATS[0], tmp_path / "data", images, {})
    applied(world, "plan", "--rule=box_out_of_image", "--unsafe-fixes")
    data = json.loads(world.read("train/_annotations.coco.json"))
    assert data["annotations"][0]["bbox"] == [20, 10, 44, 20]
    assert data["annotations"][0]["area"] == 880


def test_the_only_row_of_an_image_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = model()
    images["train"]["train0.png"] = (("cat", 20.0, 10.0, 20.0, 30.0),)
    [format] = [one for one in FORMATS if one.name == "csv in folders"]
    world = built(format, tmp_path / "data", images, {})
    assert run(world, "plan", "--rule=degenerate_box") == 1
    assert (
        "is the only row of its image, which no row would name then: edit it by hand"
        in capsys.readouterr().out
    )


def test_a_list_with_semicolons_is_not_edited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = model()
    first, second = images["train"]["train3.png"]
    images["train"]["train3.png"] = (first, ("dog", 9.0, 9.0, 9.0, 20.0), second)
    [format] = [one for one in FORMATS if one.name == "csv in folders"]
    world = built(format, tmp_path / "data", images, {})
    file = format.said_in("train", "train3.png")
    world.write(file, world.read(file).replace(",", ";"))
    before = contents(world)
    assert run(world, "plan", "--rule=degenerate_box") == 1
    assert "is separated by ';', not commas: it is not edited" in capsys.readouterr().out
    assert contents(world) == before


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("json lines", b'{"file_name": "train9.png", "obj'),
        ("json lines", b'{"file_name": "train9.png", "a": "\xff"}'),
        ("csv in folders", b'train9.png,48,48,"ca,1,1,30,30'),
        ("csv in folders", b'train9.png,48,48,"ca"t,1,1,30,30'),
    ],
)
def test_a_row_that_cannot_be_read_hinders_no_other(name: str, row: bytes, tmp_path: Path) -> None:
    images = model()
    first, second = images["train"]["train3.png"]
    images["train"]["train3.png"] = (first, ("cat", 20.0, 10.0, SIDE + 8.0, 30.0), second)
    [format] = [one for one in FORMATS if one.name.startswith(name)]
    world = built(format, tmp_path / "data", images, {})
    file = world.root / format.said_in("train", "train3.png")
    header, *lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([header, row + b"\n", *lines]))
    before = file.read_bytes()
    applied(world, "plan", "--rule=box_out_of_image", "--unsafe-fixes")
    old, new = changed(before.decode("latin-1"), file.read_bytes().decode("latin-1"))
    assert row.decode("latin-1") not in old
    assert row in file.read_bytes()
    assert len(new) <= len(old) < 40


def test_a_file_that_cannot_be_edited_is_refused_by_the_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = model()
    images["train"]["train0.png"] = (("cat", 20.0, 10.0, SIDE + 8.0, 30.0), ("dog", 1.0, 1.0, 9.0, 9.0))
    world = built(FORMATS[0], tmp_path / "data", images, {})
    file = "train/_annotations.coco.json"
    begin, _, end = world.read(file).rpartition('"bbox"')
    world.write(file, begin + 'bbox"' + end)
    before = contents(world)
    assert run(world, "plan", "--rule=box_out_of_image", "--unsafe-fixes") == 1
    said = capsys.readouterr().out
    assert f"{file} is not JSON: " in said
    assert "mend that by hand first" in said
    assert "nothing to apply" in said
    assert contents(world) == before


def test_a_file_that_changed_since_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = model()
    images["train"]["train0.png"] = (("cat", 20.0, 10.0, 20.0, 30.0), *images["train"]["train0.png"])
    world: World = built(FORMATS[0], tmp_path / "data", images, {})
    assert run(world, "plan", "--rule=degenerate_box") == 0
    file = "train/_annotations.coco.json"
    data = json.loads(world.read(file))
    data["annotations"].insert(0, data["annotations"].pop())
    world.write(file, json.dumps(data))
    before = contents(world)
    assert run(world, "apply") == 4
    assert contents(world) == before
    assert "the checks do not find that" in capsys.readouterr().err
