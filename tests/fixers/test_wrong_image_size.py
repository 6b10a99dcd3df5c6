"""The annotation file says the size that the image has."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repair.formats.test_moves import applied, beside, built, contents, run  # noqa: F401
from tests.repair.formats.worlds import FORMATS, SIDE, Format, model

SIZED = [one for one in FORMATS if one.name in ("coco in folders", "voc in folders", "csv in folders")]
WRONG = {
    "coco": ('"width": 64', '"width": 96'),
    "voc": ("<width>64", "<width>96"),
    "csv_list": (",64,64,", ",96,64,"),
}


@pytest.mark.parametrize("format", SIZED, ids=lambda one: one.name)
def test_a_size_is_corrected_and_nothing_else_changes(format: Format, tmp_path: Path) -> None:
    world = built(format, tmp_path / "data", model(), {})
    file = format.said_in("train", "train0.png")
    sound, (right, wrong) = world.read(file), WRONG[format.reader]
    world.write(file, sound.replace(right, wrong, 1))
    applied(world, "plan", "--rule=wrong_image_size", "--unsafe-fixes")
    assert world.read(file) == sound


def test_with_boxes_it_is_unsafe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = built(SIZED[0], tmp_path / "data", model(), {})
    file = "train/_annotations.coco.json"
    world.write(file, world.read(file).replace('"width": 64', '"width": 96', 1))
    assert run(world, "plan", "--rule=wrong_image_size") == 0
    assert "needs --unsafe-fixes: 1" in capsys.readouterr().out


def test_a_box_that_does_not_fit_is_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = model()
    images["train"]["train0.png"] = (("cat", 20.0, 10.0, SIDE + 20.0, 30.0),)
    world = built(SIZED[0], tmp_path / "data", images, {})
    file = "train/_annotations.coco.json"
    world.write(file, world.read(file).replace('"width": 64', '"width": 96', 1))
    assert run(world, "plan", "--rule=wrong_image_size", "--unsafe-fixes") == 0
    assert "1 of 1 boxes do not fit into it" in capsys.readouterr().out
