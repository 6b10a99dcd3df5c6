"""A picture that a tag turns is stored as its boxes see it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.repair.formats.test_moves import applied, beside, built, contents, run  # noqa: F401
from tests.repair.formats.worlds import FORMATS, World, model
from tests.repair.tools import BOX, TRAIN, Data, refused, repaired

COCO = FORMATS[0]
ORIENTATION = 0x0112


def turned(orientation: int, size: tuple[int, int] = (96, 32), kind: str = "PNG") -> bytes:
    """A picture of this stored size with that tag, a note beside it."""
    pixels = np.random.default_rng(orientation).integers(0, 255, (8, 24, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010E] = "a note"
    stream = io.BytesIO()
    Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC).save(stream, kind, exif=exif)
    return stream.getvalue()


def world_with(root: Path, picture: bytes, box: tuple[float, float, float, float]) -> World:
    """A COCO dataset whose first image is that one, and no size declared."""
    images = model()
    images["train"]["train0.png"] = (("cat", *box),)
    world = built(COCO, root, images, {})
    file = "train/_annotations.coco.json"
    world.write(
        file, world.read(file).replace('"width": 64', '"w": 64', 1).replace('"height": 64', '"h": 64', 1)
    )
    world.path("train/train0.png").write_bytes(picture)
    return world


def opened(world: World) -> Image.Image:
    picture = Image.open(world.root / "train/train0.png")
    assert picture.getexif().get(ORIENTATION, 1) == 1
    assert picture.getexif()[0x010E] == "a note"
    return picture


def levels(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.asarray(picture).astype(np.int64)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_boxes_of_the_displayed_picture_turn_its_pixels(tmp_path: Path, orientation: int) -> None:
    picture = turned(orientation)
    world = world_with(tmp_path / "data", picture, (4.0, 40.0, 20.0, 90.0))
    others = contents(world)
    applied(world, "plan", "--rule=rotated_exif", "--unsafe-fixes")
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(picture)))
    assert np.array_equal(levels(opened(world)), levels(shown))
    assert {name for name, data in contents(world).items() if others[name] != data} == {"train/train0.png"}


@pytest.mark.parametrize("orientation", [5, 8])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_boxes_of_the_stored_picture_change_its_tag_only(tmp_path: Path, orientation: int, kind: str) -> None:
    picture = turned(orientation, kind=kind)
    world = world_with(tmp_path / "data", picture, (40.0, 4.0, 90.0, 20.0))
    applied(world, "plan", "--rule=rotated_exif", "--unsafe-fixes")
    assert np.array_equal(levels(opened(world)), levels(Image.open(io.BytesIO(picture))))
    after = (world.root / "train/train0.png").read_bytes()
    assert len(after) == len(picture)
    assert sum(one != other for one, other in zip(after, picture, strict=True)) <= 1 + 4 * (kind == "PNG")


def test_a_jpeg_is_turned_in_its_coefficients(data: Data) -> None:
    pytest.importorskip("jpeglib")
    path, picture = "train/images/wall.jpg", turned(6, (96, 64), "JPEG")
    data.path(path).write_bytes(picture)
    data.label("train/labels/wall.txt", BOX)
    data.found("rotated_exif", path)
    assert repaired(data, "--unsafe-fixes") == set()
    after = Image.open(data.path(path))
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(picture)))
    assert (after.size, after.getexif()[ORIENTATION], after.getexif()[0x010E]) == (shown.size, 1, "a note")
    assert np.abs(levels(after) - levels(shown)).max() <= 4


def test_fractions_are_taken_for_no_more_than_they_tell(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    data.path(TRAIN).write_bytes(turned(6, kind="PNG"))
    data.found("rotated_exif", TRAIN)
    assert data.plan("--unsafe-fixes") == 0
    assert (
        "its labels are taken as drawn on it as displayed: its pixels are turned" in capsys.readouterr().out
    )


def test_a_jpeg_with_cut_blocks_is_for_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("jpeglib")
    path = "train/images/wall.jpg"
    data.path(path).write_bytes(turned(6, (96, 33), "JPEG"))
    data.label("train/labels/wall.txt", BOX)
    data.found("rotated_exif", path)
    refused(
        data,
        capsys,
        "has a side of 33 px, no multiple of 16: turning it would encode it anew",
        "--unsafe-fixes",
    )


@pytest.mark.parametrize("kind", ["WEBP", "TIFF"])
def test_other_formats_are_for_a_person(data: Data, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    path = f"train/images/wall.{kind.lower()}"
    data.path(path).write_bytes(turned(6, kind=kind))
    data.label("train/labels/wall.txt", BOX)
    data.found("rotated_exif", path)
    refused(data, capsys, "is neither JPEG nor PNG", "--unsafe-fixes")


def test_where_nothing_tells_it_is_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = world_with(tmp_path / "data", turned(6), (4.0, 4.0, 20.0, 20.0))
    assert run(world, "plan", "--rule=rotated_exif", "--unsafe-fixes") == 0
    assert "nothing tells in which frame its boxes are drawn" in capsys.readouterr().out
