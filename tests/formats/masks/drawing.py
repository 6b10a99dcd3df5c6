"""Trees of images and masks, drawn with Pillow and numpy alone, and how a run measures them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from holdfast import Dataset, Problem
from holdfast.config import load_settings
from holdfast.facts.scan import open_scanner
from holdfast.formats import recognise
from holdfast.running import Needs, measured
from tests.trees import Tree, picture, tree

SIZE = (64, 48)
COLOURS = {0: (0, 0, 0), 1: (250, 50, 83), 2: (50, 183, 250)}
"""Of the classes, as `labelmap.txt` and `class_dict.csv` declare them."""


def classes() -> NDArray[np.uint8]:
    """A mask with 0, 450 pixels of 1 and 375 of 2."""
    mask = np.zeros((48, 64), np.uint8)
    mask[5:20, 10:40] = 1
    mask[25:40, 30:55] = 2
    return mask


def coloured(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same in colours."""
    table = np.zeros((256, 3), np.uint8)
    for value, colour in COLOURS.items():
        table[value] = colour
    return table[mask]


def indexed(mask: NDArray[np.uint8]) -> Image.Image:
    """The same as a palette picture, as Pascal VOC has it."""
    image = Image.frombytes("P", (mask.shape[1], mask.shape[0]), mask.tobytes())
    image.putpalette([value for index in range(256) for value in (index, 255 - index, index * 7 % 256)])
    return image


def as_image(mask: NDArray[Any] | Image.Image) -> Image.Image:
    """A mask as Pillow writes it."""
    return mask if isinstance(mask, Image.Image) else Image.fromarray(mask)


class Masks(Tree):
    """A tree whose images and masks are placed one by one."""

    def pair(self, image: str, mask: str, drawn: NDArray[Any] | Image.Image | None = None) -> Masks:
        """An image, another one each time, and its mask."""
        self._seed += 1
        self.draw(image, picture(self._seed, *SIZE))
        return self.draw(mask, as_image(classes() if drawn is None else drawn))


def masks_tree(folder: Path) -> Masks:
    """An empty tree in a new folder `data`."""
    return Masks(tree(folder).root)


def usual_tree(folder: Path, count: int = 4) -> Masks:
    """`train/images/0.jpg` with `train/masks/0.png` and so on, the same for val, and a list of classes."""
    data = masks_tree(folder)
    for split in ("train", "val"):
        for number in range(count):
            data.pair(f"{split}/images/{number}.jpg", f"{split}/masks/{number}.png")
    data.file("classes.txt", "background\ncat\ndog\n")
    return data


def read_measured(data: Tree) -> Dataset:
    """The dataset as a run has it when its masks are measured."""
    recognised = recognise(data.root, load_settings(data.root))
    with open_scanner(data.root, data.root.parent / "cache") as scanner:
        return measured(recognised, Needs(), scanner)


def held(dataset: Dataset) -> dict[str, dict[int, int]]:
    """Values and their pixels by mask."""
    rows = dataset.masks.filter(dataset.masks["fault"].is_null()).select("path", "values", "counts").rows()
    return {path: dict(zip(values, counts, strict=True)) for path, values, counts in rows}


def meant(dataset: Dataset) -> set[tuple[int, str | None]]:
    """Number and name of every class in a mask."""
    return set(dataset.annotations.select("class_id", "class_name").rows())


def problems(dataset: Dataset, kind: Problem) -> list[tuple[str, str]]:
    """Path and message of the problems of a kind."""
    return dataset.problems.filter(kind=kind).select("path", "message").rows()
