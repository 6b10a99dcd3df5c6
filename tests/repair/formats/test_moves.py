"""Images that go, or go to another split, in every format: with all that is said of them, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.repair.commands.cli import main
from tests.repair.formats.worlds import FORMATS, Format, Model, World, model, only_classes

BY_NAME = pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)


@pytest.fixture(autouse=True)
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports go beside the data."""
    (tmp_path / "work").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "work")


def built(format: Format, root: Path, images: Model, pictures: dict[str, int]) -> World:
    """The dataset, read as what it is."""
    world = format.build(root, images, pictures)
    assert format.read(world) == (images if format.boxes else only_classes(images))
    return world


def contents(world: World) -> dict[str, bytes]:
    """All files outside of repair's own folder."""
    files = (path for path in world.root.rglob("*") if path.is_file())
    names = {path.relative_to(world.root).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in names.items() if not name.startswith(".holdfast/")}


def run(world: World, *arguments: str) -> int:
    """A command on that data."""
    return main([arguments[0], f"--data={world.root}", *arguments[1:]])


def applied(world: World, *arguments: str) -> None:
    """Plan, apply, undo to the byte, and apply again."""
    before = contents(world)
    assert run(world, *arguments) == 0
    assert contents(world) == before
    assert run(world, "apply") == 0
    after = contents(world)
    assert after != before
    assert run(world, "undo") == 0
    assert contents(world) == before
    assert run(world, "apply") == 0
    assert contents(world) == after


def expected(format: Format, images: Model) -> Model:
    """What is to be read back, in any order of images."""
    return images if format.boxes else only_classes(images)


@BY_NAME
def test_a_leak_moves_to_the_other_split(format: Format, tmp_path: Path) -> None:
    if format.name in ("voc with image sets", "csv beside", "coco, one folder of images"):
        pytest.skip("lists say whose an image is: resplit changes them")
    images = model()
    images["train"]["train1.png"] = images["val"]["val1.png"]
    world = built(format, tmp_path / "data", images, {"train/train1.png": 7, "val/val1.png": 7})
    applied(world, "plan", "--rule=split_leakage", "--on-leak=move", "--unsafe-fixes")
    images["val"]["train1.png"] = images["train"].pop("train1.png")
    assert format.read(world) == expected(format, images)


@BY_NAME
def test_a_leaked_copy_goes(format: Format, tmp_path: Path) -> None:
    images = model()
    images["train"]["train1.png"] = images["val"]["val1.png"]
    world = built(format, tmp_path / "data", images, {"train/train1.png": 7, "val/val1.png": 7})
    applied(world, "plan", "--rule=split_leakage", "--unsafe-fixes")
    del images["train"]["train1.png"]
    assert format.read(world) == expected(format, images)


@BY_NAME
def test_a_copy_goes_by_default(format: Format, tmp_path: Path) -> None:
    images = model()
    images["train"]["train2.png"] = images["train"]["train0.png"]
    world = built(format, tmp_path / "data", images, {"train/train0.png": 7, "train/train2.png": 7})
    applied(world, "plan", "--rule=exact_duplicate")
    del images["train"]["train2.png"]
    assert format.read(world) == expected(format, images)


@BY_NAME
def test_a_copy_with_other_annotations_stays(
    format: Format, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = model()
    world = built(format, tmp_path / "data", images, {"train/train0.png": 7, "train/train3.png": 7})
    before = contents(world)
    assert run(world, "plan", "--rule=exact_duplicate", "--unsafe-fixes", "--on-conflict=union") == 0
    assert "left to a person" in capsys.readouterr().out
    assert contents(world) == before


@BY_NAME
def test_relatives_are_dealt_out_again(format: Format, tmp_path: Path) -> None:
    images = model()
    for number in range(2):
        images["train"][f"train{number}.png"] = images["val"][f"val{number}.png"]
    pictures = {f"{split}/{split}{number}.png": number for split in ("train", "val") for number in range(2)}
    world = built(format, tmp_path / "data", images, pictures)
    applied(world, "resplit", "--max-change=1")
    found = format.read(world)
    everything = {name: boxes for names in expected(format, images).values() for name, boxes in names.items()}
    assert {name: boxes for names in found.values() for name, boxes in names.items()} == everything
    for number in range(2):
        names = {f"train{number}.png", f"val{number}.png"}
        assert sum(bool(names & held.keys()) for held in found.values()) == 1
    assert run(world, "resplit", "--max-change=1") == 0


@pytest.mark.parametrize("command", ["plan", "resplit"])
def test_a_file_that_lacks_the_category_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Before anything is changed, and of a plan only what it concerns."""
    images = model()
    images["train"]["train1.png"] = images["val"]["val1.png"]
    images["test"]["test4.png"] = images["test"]["test1.png"]
    pictures = {"train/train1.png": 7, "val/val1.png": 7, "test/test4.png": 8, "test/test1.png": 8}
    world = built(FORMATS[0], tmp_path / "data", images, pictures)
    for folder in ("train", "valid"):
        file = f"{folder}/_annotations.coco.json"
        world.write(file, world.read(file).replace('"dog"', f'"dog of {folder}"'))
    before = contents(world)
    options = {
        "plan": ("--on-leak=move", "--unsafe-fixes"),
        "resplit": ("--max-change=1", "--freeze", "test"),
    }
    assert run(world, command, *options[command]) == 1
    said = "".join(capsys.readouterr())
    assert "_annotations.coco.json: has no category dog of" in said
    assert contents(world) == before
    if command == "plan":
        assert run(world, "apply") == 0
        assert contents(world).keys() == before.keys() - {"test/test4.png"}
