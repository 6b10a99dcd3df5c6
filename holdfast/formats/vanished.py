"""Folders called like a split, beside those of splits, that nothing is read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from holdfast.dataset import Dataset, Problem, ProblemRow
from holdfast.formats.splits import split_named
from holdfast.formats.tree import Tree, join, lies_in, upward
from holdfast.images import is_image
from holdfast.names import display

_FORMATS = ("coco", "csv_list", "imagefolder", "class_folders")


class _Home(NamedTuple):
    """A folder called like its split, the collection, and the file that names its images, '' for none."""

    folder: str
    collection: str
    file: str


def vanished(dataset: Dataset, tree: Tree) -> Iterator[ProblemRow]:
    """Splits whose file is gone while others have theirs, and such as hold no image at all.

    YOLO and VOC see a split in the folder itself; `[splits]`, a list of splits elsewhere, may leave one out.
    Where files lie apart from the images, a test split may have none: its annotations are often kept back.
    """
    if dataset.format not in _FORMATS or dataset.declares_splits:
        return
    units = {(split.collection, split.name) for split in dataset.splits}
    parents = {home.folder.rpartition("/")[0]: home for home in _homes(dataset)}
    for parent, home in parents.items():
        for name in tree.folders.get(parent, ()):
            split, folder = split_named(name), join(parent, name)
            if split is None or (home.collection, split) in units:
                continue
            images = sum(map(is_image, tree.below(folder)))
            if not images:
                yield ProblemRow(Problem.CONFIG, folder, f"{split} is not read: the folder holds no image")
            elif _wants_file(home, split) and not _is_named(dataset, folder):
                message = f"{images} images and no file that names them, as {display(home.file)} names others"
                yield ProblemRow(Problem.CONFIG, folder, f"{split} is not read: {message}")


def _wants_file(home: _Home, split: str) -> bool:
    return home.file != "" and (split != "test" or lies_in(home.file, home.folder))


def _is_named(dataset: Dataset, folder: str) -> bool:
    """Whether an image in a folder is read after all, as one of another split."""
    return bool(dataset.images["path"].str.starts_with(f"{folder}/").any())


def _homes(dataset: Dataset) -> Iterator[_Home]:
    for split in dataset.splits:
        files = {file.rpartition("/")[0]: file for file in split.lists}
        first = next(iter(split.lists), "")
        for folder in (*split.folders, *files):
            named = [place for place in upward(folder) if split_named(_last(place)) == split.name]
            if named:
                yield _Home(named[0], split.collection, files.get(folder, first))


def _last(path: str) -> str:
    return path.rpartition("/")[2]
