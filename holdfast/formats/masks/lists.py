"""VOC's lists of images: a stem a line, as in `ImageSets/Segmentation/train.txt`."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.files import NotRead, read_file
from holdfast.formats.masks.pairing import stem_of
from holdfast.names import display, to_os, to_text

_LIMIT = 64 << 20


def read_list(
    root: Path, file: str, split: Split, images: Mapping[str, str], problems: list[ProblemRow]
) -> Iterator[tuple[str | None, str]]:
    """The image of each line, and its stem; None with a problem noted where it is not among `images`, which
    gives paths by stem."""
    try:
        data, _ = read_file(root / to_os(file), _LIMIT)
    except NotRead as error:
        problems.append(ProblemRow(Problem.CONFIG, file, f"cannot be read: {error}"))
        return
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        written = to_text(os.fsdecode(line)).strip()
        if not written:
            continue
        word = (
            written if written in images else written.split()[0]
        )  # a second word says if an object is there
        path = images.get(word) or images.get(stem_of(word))
        if path is None:
            message = f"{split.name} names an image that is missing: {display(word[:200])}"
            problems.append(ProblemRow(Problem.DANGLING, file, message, number, split=split))
        yield path, stem_of(path.rpartition("/")[2]) if path else word
