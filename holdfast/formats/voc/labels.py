"""The files of a VOC tree: which there are, and what each says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from holdfast.dataset import PLACE, Dataset, Problem, ProblemRow, Split, schema
from holdfast.files import NotRead, read_file
from holdfast.formats.splits import places
from holdfast.formats.tree import Tree, join
from holdfast.formats.voc.document import LIMIT_BYTES, Document, read_document
from holdfast.formats.voc.images import find_owners
from holdfast.formats.voc.places import is_xml, labels_of, stem, xml_folder
from holdfast.formats.voc.rows import Rows
from holdfast.images import is_image
from holdfast.names import display, to_os, to_text
from holdfast.progress import report

_EVERY = 1_000
"""Files after which it is said how far the reading is."""


@dataclass(slots=True)
class Read:
    """What was read of the files: objects, digests, declared sizes and problems."""

    rows: Rows
    digests: list[str | None] = field(default_factory=list)
    sizes: list[tuple[str, int, int, int]] = field(default_factory=list)
    problems: list[ProblemRow] = field(default_factory=list)


def list_labels(dataset: Dataset, tree: Tree) -> pl.DataFrame:
    """The files of the splits in path order: those of images, and those that no image has."""
    labelled = dataset.images.filter(pl.col("has_label")).unique("label", keep="first", maintain_order=True)
    owned = labelled.select("label", *schema(PLACE), pl.col("path").alias("image"))
    lost = _orphans(dataset, tree)
    alone = pl.DataFrame({"label": list(lost)}, schema={"label": pl.String()})
    alone = alone.hstack(places(dataset.splits, lost.values())).with_columns(image=pl.lit(None, pl.String()))
    return pl.concat([owned, alone]).sort("label")


def _orphans(dataset: Dataset, tree: Tree) -> dict[str, Split]:
    """Files where those of the splits belong that have no image anywhere, each with its first split."""
    images = (join(folder, name) for folder, names in tree.files.items() for name in names if is_image(name))
    wanted = set(labels_of(images, tree))
    lost = dict(find_owners(dataset.root, tree, dataset.splits).lost) if _has_lists(dataset) else {}
    for folder, split in _label_folders(dataset, tree).items():
        for name in tree.files.get(folder, ()):
            path = join(folder, name)
            if is_xml(name) and path not in wanted:
                lost.setdefault(path, split)
    return lost


def _has_lists(dataset: Dataset) -> bool:
    return any(split.lists for split in dataset.splits)


def _label_folders(dataset: Dataset, tree: Tree) -> dict[str, Split]:
    """The folders of the files of all images, and below those of the splits, each with its first split."""
    splits = {split.unit: split for split in dataset.splits}
    found: dict[str, Split] = {}
    for split in dataset.splits:
        for folder in split.folders:
            for below in tree.folders_below(xml_folder(folder, tree)):
                found.setdefault(below, split)
    for label, unit in dataset.images.select("label", "unit").iter_rows():
        found.setdefault(label.rpartition("/")[0], splits[unit])
    return found


def read_files(dataset: Dataset, labels: pl.DataFrame, tree: Tree) -> Read:
    """What the files in the table `labels` say, in its order."""
    read = Read(Rows(labels))
    splits = {split.unit: split for split in dataset.splits}
    root = os.path.join(dataset.root, "")
    for number, (label, unit, image) in enumerate(labels.select("label", "unit", "image").iter_rows()):
        if number % _EVERY == 0:
            report("reading labels", number, labels.height)
        try:
            data, _ = read_file(root + to_os(label), LIMIT_BYTES)
        except NotRead as error:
            read.digests.append(None)
            message = f"cannot be read: {error}"
            read.problems.append(ProblemRow(Problem.MALFORMED, label, message, split=splits[unit]))
            continue
        read.digests.append(hashlib.sha256(data).hexdigest())
        document = read_document(data)
        read.rows.add(number, document.shapes)
        if document.size is not None:
            read.sizes.append((label, *document.size))
        read.problems += _problems(document, label, image, splits[unit], tree)
    report("reading labels", labels.height, labels.height)
    return read


def _problems(
    document: Document, label: str, image: str | None, split: Split, tree: Tree
) -> Iterator[ProblemRow]:
    for fault in document.faults:
        yield ProblemRow(Problem.MALFORMED, label, fault.message, fault.line, fault.column, split)
    named = document.filename
    if named is None or image is None:
        return
    folder, _, own = image.rpartition("/")
    name = to_text(named.text).replace("\\", "/").rpartition("/")[2]
    if name in (own, stem(own)) or stem(name) == stem(own):
        return
    there = "another image" if tree.has_file(join(folder, name)) else "which does not exist"
    message = f"<filename> names {display(name[:200])}, {there}; by its own name it is about {display(own)}"
    yield ProblemRow(Problem.DANGLING, label, message, named.line, named.column, split)
