"""From files that name images to the tables: images, annotations, and what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from holdfast.dataset import IMAGES, Dataset, Problem, ProblemRow, Split, filled, problem_table
from holdfast.formats.lists.collecting import Collector
from holdfast.formats.lists.leftovers import images_in, report_skipped, report_unreferenced
from holdfast.formats.lists.placing import Placing
from holdfast.formats.lists.records import ListFile, Lists
from holdfast.formats.lists.rows import Key
from holdfast.formats.splits import places, source_of
from holdfast.formats.tree import Tree, tree_of
from holdfast.names import display


def read_lists(dataset: Dataset, files: list[ListFile], placing: Placing, lists: Lists) -> Dataset:
    """The same dataset with images and annotations, as the files say; reads each of them once."""
    tree = tree_of(dataset)
    collector = Collector(dataset, tree, placing, lists)
    for number, file in enumerate(files):
        collector.read(number, file)
    unlisted = _unlisted(collector.splits, dataset.splits, tree)
    problems = collector.problems
    problems += (
        ProblemRow(Problem.UNLISTED, path, f"{_files(split)} does not name it", split=split)
        for path, split in unlisted.items()
    )
    owners = collector.splits | unlisted
    report_skipped(dataset.splits, tree, problems)
    report_unreferenced(owners, tree, problems)
    numbers = _numbers(dataset, files, collector, problems)
    return replace(
        dataset,
        images=_images(dataset, owners, collector),
        annotations=collector.rows.table([file.path for file in files], collector.owners(), numbers),
        problems=pl.concat([dataset.problems, problem_table(problems)]),
    )


def _files(split: Split) -> str:
    more = f" and {len(split.lists) - 1} more" if len(split.lists) > 1 else ""
    return display(split.lists[0]) + more


def _unlisted(named: Mapping[str, Split], splits: tuple[Split, ...], tree: Tree) -> dict[str, Split]:
    """Images that no file names, in folders that are one split's own."""
    by_folder: dict[str, set[Split]] = {}
    for path, split in named.items():
        by_folder.setdefault(path.rpartition("/")[0], set()).add(split)
    for split in splits:
        for folder in split.folders:
            for place in tree.folders_below(folder):
                by_folder.setdefault(place, set()).add(split)
    own = {folder: next(iter(found)) for folder, found in by_folder.items() if len(found) == 1}
    return {
        path: split for folder, split in own.items() for path in images_in(tree, folder) if path not in named
    }


def _images(dataset: Dataset, owners: Mapping[str, Split], collector: Collector) -> pl.DataFrame:
    """The table of images."""
    paths = sorted(owners)
    sizes = [collector.sizes.get(path) for path in paths]
    columns = {
        **places(dataset.splits, (owners[path] for path in paths)).to_dict(),
        "path": paths,
        "has_label": [path in collector.splits for path in paths],
        "source": [source_of(path) for path in paths],
        "listed": [False] * len(paths),
        "declared_width": [size and size.width for size in sizes],
        "declared_height": [size and size.height for size in sizes],
        "declared_in": [size and size.file for size in sizes],
        "declared_line": [size and size.line for size in sizes],
        "declared_entry": [size and size.entry for size in sizes],
    }
    return filled(IMAGES, columns, len(paths))


def _numbers(
    dataset: Dataset, files: list[ListFile], collector: Collector, problems: list[ProblemRow]
) -> dict[Key, tuple[int | None, str | None]]:
    """Number and name of each class that occurs: as declared, else names are numbered in sorted order."""
    numbers: dict[Key, tuple[int | None, str | None]] = {}
    names = {collection: dataset.names_of(collection) for collection, _ in collector.rows.keys}
    known = {(collection, name): number for collection, found in names.items()
             for number, name in reversed((found or {}).items())}  # fmt: skip
    following = {collection: max(found or (), default=-1) + 1 for collection, found in names.items()}
    for key in sorted(collector.rows.keys, key=str):
        collection, name = key
        if not isinstance(name, str):
            numbers[key] = name, None if name is None else (names[collection] or {}).get(name)
        elif key in known:
            numbers[key] = known[key], name
        else:
            numbers[key] = following[collection], name
            following[collection] += 1
            if names[collection] is not None:
                file, line = collector.rows.first(key)
                message = (
                    f"class {display(name[:200])} is none of the {len(names[collection] or ())} declared"
                )
                problems.append(ProblemRow(Problem.DANGLING, files[file].path, message, line))
    return numbers
