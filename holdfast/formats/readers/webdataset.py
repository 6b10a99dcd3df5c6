"""WebDataset: tar shards of samples, each the files of one key, `0001.jpg` with `0001.cls`; read in place.

    train-000000.tar  train-000001.tar  val-000000.tar     (or train/000000.tar)

Recognised where a .tar holds an image. Where pictures lie beside the shards, another format has them, and
`format = "webdataset"` decides otherwise.

Splits: a word in the name of a shard or of a folder above it (`imagenet-val-0001.tar`), else train. There is
one collection.

Labels: the key of an image is its name up to the first dot. Its class is the whole number in `.cls` or
`.cls.txt`; `.json`, `.txt` and `.caption` say something about it, and are not read. An image with none of
them is a `missing_label`. Classes have no names and are not declared. The annotation is of kind class, on
line 1 of its .cls, without `values`.

Reported: a .cls without a number by `malformed_label`, one without an image by `orphan_label`; a .tar that
cannot be read by `broken_config`; a picture beside the shards by `unreferenced_image`.

Repair: none, shards are only read.

Limits: shards that are not packed (.tar, not .tar.gz), 10 million members each; links and sparse members are
not read; a .cls of 64 KiB.

https://github.com/webdataset/webdataset#the-webdataset-format
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import polars as pl

from holdfast.config import Settings
from holdfast.dataset import (
    ANNOTATIONS,
    IMAGES,
    LABELS,
    PLACE,
    Dataset,
    Problem,
    ProblemRow,
    Split,
    filled,
    problem_table,
    schema,
)
from holdfast.files import NotRead, read_file
from holdfast.formats.reading import Reading
from holdfast.formats.splits import SPLIT_NAMES, order, places, source_of
from holdfast.formats.tree import Tree, join, tree_of, upward, walk
from holdfast.images import is_image
from holdfast.names import display, to_os
from holdfast.wording import counted

LOOKED_FOR = "tar shards of images, as in train-000000.tar, with a .cls for each"

_CLASS = (".cls", ".cls.txt")
_SAID = (*_CLASS, ".json", ".txt", ".caption")
"""What says something about an image; a class is read from the first two."""
_CLASS_LIMIT = 1 << 16
_FEW = 100
"""Pictures beside shards: a tar file beside more of them is one that was unpacked, and is not listed."""
_NUMBER = re.compile(rb"\s*(\d{1,9})\s*", re.ASCII)
_WORD = re.compile(r"[a-z]+")


def recognise(root: Path, tree: Tree, settings: Settings) -> Reading | None:
    """The shards below the root by split; None where no tar file holds an image."""
    if not any(name.lower().endswith(".tar") for names in tree.files.values() for name in names):
        return None
    pictures = sum(sum(map(is_image, names)) for names in tree.files.values())
    if pictures > _FEW and settings.format != "webdataset":
        return None
    tree = walk(root, archives=True)
    by_split: dict[str, list[str]] = {}
    for shard in _shards(tree):
        if any(map(is_image, tree.below(shard))):
            by_split.setdefault(_split_of(shard), []).append(shard)
    if not by_split:
        return None
    splits = tuple(sorted((Split("", name, tuple(found)) for name, found in by_split.items()), key=order))
    shards = [shard for split in splits for shard in split.folders]
    files = chain.from_iterable(map(tree.below, shards))
    classes = sum(file.lower().endswith(_CLASS) for file in files)
    problems = [
        _not_a_shard(path, why) for path, why in tree.skipped.items() if path.lower().endswith(".tar")
    ]
    dataset = Dataset(root, "webdataset", splits, problems=problem_table(problems), tree=tree)
    evidence = f"{counted(len(shards), 'tar shard')} in {counted(len(splits), 'split')}, "
    evidence += counted(classes, ".cls file")
    # pictures beside the shards speak for another format
    return Reading(dataset, 0.4 if pictures else 0.95 if classes else 0.6, evidence)


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with its images: every picture of a shard."""
    tree = tree_of(dataset)
    owners = {
        path: split
        for split in dataset.splits
        for shard in split.folders
        for path in tree.below(shard)
        if is_image(path)
    }
    paths = sorted(owners)
    labels = [_label_of(path, tree) for path in paths]
    placed = places(dataset.splits, (owners[path] for path in paths)).to_dict()
    columns = {
        "path": paths,
        "label": labels,
        "has_label": [tree.has_file(label) for label in labels],
        "source": [source_of(path) for path in paths],
        "listed": [False] * len(paths),
    }
    problems = list(_unused(tree, dataset.splits))
    everything = pl.concat([dataset.problems, problem_table(problems)])
    return replace(dataset, images=filled(IMAGES, columns | placed, len(paths)), problems=everything)


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset with a class for each .cls file; one that holds no number is a problem."""
    images = pl.concat([dataset.images.filter("has_label"), _orphans(dataset)]).sort("label")
    splits = {split.unit: split for split in dataset.splits}
    problems: list[ProblemRow] = []
    digests, numbers = [], []
    for label, unit in images.select("label", "unit").rows():
        number: int | None = None
        digest: str | None = None
        try:
            data, _ = read_file(os.path.join(dataset.root, to_os(label)), _CLASS_LIMIT)
            digest, found = hashlib.sha256(data).hexdigest(), _NUMBER.fullmatch(data)
            number = int(found[1]) if found else None
            bad = found is None and label.lower().endswith(_CLASS)
            shown = ascii(data[:20].decode("utf-8", "backslashreplace").strip())
            trouble = f"{shown} is no class number" if bad else ""
        except NotRead as error:
            trouble = f"cannot be read: {error}"
        if trouble:
            problems.append(ProblemRow(Problem.MALFORMED, label, trouble, 1, split=splits[unit]))
        digests.append(digest)
        numbers.append(number)
    return replace(
        dataset,
        labels=_labels(images, digests),
        annotations=_annotations(images.with_columns(class_id=pl.Series(numbers, dtype=pl.Int64))),
        problems=pl.concat([dataset.problems, problem_table(problems)]),
    )


def _orphans(dataset: Dataset) -> pl.DataFrame:
    """Rows as those of images for the class files of no image: their path is null."""
    tree, used = tree_of(dataset), set(dataset.images["label"])
    lost = {
        path: split
        for split in dataset.splits
        for shard in split.folders
        for path in tree.below(shard)
        if path.lower().endswith(_CLASS) and path not in used
    }
    placed = places(dataset.splits, lost.values()).to_dict()
    return filled(IMAGES, {"label": list(lost)} | placed, len(lost))


def _labels(images: pl.DataFrame, digests: list[str | None]) -> pl.DataFrame:
    rows = images.select(*schema(PLACE), path="label", image="path")
    rows = rows.with_columns(sha256=pl.Series(digests, dtype=pl.String))
    return rows.select(list(schema(LABELS))).sort("path")


def _annotations(images: pl.DataFrame) -> pl.DataFrame:
    known = images.filter(pl.col("class_id").is_not_null()).sort("label")
    rows = known.select("label", *schema(PLACE), "class_id", pl.col("path").alias("image")).with_columns(
        line=pl.lit(1),
        entry=pl.lit(0),
        kind=pl.lit("class"),
        pixels=pl.lit(value=False),
        crowd=pl.lit(value=False),
        values=pl.lit([], dtype=pl.List(pl.Float64)),
    )
    return filled(ANNOTATIONS, rows.to_dict(), rows.height)


def _shards(tree: Tree) -> Iterator[str]:
    return (
        join(folder, name)
        for folder, names in list(tree.folders.items())
        for name in names
        if name.lower().endswith(".tar")
    )


def _split_of(shard: str) -> str:
    """The split that the name of a shard or of a folder above says; train where none does."""
    for part in upward(shard):
        words = _WORD.findall(part.rpartition("/")[2].lower().removesuffix(".tar"))
        for word in words:
            if word in SPLIT_NAMES:
                return SPLIT_NAMES[word]
    return "train"


def _label_of(path: str, tree: Tree) -> str:
    """The file of a sample that gives its class: that of its key, all before the first dot of its name."""
    folder, _, name = path.rpartition("/")
    key = join(folder, name.partition(".")[0])
    return next((key + suffix for suffix in _SAID if tree.has_file(key + suffix)), key + _CLASS[0])


def _outside(tree: Tree, shards: list[str]) -> Iterator[str]:
    inside = set(shards)
    for folder, names in tree.files.items():
        if not any(place in inside for place in upward(folder)):
            yield from (join(folder, name) for name in names)


def _unused(tree: Tree, splits: tuple[Split, ...]) -> Iterator[ProblemRow]:
    """Pictures beside the shards, and what is not read in them."""
    shards = list(_shards(tree))
    owners = {shard: split for split in splits for shard in split.folders}
    for path in _outside(tree, shards):
        if is_image(path):
            yield ProblemRow(Problem.UNREFERENCED, path, "lies beside the shards: no split refers to it")
    for path, why in tree.skipped.items():
        owner = next((owners[place] for place in upward(path) if place in owners), None)
        if owner is not None or is_image(path):
            yield ProblemRow(Problem.NOT_READ, path, f"not read: {why}", split=owner)


def _not_a_shard(path: str, why: str) -> ProblemRow:
    return ProblemRow(Problem.CONFIG, path, f"{display(path)} is not read: {why}")
