"""Hugging Face's imagefolder: a `metadata.csv`, `.jsonl` or `.parquet` beside images says what is on them.

    train/metadata.jsonl  train/1.png               (or metadata.csv, metadata.parquet; data/train/ as well)
    {"file_name": "1.png", "label": 3}
    {"file_name": "1.png", "objects": {"bbox": [[x, y, width, height]], "categories": [0]}}

Recognised where images lie below such a file, surely where most of its first 200 names are there. Folders of
classes without one are read as class folders. Of several in one folder the .jsonl is read before the
.parquet, that before the .csv; `broken_config` says so.

Images: `file_name`, and further columns that end in `_file_name`, from the folder of the metadata.

Splits: the folder of the metadata says which, else that of each image, else train. A collection is the folder
above, without `data`, `images` and the like.

Classes: those that the YAML at the start of a README.md declares (`dataset_info: features:` with one
`class_label: names`); else numbers as they are, names numbered in sorted order, and nothing is declared.
`label` or `labels` gives one or several; in `objects` `categories`, `category`, `label` or `class`. Captions
and other columns are not looked at; a .csv has no boxes.

Boxes are pixels, `values` x, y, width, height; `width` and `height` are the declared size. `entry` counts the
annotations of the file from 0; there is a line, no column, and in a .parquet neither. A row without label and
objects means background.

Reported: a row that is not read by `malformed_label`; an image that is not there by `dangling_reference`, two
rows for one by `duplicate_id`; `wrong_image_size`; an image that no row names by `unlisted_image`.

Repair: .csv and .jsonl: cuts out rows and boxes, changes names, boxes and sizes, moves rows to the file of
the other split, up to 256 MiB. A .parquet is read only.

Limits: 256 MiB and 5 million rows a file, 10 million annotations, 4 MiB a line, 1,000 files. A .parquet is
read by a process of its own with 3 GiB of memory, 120 s of the processor and 256 MiB of what it says.

https://huggingface.co/docs/datasets/image_dataset#imagefolder
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from holdfast.config import Settings
from holdfast.dataset import CLASSES, Dataset, Problem, ProblemRow, Split, problem_table, schema
from holdfast.formats.imagefolder.card import find_classes
from holdfast.formats.imagefolder.files import read_metadata
from holdfast.formats.lists.names import Names
from holdfast.formats.lists.placing import Placing, files_of
from holdfast.formats.lists.reading import read_lists
from holdfast.formats.lists.records import ListFile, Lists, Record
from holdfast.formats.reading import Reading
from holdfast.formats.tree import Tree, join
from holdfast.images import is_image
from holdfast.names import display

LOOKED_FOR = "a metadata.csv, metadata.jsonl or metadata.parquet with file_name beside images"
_FORMAT = "imagefolder"
_NAMES = ("metadata.jsonl", "metadata.parquet", "metadata.csv")
"""In the order in which one is read where a folder has several: the first can hold boxes and has lines."""
_SAMPLE = 200
_MOST = 1000
"""Metadata files of a tree that are read: a dataset has one for each split."""


def recognise(root: Path, tree: Tree, settings: Settings) -> Reading | None:
    """The splits of the metadata files that name images which there are; None where none does."""
    placing, names = Placing(settings.splits), Names(root, tree, loose=False)
    problems = placing.missing(tree)
    files: list[ListFile] = []
    named = meant = 0
    paths = list(_metadata(tree, problems))
    if len(paths) > _MOST:
        message = f"this and {len(paths) - _MOST - 1} more metadata files are not read; {_MOST} are"
        problems.append(ProblemRow(Problem.NOT_READ, paths[_MOST], message))
    for path in paths[:_MOST]:
        file = placing.file(path)
        rows = [row for row in read_metadata(root, path, _SAMPLE) if isinstance(row, Record)]
        found = sum(names.find(row.name, file).image is not None for row in rows)
        if found or settings.format == _FORMAT or any(map(is_image, tree.below(file.folder))):
            files.append(file)
            named, meant = named + len(rows), meant + found
    splits = placing.splits(files, tree)
    if not splits:
        return None
    classes = _classes(root, tree, splits)
    declared = frozenset(classes["collection"].cast(pl.String).unique())
    dataset = Dataset(
        root, _FORMAT, splits, declared=declared, classes=classes, problems=problem_table(problems)
    )
    first = display(files[0].path)
    evidence = (
        f"{len(files)} metadata files, first {first}: {meant} of the first {named} images named are there"
    )
    return Reading(dataset, _confidence(named, meant), evidence)


def _classes(root: Path, tree: Tree, splits: tuple[Split, ...]) -> pl.DataFrame:
    """The table of classes: those of the cards."""
    rows = [
        (collection, None, one.number, one.name, one.file, one.line, entry)
        for collection in sorted({split.collection for split in splits})
        for entry, one in enumerate(find_classes(root, tree, collection))
    ]
    return pl.DataFrame(rows, schema=schema(CLASSES), orient="row")


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with all that its metadata says, annotations included: each file is read once."""
    lists = Lists(lambda file: read_metadata(dataset.root, file.path), loose=False, sized=True)
    return read_lists(dataset, files_of(dataset.splits), Placing.of(dataset.splits), lists)


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset: its annotations are read already."""
    return dataset


def _confidence(named: int, meant: int) -> float:
    if not meant:
        return 0.3
    return 0.95 if 10 * meant >= 9 * named else 0.8


def _metadata(tree: Tree, problems: list[ProblemRow]) -> Iterator[str]:
    """The metadata files of a tree, one a folder; that there are several kinds is noted."""
    first = ""
    for folder, names in sorted(tree.files.items()):
        own = [name for name in _NAMES if name in names]
        for name in own[1:]:
            message = f"not read: {own[0]} lies beside it, and imagefolder takes one kind of metadata"
            problems.append(ProblemRow(Problem.CONFIG, join(folder, name), message))
        if not own:
            continue
        path = join(folder, own[0])
        first = first or path
        if path.rpartition(".")[2] != first.rpartition(".")[2]:
            message = f"{display(first)} is of another kind: imagefolder takes one kind of metadata"
            problems.append(ProblemRow(Problem.CONFIG, path, message))
        yield path
