"""What the lines of a YOLO collection mean: boxes and polygons, poses, or oriented boxes.

A pose is declared (`kpt_shape`). `class x1 y1 x2 y2 x3 y3 x4 y4` is an oriented box and a polygon of four
points alike: it is taken for an oriented box where data.yaml says `task: obb`, or where the name of a folder
or of the configuration, or Roboflow's README, says so and most lines have these 9 fields.
https://docs.ultralytics.com/datasets/pose/ and https://docs.ultralytics.com/datasets/obb/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

from holdfast.files import NotRead, read_file
from holdfast.formats.tree import Tree, join, upward
from holdfast.formats.yolo.config import Keypoints, find_config
from holdfast.names import display, to_os

_OBB = re.compile(r"(?<![a-z])obb(?![a-z])", re.IGNORECASE)
_READMES = ("readme.roboflow.txt", "readme.dataset.txt")
_ORIENTED = re.compile(rb"oriented (object|bounding|box)", re.IGNORECASE)
_LIMIT = 1 << 20
_CORNER_FIELDS = 9
_MOST = 0.5


class Oriented(Enum):
    """Whether lines of four corners are oriented boxes."""

    NO = 0
    HINTED = 1
    DECLARED = 2


class Task(NamedTuple):
    """How the lines of a collection are read; `why` says what speaks for oriented boxes."""

    keypoints: Keypoints | None = None
    oriented: Oriented = Oriented.NO
    why: str = ""


def task_of(root: Path, tree: Tree, collection: str) -> Task:
    """What the nearest configuration of a collection declares, or what names hint at."""
    config = next(filter(None, (find_config(root, tree, folder) for folder in upward(collection))), None)
    if config is not None and config.keypoints is not None:
        return Task(config.keypoints)
    if config is not None and config.task == "obb":
        return Task(oriented=Oriented.DECLARED, why=f"task: obb in {display(config.file)}")
    names = [name for name in collection.split("/") if name] + [root.name]
    names += [config.file.rpartition("/")[2]] if config is not None else []
    for name in names:
        if _OBB.search(name):
            return Task(oriented=Oriented.HINTED, why=f"the name {display(name)}")
    for folder in upward(collection):
        for name in tree.files.get(folder, ()):
            if name.lower() in _READMES and _says_oriented(root, join(folder, name)):
                return Task(oriented=Oriented.HINTED, why=display(join(folder, name)))
    return Task()


def _says_oriented(root: Path, file: str) -> bool:
    try:
        return bool(_ORIENTED.search(read_file(root / to_os(file), _LIMIT)[0]))
    except NotRead:
        return False


def only_corners(root: Path, labels: list[str]) -> bool:
    """Whether each line of these files has the fields of four corners, and there is one."""
    counts = set()
    for label in labels:
        try:
            data, _ = read_file(root / to_os(label), _LIMIT)
        except NotRead:
            continue
        counts |= {len(line.split()) for line in islice(filter(None, data.split(b"\n")), 100)}
    return counts == {_CORNER_FIELDS}


def oriented(annotations: pl.DataFrame, tasks: Mapping[str, Task]) -> pl.DataFrame:
    """The table with lines of four corners as oriented boxes, in the collections where they are."""
    corners = (pl.col("kind") == "polygon") & (pl.col("values").list.len() == _CORNER_FIELDS - 1)
    for collection, task in tasks.items():
        if task.oriented is Oriented.NO:
            continue
        here = pl.col("collection") == collection
        share = annotations.filter(here).select(corners.mean()).item()
        if task.oriented is Oriented.DECLARED or (share or 0) > _MOST:
            kind = pl.when(here & corners).then(pl.lit("oriented box")).otherwise("kind")
            annotations = annotations.with_columns(kind=kind.cast(annotations.schema["kind"]))
    return annotations
