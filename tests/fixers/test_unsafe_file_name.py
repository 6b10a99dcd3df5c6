"""An image gets a name that every system can hold, and all that names it follows."""

from __future__ import annotations

import pytest

from tests.repair.tools import BOX, Data, refused, repaired


@pytest.mark.parametrize(
    ("name", "portable"),
    [
        ("a:b", "a_b"),
        ("con", "con_"),
        ("aux.1", "aux_.1"),
        ("-rf", "_-rf"),
        ("a\\b", "a_b"),
        ("x?<1>", "x__1_"),
    ],
)
def test_a_name_becomes_portable_and_its_label_follows(data: Data, name: str, portable: str) -> None:
    image = data.image(f"train/images/{name}.png")
    label = data.label(f"train/labels/{name}.txt", BOX)
    data.found("unsafe_file_name", image, kind="unportable")
    assert repaired(data) == {image, label}
    assert {f"train/images/{portable}.png", f"train/labels/{portable}.txt"} <= data.files()


def test_of_two_names_that_clash_one_gets_a_number(data: Data) -> None:
    for name in ("Wall", "wall"):
        data.image(f"train/images/{name}.png")
        data.label(f"train/labels/{name}.txt", BOX)
    data.found("unsafe_file_name", "train/images/Wall.png", "train/images/wall.png", kind="clash")
    assert repaired(data) == {"train/images/wall.png", "train/labels/wall.txt"}
    assert {"train/images/wall_2.png", "train/labels/wall_2.txt"} <= data.files()


def test_what_is_no_image_is_for_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.found("unsafe_file_name", data.label("train/labels/a:b.txt", BOX), kind="unportable")
    refused(data, capsys, "is no image: rename it by hand")


def test_a_long_name_is_for_a_person(data: Data, capsys: pytest.CaptureFixture[str]) -> None:
    data.found("unsafe_file_name", data.image(f"train/images/{'x' * 240}.png"), kind="unportable")
    refused(data, capsys, "shorten it by hand")
