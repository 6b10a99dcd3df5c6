"""What Holdfast reads, in the form in which other libraries give it: by image, in pixels."""

from __future__ import annotations

import importlib
import os
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest
from PIL import Image

from holdfast import in_pixels
from holdfast.config import load_settings
from holdfast.dataset import Dataset
from holdfast.formats import read, recognise

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
"""The public datasets, which are not part of the project: beside its folder, where they are at all."""


class Box(NamedTuple):
    """One annotation: class, and edges in pixels (left, upper, right, lower)."""

    kind: str
    edges: tuple[float, float, float, float]


Boxes = dict[str, list[Box]]
"""By the image's path, those without any left out."""


def library(name: str) -> Any:
    """Another library; the tests are skipped where it is not, unless HOLDFAST_PEERS is `required` (in CI)."""
    if os.environ.get("HOLDFAST_PEERS") == "required":
        return importlib.import_module(name)
    return pytest.importorskip(name)


def shared(name: str) -> Path:
    """A public dataset; the test is skipped where it is not."""
    if not (SHARED / name).is_dir():
        pytest.skip(f"no {name} beside the project's folder")
    return SHARED / name


def dataset_of(root: Path) -> Dataset:
    """The dataset of a folder, its images with their sizes as Pillow gives them."""
    dataset = read(recognise(root, load_settings(root)))
    paths = dataset.images["path"].to_list()
    sizes = [Image.open(root / path).size for path in paths]
    table = pl.DataFrame(sizes, schema={"width": pl.Int32, "height": pl.Int32}, orient="row")
    images = dataset.images.drop("width", "height", strict=False).hstack(table)
    assert dataset.annotations.height > 0
    return Dataset(root, dataset.format, dataset.splits, images=images, annotations=dataset.annotations)


def boxes_of(dataset: Dataset, folder: str = "") -> Boxes:
    """The annotations of the images below a folder."""
    found: Boxes = defaultdict(list)
    wanted = dataset.annotations.filter(pl.col("image").str.starts_with(folder))
    for row in in_pixels(wanted, dataset.images).iter_rows(named=True):
        edges = row["left"], row["upper"], row["right"], row["lower"]
        found[row["image"]].append(Box(str(row["class_name"] or row["class_id"]), edges))
    return dict(found)


def assert_same(ours: Boxes, theirs: Boxes, within: float = 0.01) -> None:
    """Fails at the first image with another number of annotations, other classes or edges apart."""
    assert ours.keys() == theirs.keys()
    for path, mine in ours.items():
        assert [box.kind for box in mine] == [box.kind for box in theirs[path]], path
        for own, other in zip(mine, theirs[path], strict=True):
            assert own.edges == pytest.approx(other.edges, abs=within), (path, own, other)
