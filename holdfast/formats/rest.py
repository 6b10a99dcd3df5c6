"""The files of a tree that are no image, label or mask of a split."""

from __future__ import annotations

import polars as pl

from holdfast.dataset import FILES, Dataset, Problem, Split, filled
from holdfast.formats.tree import Tree, join, upward

_FOLDER = pl.col("path").str.replace("/?[^/]*$", "").alias("folder")


def files_of(dataset: Dataset, tree: Tree) -> pl.DataFrame:
    """The table FILES of a dataset that is read. A folder whose files are all known is not looked through."""
    known = pl.concat([table.select("path") for table in (dataset.images, dataset.labels, dataset.masks)])
    known = known.with_columns(_FOLDER)
    numbers = dict(known.group_by("folder").len().iter_rows())
    mixed = [folder for folder, names in tree.files.items() if len(names) != numbers.get(folder, 0)]
    others = known.filter(pl.col("folder").is_in(mixed)).group_by("folder").agg("path")
    taken = {folder: set(paths) for folder, paths in others.iter_rows()}
    paths = [
        path
        for folder in mixed
        for name in tree.files[folder]
        if (path := join(folder, name)) not in taken.get(folder, ())
    ]
    return _table(dataset, sorted(paths))


def _table(dataset: Dataset, paths: list[str]) -> pl.DataFrame:
    splits = _splits_by_folder(dataset)
    found = [next((splits[place] for place in upward(path) if place in splits), None) for path in paths]
    used = _used(dataset)
    unlisted = set(map(_stem, dataset.problems.filter(kind=Problem.UNLISTED)["path"]))  # their labels as well
    samples = dataset.format == "webdataset"  # whatever else has a sample's name is part of it: a caption
    data = {
        "path": paths,
        "unit": [split.unit if split else None for split in found],
        "collection": [split.collection if split else None for split in found],
        "split": [split.name if split else None for split in found],
        "used": [path in used or _stem(path) in unlisted or (samples and ".tar/" in path) for path in paths],
    }
    return filled(FILES, data, len(paths))


def _stem(path: str) -> str:
    """The name of a file without its suffix."""
    return path.rpartition("/")[2].rpartition(".")[0]


def _splits_by_folder(dataset: Dataset) -> dict[str, Split | None]:
    """The split of each folder of images; None where several splits share it."""
    splits: dict[str, Split | None] = {}
    for split in dataset.splits:
        for folder in split.folders:
            splits[folder] = split if splits.get(folder, split) is split else None
    return splits


def _used(dataset: Dataset) -> set[str]:
    """Files that something of the dataset was read from, or that a reader has said something about."""
    columns = (
        dataset.annotations["label"], dataset.classes["path"], dataset.images["declared_in"],
        dataset.problems["path"],
    )  # fmt: skip
    lists = {file for split in dataset.splits for file in split.lists}
    return lists.union(*(column.unique().drop_nulls() for column in columns))
