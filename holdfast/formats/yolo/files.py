"""Reading the label files of a YOLO tree, one after the other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from holdfast.dataset import Dataset, Problem, ProblemRow
from holdfast.files import NotRead, read_file
from holdfast.formats.yolo.labels import LIMIT_BYTES
from holdfast.formats.yolo.rows import Rows
from holdfast.formats.yolo.task import Task, oriented
from holdfast.names import to_os
from holdfast.progress import report

_EVERY = 1_000
"""Files after which it is said how far the reading is."""


class Read(NamedTuple):
    """What label files say: annotations, the digest of each (None: not read), and what is wrong."""

    annotations: pl.DataFrame
    digests: list[str | None]
    problems: list[ProblemRow]


def read_files(dataset: Dataset, labels: pl.DataFrame, tasks: Mapping[str, Task]) -> Read:
    """The files in the column `label`, read as the task of their collection wants it."""
    rows = Rows(labels, dataset.classes)
    splits = {split.unit: split for split in dataset.splits}
    keypoints = {unit: tasks[split.collection].keypoints for unit, split in splits.items()}
    names, units = labels["label"].to_list(), labels["unit"].to_list()
    digests: list[str | None] = []
    found: list[tuple[int, ProblemRow]] = []
    root = os.path.join(dataset.root, "")
    for number, (label, unit) in enumerate(zip(names, units, strict=True)):
        if number % _EVERY == 0:
            report("reading labels", number, len(names))
        try:
            data, _ = read_file(root + to_os(label), LIMIT_BYTES)
        except NotRead as error:
            digests.append(None)
            problem = ProblemRow(Problem.MALFORMED, label, f"cannot be read: {error}", split=splits[unit])
            found.append((number, problem))
            continue
        digests.append(hashlib.sha256(data).hexdigest())
        rows.add(number, data, keypoints[unit])
    report("reading labels", len(names), len(names))
    annotations = oriented(rows.table(), tasks)
    for number, row in rows.malformed:
        place = (row.line, row.column, splits[units[number]])
        found.append((number, ProblemRow(Problem.MALFORMED, names[number], row.message, *place)))
    found.sort(key=lambda problem: problem[0])
    return Read(annotations, digests, [problem for _, problem in found])
