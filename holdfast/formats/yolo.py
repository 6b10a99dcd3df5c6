"""YOLO trees: detection boxes and segmentation polygons, one .txt for each image."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from holdfast.dataset import (
    ANNOTATIONS,
    IMAGES,
    LABELS,
    Dataset,
    Problem,
    ProblemRow,
    Split,
    problem_table,
    schema,
)  # fmt: skip
from holdfast.errors import UsageError
from holdfast.files import NotRead, read_file
from holdfast.formats.tree import Tree, lies_in, walk
from holdfast.formats.yolo_beside import orphans, report_skipped, report_unreferenced
from holdfast.formats.yolo_labels import LIMIT_BYTES, Annotation, parse_labels
from holdfast.formats.yolo_layout import find_layout
from holdfast.formats.yolo_lists import read_list
from holdfast.formats.yolo_paths import label_of
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
    dataset = Dataset(root, "yolo", tuple(layout.splits), layout.classes, problems=problems)
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
    tree = walk(dataset.root)
    problems: list[ProblemRow] = []
    rows: list[tuple[object, ...]] = []
    for path, split, listed in sorted(_images(dataset, tree, problems), key=lambda image: image[0]):
        label = label_of(path, tree)
        rows.append((path, *_place(split), label, tree.has_file(label), source_of(path), listed))
    images = pl.DataFrame(rows, schema=schema(IMAGES), orient="row")
    report_skipped(dataset, images, tree, problems)
    report_unreferenced(images, tree, problems)
    return replace(
        dataset,
        images=images,
        problems=pl.concat([dataset.problems, problem_table(problems)]),
    )


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset, its images read, with labels, annotations and their problems."""
    tree = walk(dataset.root)
    splits = {split.unit: split for split in dataset.splits}
    owners: dict[str, tuple[Split, str | None]] = {}
    labelled = dataset.images.filter(pl.col("has_label"))
    for path, label, unit in labelled.select("path", "label", "unit").rows():
        owners.setdefault(label, (splits[unit], path))
    for label, split in orphans(dataset, tree, owners):
        owners.setdefault(label, (split, None))
    rows = _Rows()
    for label in sorted(owners):
        _read_label(dataset, label, *owners[label], rows)
    return replace(
        dataset,
        labels=pl.DataFrame(rows.labels, schema=schema(LABELS), orient="row"),
        annotations=_columns(rows.annotations, schema(ANNOTATIONS)),
        problems=pl.concat([dataset.problems, problem_table(rows.problems)]),
    )


@dataclass(slots=True)
class _Rows:
    """What is collected while labels are read."""

    labels: list[tuple[object, ...]] = field(default_factory=list)
    annotations: list[tuple[object, ...]] = field(default_factory=list)
    problems: list[ProblemRow] = field(default_factory=list)


def source_of(path: str) -> str:
    """The picture that an image was exported from: Roboflow's `<source>.rf.<hash>`, else its own stem."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    export = _EXPORT.fullmatch(stem)
    return export[1] if export else stem


def _images(dataset: Dataset, tree: Tree, problems: list[ProblemRow]) -> Iterator[tuple[str, Split, bool]]:
    """Every image of a split, once: the first split that names it has it; whether any list names it."""
    owners: dict[str, Split] = {}
    listed: set[str] = set()
    for split in dataset.splits:
        held = {path for folder in split.folders for path in tree.below(folder) if is_image(path)}
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
    yield from ((path, split, path in listed) for path, split in owners.items())


def _claim(owners: dict[str, Split], paths: Iterable[str], split: Split) -> list[str]:
    """Give a split the images that no other has yet; those that another has, in path order."""
    return sorted(path for path in paths if owners.setdefault(path, split) != split)


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


def _read_label(dataset: Dataset, label: str, split: Split, image: str | None, rows: _Rows) -> None:
    try:
        data, _ = read_file(dataset.root / to_os(label), LIMIT_BYTES)
    except NotRead as error:
        rows.labels.append((label, *_place(split), image, None))
        rows.problems.append(ProblemRow(Problem.MALFORMED, label, f"cannot be read: {error}", split=split))
        return
    rows.labels.append((label, *_place(split), image, hashlib.sha256(data).hexdigest()))
    names = dataset.classes.get(split.collection) or ()
    for row in parse_labels(data):
        if not isinstance(row, Annotation):
            problem = ProblemRow(Problem.MALFORMED, label, row.message, row.line, row.column, split)
            rows.problems.append(problem)
            continue
        name = names[row.class_id] if 0 <= row.class_id < len(names) else None
        edges = (row.x_min, row.y_min, row.x_max, row.y_max)
        place = (label, row.line, *_place(split), image)
        rows.annotations.append((*place, row.kind, row.class_id, name, *edges, row.values))


def _place(split: Split) -> tuple[str, str, str]:
    return split.unit, split.collection, split.name


def _columns(rows: list[tuple[object, ...]], columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """Many rows as a table: column by column, which is faster than by rows."""
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pl.DataFrame(dict(zip(columns, map(list, values), strict=True)), schema=columns)
