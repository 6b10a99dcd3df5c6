"""YOLO trees of 40 images for a task, written as plain text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.trees import picture

COUNT = 40
Lines = Callable[[int], list[str]]


def place(number: int) -> tuple[str, str]:
    """The folder of an image's split and its stem: 24 train, 8 valid, 8 test."""
    split = "train" if number < 24 else "valid" if number < 32 else "test"
    return split, f"{number:03}"


def label(number: int) -> str:
    """The label file of an image."""
    split, stem = place(number)
    return f"{split}/labels/{stem}.txt"


def write(root: Path, lines: Lines, config: str) -> None:
    """The images, a label each, and data.yaml with two classes and what `config` adds."""
    for number in range(COUNT):
        split, stem = place(number)
        for kind in ("images", "labels"):
            (root / split / kind).mkdir(parents=True, exist_ok=True)
        picture(700 + number).save(root / split / "images" / f"{stem}.jpg")
        put(root, number, lines(number))
    places = "train: ../train/images\nval: ../valid/images\ntest: ../test/images\n\n"
    (root / "data.yaml").write_text(f"{places}nc: 2\nnames: ['cat', 'dog']\n{config}")


def put(root: Path, number: int, lines: list[str]) -> None:
    """The label of an image."""
    (root / label(number)).write_text("".join(f"{line}\n" for line in lines))
