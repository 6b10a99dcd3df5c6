"""What the values in masks mean, whatever they are stored as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.formats.masks.drawing import (
    Masks,
    classes,
    coloured,
    held,
    indexed,
    masks_tree,
    meant,
    read_measured,
    usual_tree,
)

COUNTS = {0: 64 * 48 - 450 - 375, 1: 450, 2: 375}
PACKED = {0x000000: COUNTS[0], 0xFA3253: 450, 0x32B7FA: 375}


def one(folder: Path, drawn: NDArray[Any] | Image.Image, suffix: str = ".png") -> Masks:
    """A tree of one image with this mask."""
    return masks_tree(folder).pair("images/a.jpg", f"masks/a{suffix}", drawn)


@pytest.mark.parametrize(
    ("drawn", "suffix", "mode", "counts"),
    [
        (classes(), ".png", "L", COUNTS),
        (classes(), ".bmp", "L", COUNTS),
        (indexed(classes()), ".png", "P", COUNTS),
        (indexed(classes()), ".tif", "P", COUNTS),
        (classes().astype(np.uint16) * 1000, ".png", "I;16", {0: COUNTS[0], 1000: 450, 2000: 375}),
        (classes().astype(np.int32) * 70_000, ".tif", "I", {0: COUNTS[0], 70_000: 450, 140_000: 375}),
        (coloured(classes()), ".png", "RGB", PACKED),
        (Image.fromarray(coloured(classes())).convert("RGBA"), ".png", "RGBA", PACKED),
        (Image.fromarray(classes()).convert("LA"), ".png", "LA", COUNTS),
        (Image.fromarray((classes() > 0).astype(np.uint8) * 255).convert("1"), ".png", "1",
         {0: COUNTS[0], 1: 825}),
    ],
)  # fmt: skip
def test_values_are_counted(
    tmp_path: Path, drawn: NDArray[Any] | Image.Image, suffix: str, mode: str, counts: dict[int, int]
) -> None:
    dataset = read_measured(one(tmp_path, drawn, suffix))
    assert held(dataset) == {f"masks/a{suffix}": counts}
    assert dataset.masks.select("mode", "width", "height").row(0) == (mode, 64, 48)


def test_each_class_of_a_mask_is_an_annotation(tmp_path: Path) -> None:
    rows = read_measured(usual_tree(tmp_path, 1)).annotations.filter(split="train").to_dicts()
    assert [(row["label"], row["entry"], row["class_id"], row["class_name"]) for row in rows] == [
        ("train/masks/0.png", 1, 1, "cat"),
        ("train/masks/0.png", 2, 2, "dog"),
    ]
    assert {(row["kind"], row["image"], row["x_min"], tuple(row["values"])) for row in rows} == {
        ("mask", "train/images/0.jpg", None, ())
    }


def with_values(folder: Path, *values: int) -> Masks:
    """A tree whose one mask has these values beside 0."""
    mask = np.zeros((48, 64), np.uint8)
    for place, value in enumerate(values):
        mask[place * 4 : place * 4 + 4] = value
    return one(folder, mask)


@pytest.mark.parametrize(
    ("values", "names", "expected"),
    [
        ((1, 255), None, {(1, None)}),  # 255 beside numbers is not labelled
        ((255,), None, {(255, None)}),  # alone it is the object
        ((1, 2), "_background_\ncat\ndog", {(1, "cat"), (2, "dog")}),
        ((1, 2), "cat\ndog", {(1, "cat"), (2, "dog")}),  # the list leaves the background out
        ((1,), "cat\ndog", {(0, "cat"), (1, "dog")}),  # it does not: nothing is beyond its end
        ((1, 255), "sky\nroad", {(0, "sky"), (1, "road")}),
        ((3,), "background\ncat\ndog", {(3, None)}),
    ],
)
def test_numbers_and_names(
    tmp_path: Path, values: tuple[int, ...], names: str | None, expected: set[tuple[int, str | None]]
) -> None:
    data = with_values(tmp_path, *values)
    if names:
        data.file("classes.txt", names)
    assert meant(read_measured(data)) == expected


MAPS = {
    "labelmap.txt": "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:250,50,83::\ndog:50,183,250::",
    "class_dict.csv": "name,r,g,b\nvoid,0,0,0\ncat,250,50,83\ndog,50,183,250",
    "label_colors.txt": "0 0 0\tVoid\n250 50 83\tcat\n50 183 250\tdog",
    "classes.txt": "0 0 0 background\n250 50 83 cat\n50 183 250 dog",
}


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("drawn", [coloured(classes()), classes(), indexed(classes())])
def test_colours_and_numbers_of_one_list(
    tmp_path: Path, name: str, drawn: NDArray[Any] | Image.Image
) -> None:
    dataset = read_measured(one(tmp_path, drawn).file(name, MAPS[name]))
    assert meant(dataset) == {(1, "cat"), (2, "dog")}
    assert dataset.names_of("") == {1: "cat", 2: "dog"}


def test_numbers_of_a_roboflow_list_are_those_written(tmp_path: Path) -> None:
    data = one(tmp_path, classes()).file(
        "_classes.csv", "Pixel Value, Class\n2, dog\n1, cat\n0, background\n"
    )
    dataset = read_measured(data)
    assert meant(dataset) == {(1, "cat"), (2, "dog")}
    assert dataset.classes.select("class_id", "class_name", "line").rows() == [(2, "dog", 2), (1, "cat", 3)]


def test_grey_numbers_that_are_stored_as_colours(tmp_path: Path) -> None:
    drawn = np.repeat(classes()[:, :, None], 3, axis=2)
    data = one(tmp_path, drawn).file("classes.txt", "background\ncat\ndog\n")
    assert meant(read_measured(data)) == {(1, "cat"), (2, "dog")}


def test_a_colour_that_no_list_names_keeps_its_value(tmp_path: Path) -> None:
    data = one(tmp_path, coloured(classes())).file("labelmap.txt", "background:0,0,0::\ncat:250,50,83::\n")
    assert meant(read_measured(data)) == {(1, "cat"), (0x32B7FA, None)}


def test_splits_may_have_lists_of_their_own(tmp_path: Path) -> None:
    data = usual_tree(tmp_path, 1)
    (data.root / "classes.txt").unlink()
    data.file("train/masks/classes.txt", "background\ncat\ndog").file(
        "val/classes.txt", "background\ndog\ncat"
    )
    rows = read_measured(data).annotations.select("unit", "class_id", "class_name").rows()
    assert rows == [("train", 1, "cat"), ("train", 2, "dog"), ("val", 1, "dog"), ("val", 2, "cat")]


def test_a_mask_turned_by_exif_counts_as_displayed(tmp_path: Path) -> None:
    data = one(tmp_path, classes())
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(classes()).save(data.root / "masks/a.png", exif=exif)
    assert read_measured(data).masks.select("width", "height").row(0) == (48, 64)
