"""Folders called like a split, beside those of splits, that nothing is read from."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.dataset import Dataset, Problem, ProblemRow
from holdfast.formats.splits import split_named
from holdfast.formats.tree import Tree, join
from holdfast.images import is_image
from holdfast.names import display

_LISTED = ("coco", "csv_list", "imagefolder")
"""Formats with a file in the folder of each split that says what is there."""
_FORMATS = (*_LISTED, "class_folders")


def vanished(dataset: Dataset, tree: Tree) -> Iterator[ProblemRow]:
    """Splits whose file is gone while those beside have theirs, and such as hold no image at all.

    YOLO and VOC see a split in the folder itself; a list of splits elsewhere may leave one out.
    """
    if dataset.format not in _FORMATS:
        return
    homes = dict(_homes(dataset))
    units = {(split.collection, split.name) for split in dataset.splits}
    for parent, (collection, file) in {home.rpartition("/")[0]: said for home, said in homes.items()}.items():
        for name in tree.folders.get(parent, ()):
            split, folder = split_named(name), join(parent, name)
            if split is None or (collection, split) in units:
                continue
            images = sum(map(is_image, tree.below(folder)))
            if images and file:
                message = f"{images} images and no file that names them, as {display(file)} names others"
                yield ProblemRow(Problem.CONFIG, folder, f"{split} is not read: {message}")
            elif not images:
                yield ProblemRow(Problem.CONFIG, folder, f"{split} is not read: the folder holds no image")


def _homes(dataset: Dataset) -> Iterator[tuple[str, tuple[str, str]]]:
    """The folders called like their split, with the collection, and the file in them, '' for none."""
    for split in dataset.splits:
        files = {file.rpartition("/")[0]: file for file in split.lists}
        for folder in (*split.folders, *files):
            if split_named(folder.rpartition("/")[2]) == split.name:
                yield folder, (split.collection, files.get(folder, ""))
