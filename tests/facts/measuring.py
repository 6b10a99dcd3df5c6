"""Measuring the images of a tree as a run measures them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from holdfast.dataset import FACTS
from holdfast.facts.levels import level_for
from holdfast.facts.scan import open_scanner
from tests.formats.reading import read_tree
from tests.trees import Tree

EVERYTHING = tuple(column.name for column in FACTS)


def facts(data: Tree, *needs: str) -> dict[str, dict[str, Any]]:
    """The facts of each image by its bare name, from an empty cache beside the data."""
    read = read_tree(data.root)
    with open_scanner(data.root, data.root.parent / "cache") as scanner:
        dataset = scanner.measure(read, level_for(needs or EVERYTHING))
    return {Path(row["path"]).name: row for row in dataset.images.iter_rows(named=True)}


def modes(drawn: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """One picture in many of Pillow's modes, with a name whose suffix can hold each."""
    grey = np.asarray(drawn.convert("L"))
    alpha = Image.fromarray(grey).point(lambda value: 255 - value // 2)
    yield "rgb.png", drawn
    yield "l.png", drawn.convert("L")
    yield "rgba.png", Image.merge("RGBA", (*drawn.split(), alpha))
    yield "p.png", drawn.quantize(17)
    yield "one.png", drawn.convert("1")
    yield "la.png", Image.merge("LA", (drawn.convert("L"), alpha))
    yield "cmyk.jpg", drawn.convert("CMYK")
    yield "deep.png", Image.fromarray(grey.astype(np.uint16) * 257)
    yield "deep.tif", Image.fromarray(grey.astype(np.uint16) * 100)
    yield "float.tif", Image.fromarray(grey.astype(np.float32))
    yield "rgb.jpg", drawn
    yield "p.gif", drawn.quantize(31)
    yield "odd.webp", drawn
