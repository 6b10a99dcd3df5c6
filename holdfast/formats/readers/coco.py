"""COCO: one JSON file a split that names its images and their boxes, polygons, masks and keypoints.

    annotations/instances_train2017.json  images/train2017/1.jpg    (or train2017/1.jpg)
    train/_annotations.coco.json  train/1.jpg                       (Roboflow)
    result.json  images/1.jpg                                       (Label Studio; any name of the file)

A JSON file counts by what stands in its first MiB: `images` with `file_name`, `annotations` with `image_id`,
or both of them empty. One that is only called so (`coco`, `instances`) and broken is read as well, to report
it. Of a folder with more than 64 JSON files only those are looked at that are called like COCO's.

Splits: the name of the file says which, else the nearest folder, else it is train. Of several files for one
split one is read: instances before names that say nothing, before keypoints, stuff, panoptic and captions;
`other_format` names the others, and `[splits]` may name files as well as folders. A collection is what is
left of the folder without split and words such as `annotations` and `images`.

Images: `file_name`, or the end of LVIS' `coco_url`, below the folders where most names of the file are found,
then from the file itself. Named without an annotation, an image is background or forgotten: `missing_label`
warns of each, and where they are more than a tenth one info counts them.

Classes: `categories` of each file by their ids, which keep their gaps.

Coordinates are pixels from 0. `values`: a box x, y, width, height, a polygon the points of all its rings,
with their lengths in `rings`; an annotation with keypoints is a pose, with its box. A mask of runs (RLE) is
summed up, not drawn: its edges are those of `bbox`. `iscrowd` is `crowd`. A segment of a panoptic file is a
mask without `entry`. Captions are counted, and reported by `other_format`. `entry` is the index in
`annotations`; every finding has line, column and JSON pointer.

Reported: what is no JSON, has another form or contradicts itself by `malformed_label`, up to where a file
breaks off; an image that is not there, or an `image_id` of none, by `dangling_reference`; ids and file names
of two entries by `duplicate_id`; `wrong_image_size`, `unlisted_image`, `unknown_class`; categories that are
numbered otherwise in another split by `conflicting_class_ids`.

Repair: drops, clips, renames and moves single entries, and corrects sizes, of a file of at most 512 MiB;
every other byte stays. Masks of runs it does not change.

Limits: none for the file, which is read in windows of 4 MiB (256 MiB in an archive); 8 million characters an
element, as deep as Python's JSON reader goes; 100,000 categories, 4,096 characters an id or name, 1,000
elements that are no JSON; 10,000 problems of a kind are listed, the others counted.

https://cocodataset.org/#format-data
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from holdfast.config import Settings
from holdfast.dataset import (
    ANNOTATIONS,
    CLASSES,
    IMAGES,
    Dataset,
    Problem,
    ProblemRow,
    Split,
    empty,
    filled,
    problem_table,
)
from holdfast.formats.coco.images import images_of
from holdfast.formats.coco.labels import labels_of
from holdfast.formats.coco.layout import Layout, find_layout
from holdfast.formats.coco.names import Home, folders_of
from holdfast.formats.coco.notes import Notes
from holdfast.formats.coco.sniff import names_in
from holdfast.formats.lists.leftovers import images_in, report_skipped, report_unreferenced
from holdfast.formats.reading import Reading
from holdfast.formats.splits import places, source_of
from holdfast.formats.tree import Tree, tree_of
from holdfast.names import display
from holdfast.wording import counted

LOOKED_FOR = (
    "JSON files with `images` and `annotations`, as annotations/instances_train2017.json "
    "or train/_annotations.coco.json"
)


def recognise(root: Path, tree: Tree, settings: Settings) -> Reading | None:
    """The splits that COCO files describe; None when no JSON file reads like one."""
    layout = find_layout(root, tree, settings)
    if not layout.splits:
        return None
    dataset = Dataset(
        root,
        "coco",
        tuple(layout.splits),
        pointer="/annotations/{}",
        problems=problem_table(layout.problems),
    )
    files = [file for split in layout.splits for file in split.lists]
    listed = ", ".join(display(file) for file in files[:3]) + (", ..." if len(files) > 3 else "")
    evidence = f"{counted(layout.files, 'COCO file')} for {counted(len(layout.splits), 'split')}: {listed}"
    if layout.named:
        evidence += f"; {layout.found} of the first {layout.named} images that they name are there"
    return Reading(dataset, _confidence(layout), evidence)


def _confidence(layout: Layout) -> float:
    if layout.broken == layout.files:
        return 0.3
    if layout.named and not layout.found:
        return 0.4
    sound = layout.found == layout.named and not layout.broken
    return 0.95 if sound and not any(problem.kind is Problem.CONFIG for problem in layout.problems) else 0.8


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with the images that its files name, and what is wrong with them."""
    tree = tree_of(dataset)
    dataset = replace(dataset, splits=tuple(_with_folders(dataset, split, tree) for split in dataset.splits))
    problems: list[ProblemRow] = []
    tables: list[pl.DataFrame] = []
    for number, split in enumerate(dataset.splits):
        for file in split.lists:
            notes = Notes(file, split)
            table = images_of(dataset, tree, split, file, notes)
            tables.append(table.with_columns(split=pl.lit(number, pl.Int32()), declared=pl.lit(file)))
            problems += notes.rows()
    found = pl.concat(tables).filter(pl.col("path").is_not_null()) if tables else None
    owned = empty(IMAGES) if found is None else _images(dataset, found, problems)
    _report_others(dataset, owned, tree, problems)
    problems_table = pl.concat([dataset.problems, problem_table(problems)])
    return replace(dataset, images=owned, problems=problems_table)


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset, its images read, with classes, annotations and their problems."""
    tree = tree_of(dataset)
    problems: list[ProblemRow] = []
    annotations, classes = [empty(ANNOTATIONS)], [empty(CLASSES)]
    for split in dataset.splits:
        for file in split.lists:
            notes = Notes(file, split)
            labels = labels_of(dataset, tree, split, file, notes)
            annotations.append(labels.annotations)
            classes.append(labels.classes)
            problems += notes.rows()
    table = pl.concat(classes)
    return replace(
        dataset,
        annotations=pl.concat(annotations),
        classes=table,
        declared=frozenset(table["collection"].cast(pl.String()).unique()),
        problems=pl.concat([dataset.problems, problem_table(problems)]),
    )


def _with_folders(dataset: Dataset, split: Split, tree: Tree) -> Split:
    """The split with the folders of its images, where the beginning of its file did not name them."""
    if split.folders or not split.lists:
        return split
    names, file = names_in(dataset.root, split.lists[0]), split.lists[0]
    folders, _ = folders_of(names, tree, Home(file, split.name, split.collection))
    return replace(split, folders=folders)


def _images(dataset: Dataset, found: pl.DataFrame, problems: list[ProblemRow]) -> pl.DataFrame:
    """The table of images: of two entries for a file the first counts, of two splits the first has it."""
    owned = found.unique("path", keep="first", maintain_order=True).sort("path")
    owner = found.join(owned.select("path", owner="split"), on="path", maintain_order="left")
    taken = owner.filter(pl.col("split") != pl.col("owner")).unique("path", keep="first", maintain_order=True)
    for (number, other, file), rows in taken.group_by("split", "owner", "declared", maintain_order=True):
        split, first = dataset.splits[int(str(number))], dataset.splits[int(str(other))]
        message = (
            f"{display(split.unit)} names {rows.height} images of {display(first.unit)}, "
            f"first {display(rows['path'][0])}"
        )
        problems.append(ProblemRow(Problem.CONFIG, str(file), message, split=split))
    placed = places(dataset.splits, (dataset.splits[number] for number in owned["split"]))
    data = {
        "path": owned["path"],
        **{name: placed[name] for name in placed.columns},
        "has_label": pl.repeat(True, owned.height, dtype=pl.Boolean(), eager=True),
        "source": [source_of(path) for path in owned["path"]],
        "listed": pl.repeat(True, owned.height, dtype=pl.Boolean(), eager=True),
        "declared_width": owned["wide"],
        "declared_height": owned["high"],
        "declared_in": owned["declared"],
        "declared_line": owned["line"],
        "declared_entry": owned["entry"],
    }
    return filled(IMAGES, data, owned.height)


def _report_others(dataset: Dataset, images: pl.DataFrame, tree: Tree, problems: list[ProblemRow]) -> None:
    """Images that no file names: beside such as are named, and elsewhere; links and closed folders."""
    used = set(images["path"])
    splits = {split.unit: split for split in dataset.splits}
    folders = images.select(pl.col("path").str.replace("/?[^/]*$", "").alias("folder"), "unit", "declared_in")
    for folder, unit, file in folders.unique("folder", keep="first", maintain_order=True).iter_rows():
        for path in images_in(tree, folder):
            if path not in used:
                message = f"no COCO file names it, {display(file)} names others of its folder"
                problems.append(ProblemRow(Problem.UNLISTED, path, message, split=splits[unit]))
                used.add(path)
    for split in dataset.splits:  # the pictures of panoptic annotations lie in a folder called like the file
        for file in split.lists:
            used.update(images_in(tree, file.rpartition(".")[0]))
    report_skipped(dataset.splits, tree, problems)
    report_unreferenced(used, tree, problems)
