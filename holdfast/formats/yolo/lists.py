"""A .txt list that names the images of a split, one path a line, as Ultralytics reads it."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from pathlib import Path

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.files import NotRead, read_file
from holdfast.formats.inside import inside_root
from holdfast.formats.tree import Tree
from holdfast.images import is_image
from holdfast.names import display, to_os, to_text

_LIMIT = 64 << 20


def read_list(root: Path, tree: Tree, file: str, split: Split, problems: list[ProblemRow]) -> Iterator[str]:
    """The images that a list names and that exist; what does not is noted with its line.

    A path counts from the list's own folder, then from the root; a leading `../` or `data/` is dropped as in
    data.yaml.
    """
    try:
        data, _ = read_file(root / to_os(file), _LIMIT)
    except NotRead as error:
        problems.append(ProblemRow(Problem.CONFIG, file, f"cannot be read: {error}"))
        return
    folder = file.rpartition("/")[0]
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        written = to_text(os.fsdecode(line.strip())).replace("\\", "/")
        if not written:
            continue
        candidates = {inside_root(root, start, written) for start in (folder, "")}
        stripped = written
        while stripped.startswith(("../", "./")):
            stripped = stripped[stripped.index("/") + 1 :]
        candidates.add(inside_root(root, folder, stripped))
        found = sorted(path for path in candidates if path and tree.has_file(path))
        if not found and written.startswith("data/"):  # darknet's own folder, which CVAT writes
            beside = inside_root(root, folder, written.removeprefix("data/"))
            found = [beside] if beside and tree.has_file(beside) else []
        if not found:
            message = f"{split.name} names an image that is missing or outside: {display(written[:200])}"
            problems.append(ProblemRow(Problem.CONFIG, file, message, number))
        elif not is_image(found[0]):
            message = f"{split.name} names a file that is no image: {display(written[:200])}"
            problems.append(ProblemRow(Problem.CONFIG, file, message, number))
        else:
            yield found[0]
