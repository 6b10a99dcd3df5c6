"""An entry about an image that is nowhere goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repair.formats.test_moves import applied, beside, built, contents, run  # noqa: F401
from tests.repair.formats.worlds import FORMATS, Format, model

SHARED = [
    one for one in FORMATS if one.name in ("coco in folders", "csv in folders", "coco, one folder of images")
]


@pytest.mark.parametrize("format", SHARED, ids=lambda one: one.name)
def test_what_is_said_of_a_missing_image_goes(format: Format, tmp_path: Path) -> None:
    images = model()
    world = built(format, tmp_path / "data", images, {})
    (world.root / format.path("train", "train3.png")).unlink()
    applied(world, "plan", "--rule=dangling_reference", "--unsafe-fixes")
    del images["train"]["train3.png"]
    assert format.read(world) == images


def test_an_image_set_loses_the_line(tmp_path: Path) -> None:
    [format] = [one for one in FORMATS if one.name == "voc with image sets"]
    world = built(format, tmp_path / "data", model(), {})
    sets = {name: world.read(f"ImageSets/Main/{name}.txt") for name in ("train", "trainval")}
    for name, text in sets.items():
        world.write(f"ImageSets/Main/{name}.txt", f"gone\n{text}")
    applied(world, "plan", "--rule=dangling_reference", "--unsafe-fixes")
    assert {name: world.read(f"ImageSets/Main/{name}.txt") for name in sets} == sets


def test_an_image_that_lies_elsewhere_is_for_a_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [format] = [one for one in FORMATS if one.name == "voc with image sets"]
    world = built(format, tmp_path / "data", model(), {})
    world.write("ImageSets/Main/train.txt", "gone\n" + world.read("ImageSets/Main/train.txt"))
    world.write("old/gone.png", "a picture")
    assert run(world, "plan", "--rule=dangling_reference", "--unsafe-fixes") == 0
    assert "names gone, and there is old/gone.png: name it as it is" in capsys.readouterr().out


def test_by_default_it_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = built(SHARED[0], tmp_path / "data", model(), {})
    (world.root / "train/train3.png").unlink()
    before = contents(world)
    assert run(world, "plan", "--rule=dangling_reference") == 0
    assert "needs --unsafe-fixes: 1" in capsys.readouterr().out
    assert contents(world) == before
