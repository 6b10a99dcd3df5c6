"""What lies beside the images of a YOLO tree: labels without an image, links, images of no split."""

from __future__ import annotations

from collections.abc import Container, Iterator

import polars as pl

from holdfast.dataset import Dataset, Problem, ProblemRow, Split
from holdfast.formats.tree import Tree, join, upward
from holdfast.formats.yolo.paths import label_folder, label_name
from holdfast.images import is_image

_FOLDER = pl.col("label").str.replace("/?[^/]*$", "")
_NO_LABELS = {
    "classes.txt", "labels.txt", "notes.txt", "readme.txt", "readme.dataset.txt", "readme.roboflow.txt",
    "train.txt", "val.txt", "test.txt", "images.txt", "license.txt", "requirements.txt",
    "predefined_classes.txt", "_classes.txt", "_annotations.txt",
}  # fmt: skip
"""Text files that labelling tools leave beside labels."""


def orphans(dataset: Dataset, tree: Tree) -> Iterator[tuple[str, Split]]:
    """Label files where the splits' labels belong that have no image in the tree."""
    folders = _label_folders(dataset.images)
    numbers = dict(folders.select("folder", "files").rows())
    lists = {file for split in dataset.splits for file in split.lists}
    mixed = [  # a folder that holds the labels of images and nothing else is not looked through
        (folder, split)
        for folder, split in _all_label_folders(dataset, folders, tree)
        if len(tree.files.get(folder, ())) != numbers.get(folder, 0)
    ]
    known = lists.union(dataset.images.filter("has_label")["label"]) if mixed else lists
    alone = [
        (path, split)
        for folder, split in mixed
        for name in tree.files.get(folder, ())
        if (path := join(folder, name)) not in known and is_label(name)
    ]
    wanted = _wanted(tree) if alone else set()
    yield from ((path, split) for path, split in alone if path not in wanted)


def _wanted(tree: Tree) -> set[str]:
    """Where the label of every image in the tree belongs, of those that are in no split as well."""
    return {
        join(place, label_name(name))
        for folder, names in tree.files.items()
        if any(map(is_image, names))
        for place in (label_folder(folder, tree),)
        for name in names
        if is_image(name)
    }


def report_skipped(dataset: Dataset, images: pl.DataFrame, tree: Tree, problems: list[ProblemRow]) -> None:
    """Links, pipes and closed folders: where images or labels of a split belong, or where more might lie."""
    places: dict[str, Split] = {}
    for split in dataset.splits:
        for folder in split.folders:
            places.setdefault(folder, split)
            places.setdefault(label_folder(folder, tree), split)
    places = _splits_of(dataset, _label_folders(images)) | places
    for folder, split in list(places.items()):
        places.setdefault(tree.closed(folder) or folder, split)
    for path, reason in tree.skipped.items():
        found = next((places[folder] for folder in upward(path) if folder in places), None)
        if found is not None:
            problems.append(ProblemRow(Problem.NOT_READ, path, f"not read: {reason}", split=found))
        elif is_image(path) or "." not in path.rpartition("/")[2]:  # an image, or a name as folders have
            problems.append(
                ProblemRow(Problem.UNREFERENCED, path, f"no split refers to it; not read: {reason}")
            )


def report_unreferenced(used: Container[str], tree: Tree, problems: list[ProblemRow]) -> None:
    """Images that no split refers to, with what else lies in their folder unused."""
    for folder, names in tree.files.items():
        unused = [path for name in names if is_image(name) and (path := join(folder, name)) not in used]
        if not unused:
            continue
        labels = sum(map(is_label, tree.files.get(label_folder(folder, tree), ())))
        what = f"{len(unused)} images, {labels} labels" if labels else f"{len(unused)} images"
        message = f"no split refers to it (in {folder or '.'}: {what} unreferenced)"
        problems += [ProblemRow(Problem.UNREFERENCED, path, message) for path in unused]


def _all_label_folders(dataset: Dataset, folders: pl.DataFrame, tree: Tree) -> Iterator[tuple[str, Split]]:
    """Folders where labels of a split belong; those of a list are only beside its own images' labels."""
    for split in dataset.splits:
        for folder in dict.fromkeys(label_folder(folder, tree) for folder in split.folders):
            yield from ((below, split) for below in tree.folders_below(folder))
    yield from _splits_of(dataset, folders).items()


def _splits_of(dataset: Dataset, folders: pl.DataFrame) -> dict[str, Split]:
    """Folders of labels, each with the first split that has one there."""
    splits = {split.unit: split for split in dataset.splits}
    return {folder: splits[unit] for folder, unit in reversed(folders.select("folder", "unit").rows())}


def _label_folders(images: pl.DataFrame) -> pl.DataFrame:
    """The folders of the labels of images: the first unit that has one there, and how many files exist."""
    placed = images.select("label", "has_label", "unit", folder=_FOLDER)
    files = pl.col("label").filter("has_label").n_unique()
    return placed.group_by("folder", maintain_order=True).agg(pl.first("unit"), files=files)


def is_label(path: str) -> bool:
    """Whether a file of this name is a label, not a list or a note."""
    name = path.rpartition("/")[2].lower()
    return name.endswith(".txt") and name not in _NO_LABELS
