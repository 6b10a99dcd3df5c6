"""An image gets the suffix of its format."""

from __future__ import annotations

import pytest

from tests.repair.tools import BOX, TRAIN, Data, refused, repaired


def test_wrong_extension_renames_the_image_only(data: Data) -> None:
    image = data.image("train/images/wall.PNG", format="JPEG")
    data.label("train/labels/wall.txt", BOX)
    data.found("wrong_extension", image)
    assert repaired(data) == {image}
    assert {"train/images/wall.jpg", "train/labels/wall.txt"} <= data.files()


def test_wrong_extension_refuses_a_name_that_differs_in_case_only(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    data.found("wrong_extension", data.image("train/images/wall.png", format="JPEG"))
    data.image("train/images/WALL.JPG", format="JPEG")
    refused(data, capsys, "is taken")


def test_wrong_extension_of_a_listed_image_changes_the_list(data: Data) -> None:
    image = data.image("train/images/wall.png", format="JPEG")
    data.label("train.txt", f"./{image}\r\n  ./{TRAIN}")
    data.label("data.yaml", "train: train.txt\nval: valid/images\nnames: [hold]\n")
    data.found("wrong_extension", image)
    assert repaired(data) == {image}
    assert data.text("train.txt") == f"./train/images/wall.jpg\r\n  ./{TRAIN}"
