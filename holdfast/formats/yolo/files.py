"""Reading the label files of a YOLO tree, one after the other; what was read is parsed meanwhile."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import polars as pl

from holdfast.dataset import Dataset, Problem, ProblemRow
from holdfast.files import NotRead, read_file
from holdfast.formats.yolo.labels import LIMIT_BYTES, Malformed
from holdfast.formats.yolo.rows import Rows
from holdfast.formats.yolo.task import Task, oriented
from holdfast.names import to_os
from holdfast.progress import report

_EVERY = 1_000
"""Files after which it is said how far the reading is."""
_AT_ONCE = 1 << 22
"""Bytes from which on what was read is parsed: so much waits for the parser, and is read meanwhile, at most
(and the rest of the last file)."""


class Read(NamedTuple):
    """What label files say: annotations, the digest of each (None: not read), and what is wrong."""

    annotations: pl.DataFrame
    digests: list[str | None]
    problems: list[ProblemRow]


class _Batch(NamedTuple):
    """Files one after the other: the number of the first, and what each holds or why it is not read."""

    first: int
    texts: list[bytes]
    unread: list[tuple[int, str]]


def read_files(dataset: Dataset, labels: pl.DataFrame, tasks: Mapping[str, Task]) -> Read:
    """The files in the column `label`, read as the task of their collection wants it."""
    splits = {split.unit: split for split in dataset.splits}
    names, units = labels["label"].to_list(), labels["unit"].to_list()
    poses = {unit: tasks[split.collection].keypoints for unit, split in splits.items()}
    rows = Rows(labels, dataset.classes, [poses[unit] for unit in units] if any(poses.values()) else ())
    digests: list[str | None] = []
    faults: list[tuple[int, Malformed]] = []
    with ThreadPoolExecutor(1) as parser:
        parsed = parser.submit(rows.add, 0, [])
        for batch in _batches(os.path.join(dataset.root, ""), names):
            digests += [hashlib.sha256(text).hexdigest() for text in batch.texts]
            for number, why in batch.unread:
                digests[number] = None
                faults.append((number, Malformed(None, None, f"cannot be read: {why}")))
            parsed.result()
            parsed = parser.submit(rows.add, batch.first, batch.texts)
        parsed.result()
    report("reading labels", len(names), len(names))
    faults = sorted(faults + rows.malformed, key=lambda fault: (fault[0], fault[1].line or 0))
    problems = [
        ProblemRow(Problem.MALFORMED, names[number], row.message, row.line, row.column, splits[units[number]])
        for number, row in faults
    ]
    return Read(oriented(rows.table(), tasks), digests, problems)


def _batches(root: str, names: list[str]) -> Iterator[_Batch]:
    """The files, as many at a time as hold `_AT_ONCE` bytes."""
    batch, size = _Batch(0, [], []), 0
    for start in range(0, len(names), _EVERY):
        report("reading labels", start, len(names))
        for number, name in enumerate(names[start : start + _EVERY], start):
            try:
                text = read_file(root + to_os(name), LIMIT_BYTES)[0]
            except NotRead as error:
                text = b""
                batch.unread.append((number, str(error)))
            batch.texts.append(text)
            size += len(text)
            if size >= _AT_ONCE:
                yield batch
                batch, size = _Batch(number + 1, [], []), 0
    yield batch
