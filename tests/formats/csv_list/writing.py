"""A tree of CSV lists as Roboflow exports it: `_annotations.csv` beside the images of each split."""

from __future__ import annotations

from pathlib import Path

from tests.trees import Tree, picture, tree

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax"
SPLITS = ("train", "valid", "test")


def names(split: str) -> list[str]:
    """The images of a split."""
    return [f"{split}-{number}.jpg" for number in range(12)]


def rows(split: str) -> list[str]:
    """The rows of a split: two boxes an image, the last image is background."""
    found = [HEADER]
    for number, name in enumerate(names(split)[:-1]):
        found.append(f"{name},64,48,hold,{number},2,{number + 10},12.5")
        found.append(f"{name},64,48,volume,20,20,{30 + number},40")
    return [*found, f"{names(split)[-1]},64,48,,,,,"]


def sound(folder: Path) -> Tree:
    """36 images and what is on them."""
    built = tree(folder)
    for number, split in enumerate(SPLITS):
        for index, name in enumerate(names(split)):
            built.draw(f"{split}/{name}", picture(100 * number + index, 64, 48))
        built.file(f"{split}/_annotations.csv", "\n".join(rows(split)) + "\n")
    return built


FAULTS = {
    "train-0.jpg,64,48,hold,1,2,3": ("malformed", "7 fields instead of 8"),
    "train-0.jpg,64,48,hold,1,2,3,4,5": ("malformed", "9 fields instead of 8"),
    "train-0.jpg,64,48,hold,1,two,3,4": ("malformed", "'two' is not a number"),
    "train-0.jpg,64,48,hold,1,2,,4": ("malformed", "'' is not a number"),
    "train-0.jpg,64,48,hold,nan,2,3,4": ("malformed", "'nan' is not finite"),
    "train-0.jpg,64,48,hold,-inf,2,3,4": ("malformed", "'-inf' is not finite"),
    "train-0.jpg,64,48,hold,1e999,2,3,4": ("malformed", "1e999 is too large"),
    "train-0.jpg,64,48,hold,1_0,2,3,4": ("malformed", "'1_0' is not a number"),
    "train-0.jpg,64,48,,1,2,3,4": ("malformed", "names no class"),
    "train-0.jpg,64,4.5,hold,1,2,3,4": ("malformed", "'4.5' is not a whole number of pixels"),
    "train-0.jpg,640,480,hold,1,2,3,4": (
        "malformed", "says 640 x 480 px, train/_annotations.csv:2 64 x 48",
    ),
    ",64,48,hold,1,2,3,4": ("malformed", "names no image"),
    "train-0.jpg,64,48,ho\0ld,1,2,3,4": ("malformed", "a NUL byte in the row"),
    'train-0.jpg,64,48,"hold"s,1,2,3,4': ("malformed", "',' expected after '\"'"),
    "train-0.jpg,64,48,ho\rld,1,2,3,4": (
        "malformed", "a carriage return inside the line (line ends of old Macs)",
    ),
    "gone.jpg,64,48,hold,1,2,3,4": ("dangling reference", "names an image that does not exist: gone.jpg"),
    "../../x.jpg,64,48,hold,1,2,3,4": (
        "dangling reference", "names an image that leads outside the dataset: ../../x.jpg",
    ),
    "/etc/x.jpg,64,48,hold,1,2,3,4": (
        "dangling reference", "names an image that leads outside the dataset: /etc/x.jpg",
    ),
    "C:\\x.jpg,64,48,hold,1,2,3,4": (
        "dangling reference", "names an image that does not exist: C:\\x.jpg",
    ),
    "notes.txt,64,48,hold,1,2,3,4": ("dangling reference", "names an image that is no image: notes.txt"),
    "link.jpg,64,48,hold,1,2,3,4": (
        "dangling reference", "names an image that is not read: a symbolic link, not followed: link.jpg",
    ),
    'train-0.jpg,64,48,"hold,1,2,3,4': ("malformed", "a quote is opened here and not closed"),
}  # fmt: skip
"""Rows of the train list, each with the one fault that it is."""


def broken(folder: Path) -> Tree:
    """The sound tree with every fault, each once."""
    built = sound(folder)
    built.file("train/notes.txt", "x").draw("train/unlisted.jpg", picture(901, 64, 48))
    built.draw("elsewhere/stray.jpg", picture(902, 64, 48))
    (built.root / "train/link.jpg").symlink_to("train-0.jpg")
    *others, last = FAULTS
    again = "gone.jpg,64,48,hold,5,6,7,8"
    lines = [*rows("train"), *others, again, "../valid/valid-0.jpg,64,48,hold,9,9,12,12", last]
    return built.file("train/_annotations.csv", "\n".join(lines) + "\n")
