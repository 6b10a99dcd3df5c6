"""Images of a dataset that another one has already: pairs between the two, none within either."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import polars as pl

from holdfast.dataset import IMAGES, Dataset
from holdfast.facts.cache import open_cache
from holdfast.facts.levels import Level
from holdfast.facts.scan import Scanner
from holdfast.formats import read_images
from holdfast.names import to_text
from holdfast.pairing.find import find_pairs
from holdfast.pairs import Signals
from holdfast.sources import with_sources

_PLACE = ("unit", "collection", "split")


def with_known_pairs(
    dataset: Dataset, other: Dataset, signals: Signals, scanner: Scanner, cache: Path | None
) -> Dataset:
    """The dataset with the images of the other one, recognised only, and the pairs between the two.

    The other's facts come from its own part of the cache in that folder. Its paths, units and splits are as
    seen from here (`../old/train/a.jpg`); `path` of a pair is always the image of this dataset. What turns
    out not to decode gets its fault. Raises UsageError where the other one holds no image.
    """
    images, sketches = _measured(other, signals, scanner, cache)
    ours = dataset.images
    both = pl.concat([ours, images.select(ours.columns)])
    seen = pl.concat([scanner.sketches, sketches.select(scanner.sketches.columns)])
    beside = replace(scanner, sketches=seen.unique("sha256", maintain_order=True))
    found = find_pairs(replace(dataset, images=both), signals, beside, asked=ours.height)
    theirs = images.select("path")
    pairs = found.pairs.join(theirs, on="path", how="anti", maintain_order="left")
    between = pairs.join(theirs, left_on="other", right_on="path", how="semi", maintain_order="left")
    return replace(
        dataset, images=found.images.head(ours.height), problems=found.problems, known_images=images,
        known_pairs=between,
    )  # fmt: skip


def _measured(
    other: Dataset, signals: Signals, scanner: Scanner, cache: Path | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The images of the other dataset with their facts, as seen from the scanner's root, and its sketches."""
    counted = scanner.counts.images
    read = with_sources(read_images(other))
    with open_cache(other.root, cache) as kept:
        own = Scanner(other.root, kept, scanner.pool, scanner.progress, scanner.counts)
        pending = own.start(read, Level.SKETCH, features=signals.features)
        images = own.finish(read, pending).images
    scanner.counts.images = counted  # the work counts, its images do not
    return _seen_from(scanner.root, other.root, images), own.sketches


def place_of(other: Path, root: Path) -> str:
    """The other root as it is seen from this one: `../old`. Its own path where this one is an archive, or on
    another drive."""
    theirs = os.path.realpath(other)
    if not os.path.isdir(root):
        return to_text(theirs.replace(os.sep, "/"))
    try:
        relative = os.path.relpath(theirs, os.path.realpath(root))
    except ValueError:  # another drive of Windows
        relative = theirs
    return to_text(relative.replace(os.sep, "/"))


def _seen_from(root: Path, other: Path, images: pl.DataFrame) -> pl.DataFrame:
    place = place_of(other, root)
    types = {column.name: column.type for column in IMAGES}
    here = pl.lit(f"{place}/")
    return images.with_columns(
        path=here + pl.col("path"),
        label=here + pl.col("label"),
        **{name: (here + pl.col(name).cast(pl.String)).cast(types[name]) for name in _PLACE},
    )
