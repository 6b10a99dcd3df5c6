"""A dataset as tables, and what a reader notes on the way. The columns are in `holdfast.columns`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from holdfast.columns import (
    ANNOTATIONS,
    CLASSES,
    FACTS,
    FILES,
    IMAGES,
    LABELS,
    MASKS,
    PAIRS,
    PLACE,
    PROBLEMS,
    RELATIVES,
    Column,
    empty,
    filled,
    schema,
)

if TYPE_CHECKING:
    from holdfast.formats.tree import Tree
    from holdfast.sources.settings import Sources

__all__ = [
    "ANNOTATIONS",
    "CLASSES",
    "COPIES",
    "EXACT",
    "FACTS",
    "FILES",
    "IMAGES",
    "LABELS",
    "MASKS",
    "PAIRS",
    "PLACE",
    "PROBLEMS",
    "RELATIVES",
    "Column",
    "Dataset",
    "PairKind",
    "Problem",
    "ProblemRow",
    "Split",
    "empty",
    "filled",
    "problem_table",
    "schema",
]


class Problem(StrEnum):
    """What kind of trouble a row of `problems` is."""

    MALFORMED = "malformed"
    CONFIG = "config"
    UNREFERENCED = "unreferenced"
    NOT_READ = "not read"
    NOT_COMPARED = "not compared"
    DUPLICATE_ID = "duplicate id"
    DANGLING = "dangling reference"
    UNLISTED = "unlisted"
    OTHER_FORMAT = "other format"
    """Files of another format lie there as well, and are not read."""
    AMBIGUOUS = "ambiguous format"
    """Two formats are equally plausible, and nothing says which is meant."""
    NOT_SUPPORTED = "not supported"
    NO_CLASSES = "classes not read"
    """A file breaks off before it has said all its classes; that it does is a row of its own."""
    NUMBERED = "numbered otherwise"
    """A split whose classes a trainer numbers in another way than those of another split."""
    MERGED = "merged"
    """Several places are read as one split, and nothing says that they are."""


class PairKind(StrEnum):
    """How two images are the same, strongest first; SCENE are no copies: a fixed camera saw other things."""

    BYTES = "identical bytes"
    PICTURE = "identical picture"
    REENCODED = "re-encoded"
    RESIZED = "resized"
    RECOLOURED = "recoloured"
    TURNED = "rotated/flipped"
    CROPPED = "cropped"
    AUGMENTED = "augmented"
    SCENE = "same scene"


class Signal(StrEnum):
    """What a pair was found by, cheapest first."""

    DIGEST = "digest"
    PHASH = "phash"
    ORIENTATIONS = "orientations"
    FEATURES = "features"
    SOURCE = "source"


EXACT = (PairKind.BYTES, PairKind.PICTURE)
"""Kinds of pairs that are equal in every pixel."""
COPIES = tuple(kind for kind in PairKind if kind is not PairKind.SCENE)
"""Kinds of pairs that show one and the same shot."""


class ProblemRow(NamedTuple):
    """One row of PROBLEMS, while a reader collects them."""

    kind: Problem
    path: str
    message: str
    line: int | None = None
    column: int | None = None
    split: Split | None = None
    pointer: str | None = None


def problem_table(rows: list[ProblemRow]) -> pl.DataFrame:
    """The rows as a table with the columns of PROBLEMS."""
    columns = {
        "kind": [str(row.kind) for row in rows],
        "path": [row.path for row in rows],
        "line": [row.line for row in rows],
        "column": [row.column for row in rows],
        "pointer": [row.pointer for row in rows],
        "unit": [row.split.unit if row.split else None for row in rows],
        "collection": [row.split.collection if row.split else None for row in rows],
        "split": [row.split.name if row.split else None for row in rows],
        "message": [row.message for row in rows],
    }
    return pl.DataFrame(columns, schema=schema(PROBLEMS))


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

    `format` names its reader, `evidence` says in one line what it was recognised by. `declared` are the
    collections whose classes are declared at all, `declares_splits` says that the settings have `[splits]`.
    `pointer` is where an annotation of a JSON file stands, with {} for its entry. `known_images` are those of
    the dataset that --against names, as seen from `root`, `known_pairs` the pairs of an image of this one
    with one of those. `expected_counts` are the numbers of images of `[counts]`, by unit name. `tree` is what
    was listed below the root and readers need again; None before, and when all is read.
    """

    root: Path
    format: str
    splits: tuple[Split, ...]
    evidence: str = ""
    declared: frozenset[str] = frozenset()
    declares_splits: bool = False
    pointer: str | None = None
    expected_counts: Mapping[str, int] = field(default_factory=dict)
    images: pl.DataFrame = field(default_factory=lambda: empty(IMAGES))
    labels: pl.DataFrame = field(default_factory=lambda: empty(LABELS))
    annotations: pl.DataFrame = field(default_factory=lambda: empty(ANNOTATIONS))
    classes: pl.DataFrame = field(default_factory=lambda: empty(CLASSES))
    masks: pl.DataFrame = field(default_factory=lambda: empty(MASKS))
    files: pl.DataFrame = field(default_factory=lambda: empty(FILES))
    problems: pl.DataFrame = field(default_factory=lambda: empty(PROBLEMS))
    pairs: pl.DataFrame = field(default_factory=lambda: empty(PAIRS))
    known_images: pl.DataFrame = field(default_factory=lambda: empty(IMAGES))
    known_pairs: pl.DataFrame = field(default_factory=lambda: empty(PAIRS))
    relatives: pl.DataFrame = field(default_factory=lambda: empty(RELATIVES))
    sources: Sources | None = None
    """What `[sources]` says; None: nothing."""
    tree: Tree | None = field(default=None, repr=False)

    def names_of(self, collection: str) -> dict[int, str] | None:
        """The class names of a collection by number; None where nothing declares them."""
        if collection not in self.declared:
            return None
        rows = self.classes.filter(pl.col("collection") == collection).select("class_id", "class_name").rows()
        return dict(reversed(rows))
