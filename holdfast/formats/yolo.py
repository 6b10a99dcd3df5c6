"""YOLO trees: detection boxes and segmentation polygons, one .txt for each image."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from holdfast.dataset import IMAGES, PLACE, Dataset, Problem, ProblemRow, Split, problem_table, schema
from holdfast.errors import UsageError
from holdfast.files import NotRead, read_file
from holdfast.formats.tree import Tree, lies_in, walk
from holdfast.formats.yolo_beside import orphans, report_skipped, report_unreferenced
from holdfast.formats.yolo_labels import LIMIT_BYTES
from holdfast.formats.yolo_layout import find_layout
from holdfast.formats.yolo_lists import read_list
from holdfast.formats.yolo_paths import labels_of
from holdfast.formats.yolo_rows import Rows
from holdfast.images import is_image
from holdfast.names import display, to_os, to_text

_EXPORT = re.compile(r"(.+)\.rf\.[0-9a-zA-Z]{20,40}", re.DOTALL)
LOOKED_FOR = (
    "a data.yaml, folders train|val|valid|validate|validation|test|dev|eval "
    "with images/ and labels/, or images/train with labels/train"
)


def recognise(root: Path, declared: Mapping[str, tuple[str, ...]]) -> Dataset | None:
    """The dataset below `root` with its splits and no rows yet; None when it is no YOLO tree.

    `declared` are the folders of `[splits]`. Reads configuration files, lists folders, opens no image.
    Raises UsageError when its splits hold no image at all.
    """
    tree = walk(root)
    layout = find_layout(root, tree, declared)
    if not layout.splits:
        return None
    problems = problem_table(layout.problems)
    dataset = Dataset(root, "yolo", tuple(layout.splits), layout.classes, problems=problems, tree=tree)
    folders = [folder for split in dataset.splits for folder in split.folders]
    lists = any(split.lists for split in dataset.splits)
    if not lists and not any(is_image(path) for folder in folders for path in tree.below(folder)):
        raise no_image(dataset)
    return dataset


def no_image(dataset: Dataset) -> UsageError:
    """The error for a dataset whose splits hold nothing at all."""
    shown = display(to_text(str(dataset.root)))
    places = [place for split in dataset.splits for place in split.folders + split.lists]
    if places:
        looked = ", ".join(display(place) or "." for place in places[:6])
        return UsageError(f"{shown}: no image found; looked in {looked}")
    messages = dataset.problems.filter(kind=Problem.CONFIG)["message"]
    return UsageError("; ".join([f"{shown}: no image found: none of its splits exists", *messages[:1]]))


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with its images, and the problems on the way to them."""
    tree = dataset.tree or walk(dataset.root)
    problems: list[ProblemRow] = []
    owners, listed = _owners(dataset, tree, problems)
    images = _images(dataset, tree, owners, listed)
    report_skipped(dataset, images, tree, problems)
    report_unreferenced(owners, tree, problems)
    return replace(
        dataset,
        images=images,
        problems=pl.concat([dataset.problems, problem_table(problems)]),
        tree=tree,
    )


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset, its images read, with labels, annotations and their problems."""
    labels = _labels(dataset, dataset.tree or walk(dataset.root))
    rows = Rows(labels, dataset.classes)
    splits = {split.unit: split for split in dataset.splits}
    problems: list[ProblemRow] = []
    digests: list[str | None] = []
    root = os.path.join(dataset.root, "")
    for number, (label, unit) in enumerate(labels.select("label", "unit").iter_rows()):
        try:
            data, _ = read_file(root + to_os(label), LIMIT_BYTES)
        except NotRead as error:
            digests.append(None)
            problem = ProblemRow(Problem.MALFORMED, label, f"cannot be read: {error}", split=splits[unit])
            problems.append(problem)
            continue
        digests.append(hashlib.sha256(data).hexdigest())
        for row in rows.add(number, data):
            place = (row.line, row.column, splits[unit])
            problems.append(ProblemRow(Problem.MALFORMED, label, row.message, *place))
    return replace(
        dataset,
        labels=labels.with_columns(sha256=pl.Series(digests, dtype=pl.String)).rename({"label": "path"}),
        annotations=rows.table(),
        problems=pl.concat([dataset.problems, problem_table(problems)]),
        tree=None,
    )


def source_of(path: str) -> str:
    """The picture that an image was exported from: Roboflow's `<source>.rf.<hash>`, else its own stem."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    export = _EXPORT.fullmatch(stem) if ".rf." in stem else None
    return export[1] if export else stem


def _images(dataset: Dataset, tree: Tree, owners: Mapping[str, Split], listed: set[str]) -> pl.DataFrame:
    """The table of images."""
    paths = sorted(owners)
    labels = list(labels_of(paths, tree))
    columns = {
        "path": paths,
        "label": labels,
        "has_label": [tree.has_file(label) for label in labels],
        "source": [source_of(path) for path in paths],
        "listed": [path in listed for path in paths],
    }
    places = _places(dataset.splits, (owners[path] for path in paths))
    kinds = {name: kind for name, kind in schema(IMAGES).items() if name in columns}
    return pl.DataFrame(columns, schema=kinds).hstack(places).select(schema(IMAGES).keys())


def _labels(dataset: Dataset, tree: Tree) -> pl.DataFrame:
    """The label files of the splits in path order: those of images, and those that no image has."""
    place = "unit", "collection", "split"
    labelled = dataset.images.filter(pl.col("has_label")).unique("label", keep="first", maintain_order=True)
    owned = labelled.select("label", *place, pl.col("path").alias("image"))
    lost = dict(reversed(list(orphans(dataset, tree))))  # of two splits the first has it
    alone = pl.DataFrame({"label": list(lost)}, schema={"label": pl.String()})
    alone = alone.hstack(_places(dataset.splits, lost.values())).with_columns(image=pl.lit(None, pl.String()))
    return pl.concat([owned, alone]).sort("label")


def _places(splits: tuple[Split, ...], owners: Iterable[Split]) -> pl.DataFrame:
    """The columns of PLACE, a row for each owner."""
    rows = [(split.unit, split.collection, split.name) for split in splits]
    row_of = {split.unit: row for row, split in enumerate(splits)}
    places = pl.DataFrame(rows, schema=schema(PLACE), orient="row")
    chosen = pl.Series([row_of[owner.unit] for owner in owners], dtype=pl.UInt32)
    return places.select(pl.all().gather(chosen))


def _owners(dataset: Dataset, tree: Tree, problems: list[ProblemRow]) -> tuple[dict[str, Split], set[str]]:
    """Every image with the first split that names it, and those that any list names."""
    owners: dict[str, Split] = {}
    listed: set[str] = set()
    for split in dataset.splits:
        held = (path for folder in split.folders for path in tree.below(folder) if is_image(path))
        taken = _claim(owners, held, split)
        # folders that two splits share are a problem of the layout already; here a list was first
        taken = [path for path in taken if not any(lies_in(path, place) for place in owners[path].folders)]
        if taken:
            folder = next(folder for folder in split.folders if lies_in(taken[0], folder))
            problems.append(_taken(folder, f"{display(split.unit)} holds", taken, owners))
        for file in split.lists:
            lines = Counter(read_list(dataset.root, tree, file, split, problems))
            listed |= lines.keys()
            _report_repeated(problems, file, split, lines)
            if taken := _claim(owners, lines, split):
                problems.append(_taken(file, f"{display(split.unit)} names", taken, owners))
    return owners, listed


def _claim(owners: dict[str, Split], paths: Iterable[str], split: Split) -> list[str]:
    """Give a split the images that no other has yet; those that another has, in path order."""
    return sorted({path for path in paths if owners.setdefault(path, split) is not split})


def _taken(place: str, act: str, taken: list[str], owners: Mapping[str, Split]) -> ProblemRow:
    first, other = display(taken[0]), display(owners[taken[0]].unit)
    message = f"{act} {len(taken)} of another split's images, first {first} of {other}"
    return ProblemRow(Problem.CONFIG, place, message)


def _report_repeated(problems: list[ProblemRow], file: str, split: Split, lines: Counter[str]) -> None:
    """Images on several lines of one list: trainers count each line as one more image."""
    repeated = [path for path, count in lines.items() if count > 1]
    if repeated:
        unit, first = display(split.unit), display(repeated[0])
        message = f"{unit} names {len(repeated)} of its images more than once, first {first}"
        problems.append(ProblemRow(Problem.CONFIG, file, message))
