"""What lies beside the images of a YOLO tree: labels without an image, links, images of no split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from holdfast.dataset import Dataset, Problem, ProblemRow, Split
from holdfast.formats.tree import Tree, join, upward
from holdfast.formats.yolo_paths import label_folder, label_of
from holdfast.images import is_image

_NO_LABELS = {
    "classes.txt", "labels.txt", "notes.txt", "readme.txt", "readme.dataset.txt", "readme.roboflow.txt",
    "train.txt", "val.txt", "test.txt",
}  # fmt: skip
"""Text files that labelling tools leave beside labels."""


def orphans(dataset: Dataset, tree: Tree, labels: Mapping[str, object]) -> Iterator[tuple[str, Split]]:
    """Label files where the splits' labels belong that are none of `labels` and have no image in the tree."""
    wanted = {*labels, *(file for split in dataset.splits for file in split.lists)}
    for folder, names in tree.files.items():
        wanted.update(label_of(join(folder, name), tree) for name in names if is_image(name))
    for path, split in _label_files(dataset, tree):
        if _is_label(path) and path not in wanted:
            yield path, split


def report_skipped(dataset: Dataset, images: pl.DataFrame, tree: Tree, problems: list[ProblemRow]) -> None:
    """Links, pipes and closed folders: where images or labels of a split belong, or where more might lie."""
    places: dict[str, Split] = {}
    for split in dataset.splits:
        for folder in split.folders:
            places.setdefault(folder, split)
            places.setdefault(label_folder(folder, tree), split)
    places = _label_folders(dataset, images) | places
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


def report_unreferenced(images: pl.DataFrame, tree: Tree, problems: list[ProblemRow]) -> None:
    """Images that no split refers to, with what else lies in their folder unused."""
    used = set(images["path"])
    for folder, names in tree.files.items():
        unused = [path for name in names if is_image(name) and (path := join(folder, name)) not in used]
        if not unused:
            continue
        labels = sum(map(_is_label, tree.files.get(label_folder(folder, tree), ())))
        what = f"{len(unused)} images, {labels} labels" if labels else f"{len(unused)} images"
        message = f"no split refers to it (in {folder or '.'}: {what} unreferenced)"
        problems += [ProblemRow(Problem.UNREFERENCED, path, message) for path in unused]


def _label_files(dataset: Dataset, tree: Tree) -> Iterator[tuple[str, Split]]:
    """Every file where labels of a split belong; those of a list are only beside its own images' labels."""
    for split in dataset.splits:
        for folder in dict.fromkeys(label_folder(folder, tree) for folder in split.folders):
            yield from ((path, split) for path in tree.below(folder))
    for folder, split in _label_folders(dataset, dataset.images).items():
        yield from ((join(folder, name), split) for name in tree.files.get(folder, ()))


def _label_folders(dataset: Dataset, images: pl.DataFrame) -> dict[str, Split]:
    """The folders of the labels of all images, each with the first split that has one there."""
    splits = {split.unit: split for split in dataset.splits}
    rows = images.select("label", "unit").rows()
    return {label.rpartition("/")[0]: splits[unit] for label, unit in reversed(rows)}


def _is_label(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.endswith(".txt") and name not in _NO_LABELS
