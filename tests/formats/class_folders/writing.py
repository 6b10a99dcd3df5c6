"""A tree of class folders, as `torchvision.datasets.ImageFolder` reads it."""

from __future__ import annotations

from pathlib import Path

from tests.trees import Tree, picture, tree

CLASSES = ("cat", "dog", "owl")
SPLITS = ("train", "val", "test")


def sound(folder: Path) -> Tree:
    """36 images: four of each class in each split."""
    built = tree(folder)
    for path in paths():
        built.draw(path, picture(len(built.state()), 64, 48))
    return built


def paths() -> list[str]:
    """All images, in path order."""
    made = (f"{split}/{name}/{number}.jpg" for split in SPLITS for name in CLASSES for number in range(4))
    return sorted(made)


FAULTS = {
    ("config", "val/cow", "class cow has no image here; torchvision's ImageFolder refuses it"),
    ("config", "val/notes", "class notes has no image here; torchvision's ImageFolder refuses it"),
    ("unreferenced", "train/loose.jpg", "in no folder of a class: train is read without it"),
    ("unreferenced", "other/stray.jpg", "no split refers to it (in other: 1 images unreferenced)"),
    ("not read", "test/cat/link.jpg", "not read: a symbolic link, not followed"),
    ("not read", "test/yak", "not read: a symbolic link, not followed"),
}
"""What is wrong with the broken twin: kind, path and message of each problem."""


def broken(folder: Path) -> Tree:
    """The sound tree with every fault, each once."""
    built = sound(folder)
    built.path("val/cow/x").parent.joinpath("y").mkdir()
    built.file("val/notes/readme.txt", "x")
    built.draw("train/loose.jpg", picture(901)).draw("other/stray.jpg", picture(902))
    (built.root / "test/cat/link.jpg").symlink_to("0.jpg")
    (built.root / "test/yak").symlink_to("cat")
    return built
