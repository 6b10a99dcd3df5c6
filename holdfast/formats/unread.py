"""Files that may say what is on images, and are not read for what they are: links, pipes and so on."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.dataset import Dataset, Problem, ProblemRow
from holdfast.formats.tree import Tree

_SAYING = (".json", ".jsonl", ".csv", ".parquet", ".xml", ".yaml", ".yml", ".txt", ".data", ".names")
_NOTES = ("readme", "license", "licence", "notes", "requirements")
"""How the names of text files begin that say nothing about images."""


def unread(dataset: Dataset, tree: Tree) -> Iterator[ProblemRow]:
    """What is skipped and may have been meant, as long as no reader has said so already."""
    said = set(dataset.problems["path"])
    for path, reason in tree.skipped.items():
        name = path.rpartition("/")[2].lower()
        if path not in said and name.endswith(_SAYING) and not name.startswith(_NOTES):
            yield ProblemRow(Problem.NOT_READ, path, f"not read: {reason}")
