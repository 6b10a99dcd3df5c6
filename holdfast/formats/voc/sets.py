"""Image sets: `.txt` files with the stem of one image a line, and perhaps a flag after it (devkit, 4.1)."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from holdfast.dataset import Problem, ProblemRow
from holdfast.files import NotRead, read_file
from holdfast.formats.splits import SPLIT_NAMES
from holdfast.formats.tree import Tree, join
from holdfast.formats.voc.places import stem
from holdfast.names import to_os, to_text

_LIMIT = 64 << 20
_FLAGS = (b"-1", b"0", b"1")
BOTH = "trainval"
"""The set that is the union of train and val."""


class Entry(NamedTuple):
    """One line of a set: the stem, with folders where it has some, and the line from 1."""

    stem: str
    line: int


def split_sets(folder: str, tree: Tree) -> dict[str, list[str]]:
    """The sets of a folder that are splits, by name, and `trainval`; `cat_train.txt` is about a class."""
    found: dict[str, list[str]] = {}
    for name in tree.files.get(folder, ()):
        if name.lower().endswith(".txt"):
            spelling = stem(name).lower()
            split = BOTH if spelling == BOTH else SPLIT_NAMES.get(spelling)
            if split is not None:
                found.setdefault(split, []).append(join(folder, name))
    return found


def read_set(root: Path, file: str, problems: list[ProblemRow] | None = None) -> Iterator[Entry]:
    """The entries of a set; that it cannot be read is noted."""
    try:
        data, _ = read_file(root / to_os(file), _LIMIT)
    except NotRead as error:
        if problems is not None:
            problems.append(ProblemRow(Problem.CONFIG, file, f"cannot be read: {error}"))
        return
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        parts = line.strip().rsplit(None, 1)
        written = parts[0] if len(parts) == 2 and parts[1] in _FLAGS else line.strip()
        if written:
            yield Entry(to_text(os.fsdecode(written)).replace("\\", "/"), number)
