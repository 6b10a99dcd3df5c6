"""The tables that every check reads, and the dataset that holds them.

This is the one place where columns are documented. Paths are POSIX, relative to the root of the
dataset and in the text form of `holdfast.names` (bytes that are not UTF-8 stay reversible).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from holdfast.formats.tree import Tree


class Column(NamedTuple):
    """One documented column of a table."""

    name: str
    type: pl.DataType
    meaning: str


_SHARED = pl.Categorical()
"""Text that many rows share, 4 bytes a row: compares and shows as text, joins with its own type only."""

PLACE = (
    Column("unit", _SHARED, "the split of its collection, as in `boulder/train` or `train`"),
    Column("collection", _SHARED, "folder above the split, '' where there is none"),
    Column("split", _SHARED, "train, val or test"),
)

IMAGES = (
    Column("path", pl.String(), "the image file"),
    *PLACE,
    Column("label", pl.String(), "where its label file is, or belongs"),
    Column("has_label", pl.Boolean(), "whether that label file exists"),
    Column("source", pl.String(), "name of the picture it was exported from (`<source>.rf.<hash>`)"),
    Column("listed", pl.Boolean(), "named by a .txt list rather than found in a folder"),
)
"""One row an image of a split, in path order. A scan adds the columns of FACTS."""

FACTS = (
    Column("sha256", pl.String(), "digest of the file's bytes, hexadecimal; null: not readable"),
    Column("size", pl.Int64(), "bytes"),
    Column("fault", pl.String(), "why it cannot be decoded (a `Fault`), null: it can"),
    Column("detail", pl.String(), "what the decoder said, or what the file is instead"),
    Column("format", pl.String(), "Pillow's name of the file format, as in JPEG"),
    Column("width", pl.Int32(), "pixels, as displayed (EXIF orientation applied)"),
    Column("height", pl.Int32(), "pixels, as displayed"),
    Column("phash", pl.UInt64(), "imagehash.phash of the displayed picture, first bit highest"),
)
"""Measured by the scan, each only when a selected check needs it."""

LABELS = (
    Column("path", pl.String(), "the label file"),
    *PLACE,
    Column("image", pl.String(), "the image it belongs to; null: none exists"),
    Column("sha256", pl.String(), "digest of the file's bytes; null: not readable"),
)
"""One row a label file of a split, in path order."""

ANNOTATIONS = (
    Column("label", pl.String(), "the label file"),
    Column("line", pl.Int32(), "line in it, from 1"),
    *PLACE,
    Column("image", pl.String(), "the image it belongs to; null: none exists"),
    Column("kind", _SHARED, "box or polygon"),
    Column("class_id", pl.Int64(), "class number as written"),
    Column("class_name", _SHARED, "name in the configuration; null: the class is not declared"),
    Column("x_min", pl.Float64(), "left edge, fraction of the image's width"),
    Column("y_min", pl.Float64(), "upper edge, fraction of the image's height"),
    Column("x_max", pl.Float64(), "right edge, fraction of the image's width"),
    Column("y_max", pl.Float64(), "lower edge, fraction of the image's height"),
    Column("values", pl.List(pl.Float64()), "the numbers after the class, as written: a box's centre "
           "x, centre y, width, height; a polygon's x, y of each point"),
)  # fmt: skip
"""One row an annotation, in order of file and line."""

PROBLEMS = (
    Column("kind", pl.String(), "a `Problem`: which rule reports it"),
    Column("path", pl.String(), "the file or folder"),
    Column("line", pl.Int32(), "line in it from 1, null where there is none"),
    Column("column", pl.Int32(), "column from 1, null where there is none"),
    *PLACE,
    Column("message", pl.String(), "the fact, with its number"),
)
"""What a reader could not read, or found wrong on the way. Place columns are null outside splits."""

PAIRS = (
    Column("path", pl.String(), "the first image of the pair in path order"),
    Column("other", pl.String(), "the second"),
    Column("unit", _SHARED, "unit of the first"),
    Column("other_unit", _SHARED, "unit of the second"),
    Column("split", _SHARED, "split of the first"),
    Column("other_split", _SHARED, "split of the second"),
    Column("kind", pl.String(), "a `PairKind`: bytes, picture or near"),
    Column("distance", pl.Int32(), "differing bits of the two perceptual hashes, 0 to 64"),
    Column("correlation", pl.Float64(), "normalised cross-correlation of the two grey pictures at 64 x 64"),
    Column("same_source", pl.Boolean(), "both are exports of one source (`<source>.rf.<hash>`)"),
    Column("group", pl.String(), "the same for all pairs that hang together; for drawing, not proof"),
)
"""Proved pairs of images that show the same picture, one row a pair."""


class Problem(StrEnum):
    """What kind of trouble a row of `problems` is."""

    MALFORMED = "malformed"
    CONFIG = "config"
    UNREFERENCED = "unreferenced"
    NOT_READ = "not read"
    NOT_COMPARED = "not compared"


class PairKind(StrEnum):
    """How two images are the same, strongest first."""

    BYTES = "bytes"
    PICTURE = "picture"
    NEAR = "near"


class ProblemRow(NamedTuple):
    """One row of PROBLEMS, while a reader collects them."""

    kind: Problem
    path: str
    message: str
    line: int | None = None
    column: int | None = None
    split: Split | None = None


def problem_table(rows: list[ProblemRow]) -> pl.DataFrame:
    """The rows as a table with the columns of PROBLEMS."""
    columns = {
        "kind": [str(row.kind) for row in rows],
        "path": [row.path for row in rows],
        "line": [row.line for row in rows],
        "column": [row.column for row in rows],
        "unit": [row.split.unit if row.split else None for row in rows],
        "collection": [row.split.collection if row.split else None for row in rows],
        "split": [row.split.name if row.split else None for row in rows],
        "message": [row.message for row in rows],
    }
    return pl.DataFrame(columns, schema=schema(PROBLEMS))


def schema(columns: tuple[Column, ...]) -> dict[str, pl.DataType]:
    """The columns as Polars takes them."""
    return {column.name: column.type for column in columns}


def empty(columns: tuple[Column, ...]) -> pl.DataFrame:
    """A table with these columns and no row."""
    return pl.DataFrame(schema=schema(columns))


@dataclass(frozen=True, slots=True)
class Split:
    """One split of one collection.

    `name` is train, val or test. `folders` hold its images, `lists` are the .txt files that name
    them; both relative to the root. `missing` says that it is declared and nothing of it exists.
    """

    collection: str
    name: str
    folders: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    missing: bool = False

    @property
    def unit(self) -> str:
        """Its name as a unit: `boulder/train`, or `train` without a collection."""
        return f"{self.collection}/{self.name}" if self.collection else self.name


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset as tables, whatever its format.

    `classes` gives the class names by collection, in order of their ids; None where nothing
    declares them. `expected_counts` are the numbers of images of `[counts]`, by unit name. `tree` is
    what a reader listed below the root and needs again; None before, and when all is read.
    """

    root: Path
    format: str
    splits: tuple[Split, ...]
    classes: Mapping[str, tuple[str, ...] | None]
    expected_counts: Mapping[str, int] = field(default_factory=dict)
    images: pl.DataFrame = field(default_factory=lambda: empty(IMAGES))
    labels: pl.DataFrame = field(default_factory=lambda: empty(LABELS))
    annotations: pl.DataFrame = field(default_factory=lambda: empty(ANNOTATIONS))
    problems: pl.DataFrame = field(default_factory=lambda: empty(PROBLEMS))
    pairs: pl.DataFrame = field(default_factory=lambda: empty(PAIRS))
    tree: Tree | None = field(default=None, repr=False)
