"""CSV lists: a row for each box, or for each image with its class or classes.

    filename,width,height,class,xmin,ymin,xmax,ymax    TensorFlow, Keras, Roboflow's `_annotations.csv`
    path,x1,y1,x2,y2,class                             keras-retinanet, without a header
    filename,cat,dog                                   0 and 1: Roboflow's `_classes.csv`
    image,label                                        one class an image

The header may use other words: `image_path`, `file`, `img`, `image_id`, ... for the image, `label`,
`category`, `class_id`, `species`, ... for the class, `x_min`, `x1` or `left` for an edge. A file counts where
half of the images in its first 200 rows are there, or by Roboflow's names for it.

Images: from the folder of the list, from the root, else the one image of the collection whose path ends so,
with any suffix where the name has none.

Splits: the folder of the list says which, or its name (`train_labels.csv`), else the folder of each image,
else train. A collection is the folder above, without `data`, `images`, `csv` and the like.

Classes: classes.csv, class_list.csv, class_map.csv, class_mapping.csv or Roboflow's _classes.csv
(`name,number`), or the header of a list of 0 and 1. Without one, names are numbered in sorted order, and
nothing is declared.

Edges are pixels, or fractions where more than nine tenths of the first ones lie between 0 and 1; `values` are
xmin, ymin, xmax, ymax. `entry` is the row, from 0, without the header; in a list of 0 and 1 it counts the
annotations. A row of a list of boxes with nothing but an image, and one of 0 only, mean background.

Reported: a row that is not read by `malformed_label`, with its column; an image that is not there, or a class
that the list of classes lacks, by `dangling_reference`; an image twice in a list of 0 and 1 by
`duplicate_id`; `wrong_image_size`; an image of the split that no list names by `unlisted_image`.

Repair: cuts out rows, changes names, edges and sizes, moves rows to the list of the other split, in a file of
256 MiB at most.

Commas and double quotes (RFC 4180), or semicolons, tabs or bars where they cut the first 20 rows alike: such
a list is read, not edited. A class whose name is not UTF-8 is a `malformed_label`, once a file.

Limits: 256 MiB and 5 million rows a file, 10
million annotations, 4 MiB a line, 131,072 characters a field; 1,000 files; 10,000 problems of a file are
listed.

https://github.com/fizyr/keras-retinanet#csv-datasets, https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

from holdfast.config import Settings
from holdfast.dataset import CLASSES, Dataset, Problem, ProblemRow, problem_table, schema
from holdfast.files import NotRead, read_file
from holdfast.formats.csv_list.classes import (
    FILE_NAMES,
    ROBOFLOW,
    Declared,
    are_classes,
    header_classes,
    read_classes,
)
from holdfast.formats.csv_list.columns import ONE_HOT, Columns, Kind, find_columns
from holdfast.formats.csv_list.parse import parse
from holdfast.formats.lists.names import Names
from holdfast.formats.lists.noted import Noted
from holdfast.formats.lists.placing import Placing, files_of
from holdfast.formats.lists.reading import read_lists
from holdfast.formats.lists.records import LIMIT_FILE, ListFile, Lists, Malformed, Record
from holdfast.formats.lists.table import Row, read_rows, read_start, separator_of
from holdfast.formats.reading import Reading
from holdfast.formats.tree import Tree, join
from holdfast.names import display, is_ambiguous, to_os

LOOKED_FOR = (
    "a .csv that names images, with columns such as filename,class,xmin,ymin,xmax,ymax or image,label"
)
_FORMAT = "csv_list"
_SURE = ("_annotations.csv", ONE_HOT)
_NOT_OURS = ("metadata.csv", "samplesubmission.csv", "sample_submission.csv", "submission.csv")
"""imagefolder's, and what Kaggle's competitions want to get back: its labels are none."""
_HEAD = 1 << 16
_LIMIT_CLASSES = 1 << 20
_SAMPLE = 200
_MOST = 1000
"""CSV files of a tree that are looked at: a dataset has a few for each split."""


class _Found(NamedTuple):
    """A list: what its columns are (None: it has a list's name only), and how many of its first names there
    are, and mean images."""

    file: ListFile
    columns: Columns | None
    names: int
    meant: int


def recognise(root: Path, tree: Tree, settings: Settings) -> Reading | None:
    """The splits of the CSV files that name images which there are; None where none does."""
    placing = Placing(settings.splits)
    tables = list(_tables(tree))
    found = list(_find(root, tree, tables[:_MOST], placing, wanted=settings.format == _FORMAT))
    splits = placing.splits([one.file for one in found], tree)
    if not splits:
        return None
    problems = placing.missing(tree)
    if len(tables) > _MOST:
        message = f"this and {len(tables) - _MOST - 1} more CSV files are not looked at; {_MOST} are"
        problems.append(ProblemRow(Problem.NOT_READ, tables[_MOST], message))
    classes = _classes(root, tree, found, problems)
    declared = frozenset(classes["collection"].cast(pl.String).unique())
    dataset = Dataset(
        root, _FORMAT, splits, declared=declared, classes=classes, problems=problem_table(problems)
    )
    names, meant = sum(one.names for one in found), sum(one.meant for one in found)
    first = display(found[0].file.path)
    evidence = f"{len(found)} CSV lists, first {first}: {meant} of the first {names} images named are there"
    return Reading(dataset, _confidence(names, meant), evidence)


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with all that its lists say, annotations included: each is read once."""
    lists = Lists(lambda file: _records(dataset.root, file), loose=True, sized=False)
    return read_lists(dataset, files_of(dataset.splits), Placing.of(dataset.splits), lists)


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset: its annotations are read already."""
    return dataset


def _confidence(names: int, meant: int) -> float:
    if not meant:
        return 0.3
    return 0.95 if 10 * meant >= 9 * names else 0.8


def _find(root: Path, tree: Tree, tables: list[str], placing: Placing, *, wanted: bool) -> Iterator[_Found]:
    """The files that name images; where the settings want this format, of images that are missing too."""
    images = Names(root, tree, loose=True)
    for path in tables:
        name = path.rpartition("/")[2]
        rows = _head(root, path)
        columns = find_columns(name, rows)
        file = placing.file(path)
        if columns is None:
            if name.lower() in _SURE and not are_classes(rows):
                yield _Found(file, None, 0, 0)
            continue
        body = rows[columns.header :]
        names = {row.fields[columns.image].strip() for row in body if len(row.fields) == columns.count}
        meant = sum(images.find(written, file).image is not None for written in names)
        if 2 * meant >= max(len(names), 1) or wanted or name.lower() in _SURE:
            yield _Found(file, columns, len(names), meant)


def _tables(tree: Tree) -> Iterator[str]:
    """The CSV files of a tree that may be lists of images."""
    for folder, names in sorted(tree.files.items()):
        for name in names:
            if name.lower().endswith(".csv") and name.lower() not in (*FILE_NAMES, *_NOT_OURS):
                yield join(folder, name)


def _head(root: Path, path: str) -> list[Row]:
    """The first rows of a file; none if it cannot be read."""
    try:
        data = read_start(root / to_os(path), _HEAD)
    except NotRead:
        return []
    rows = islice(read_rows(data, separator_of(data)), _SAMPLE + 1)
    return [row for row in rows if isinstance(row, Row)]


def _records(root: Path, file: ListFile) -> Iterator[Record | Malformed]:
    """What a list says."""
    columns = find_columns(file.path.rpartition("/")[2], _head(root, file.path))
    try:
        data, _ = read_file(root / to_os(file.path), LIMIT_FILE)
    except NotRead as error:
        yield Malformed(None, None, f"cannot be read: {error}")
        return
    separator = separator_of(data)
    if columns is not None:
        yield from _checked(parse(read_rows(data, separator), columns))
        if columns.header and len(list(islice(read_rows(data, separator), 2))) < 2:
            yield Malformed(1, None, "a header and no row: it names no image")
        return
    first = next(read_rows(data, separator), None)
    message = "no columns that say which image and what is on it" if first else "holds no row"
    yield first if isinstance(first, Malformed) else Malformed(1, None, message)


def _checked(records: Iterator[Record | Malformed]) -> Iterator[Record | Malformed]:
    """The records; last, so that their numbers stay, the first class whose name is not UTF-8."""
    first: Malformed | None = None
    for record in records:
        if first is None and isinstance(record, Record):
            raw = (mark for mark in record.marks if isinstance(mark.key, str) and is_ambiguous(mark.key))
            for mark in islice(raw, 1):
                said = f"class {display(str(mark.key)[:200])} is not UTF-8: pandas refuses the file"
                first = Malformed(record.line, mark.column, f"{said}; save it as UTF-8")
        yield record
    if first is not None:
        yield first


def _classes(root: Path, tree: Tree, found: list[_Found], problems: list[ProblemRow]) -> pl.DataFrame:
    """The table of classes: those of a `classes.csv`, else those in the headers of lists of 0 and 1."""
    rows = []
    for collection in sorted({one.file.collection for one in found}):
        own = [one for one in found if one.file.collection == collection]
        folders = dict.fromkeys([*(one.file.folder for one in own), collection])
        lists = {one.file.path for one in own}
        paths = [join(folder, name) for folder in folders for name in (*FILE_NAMES, ROBOFLOW)]
        path = next((path for path in paths if tree.has_file(path) and path not in lists), None)
        if path is None:
            headers = [
                (one.file.path, one.columns)
                for one in own
                if one.columns and one.columns.kind is Kind.ONE_HOT
            ]
            declared = list(header_classes(headers))
        else:
            declared = [(path, row) for row in _class_file(root, path, problems)]
        rows += [
            (collection, None, row.number, row.name, path, row.line, row.entry) for path, row in declared
        ]
    rows.sort(key=lambda row: (row[0], row[2]))
    return pl.DataFrame(rows, schema=schema(CLASSES), orient="row")


def _class_file(root: Path, path: str, problems: list[ProblemRow]) -> list[Declared]:
    """The classes of a file; what is wrong with it is noted."""
    noted = Noted(path)
    try:
        data, _ = read_file(root / to_os(path), _LIMIT_CLASSES)
        return list(read_classes(read_rows(data, separator_of(data)), noted))
    except NotRead as error:
        noted.add(Problem.CONFIG, f"cannot be read: {error}", None)
        return []
    finally:
        problems += noted.rows(None)
