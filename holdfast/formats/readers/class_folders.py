"""Class folders: the folder that an image lies in is its class, as in `train/cat/1.jpg`.

    train/cat/1.jpg  train/dog/2.jpg  val/cat/3.jpg     (also train2017, training_set)
    cat/1.jpg  dog/2.jpg                                (one split, train)
    birds/train/wren/1.jpg                              (collection birds)

Recognised by folders alone, so less surely (0.6) than anything with annotation files. At least two classes
are wanted, and no folder called as other formats call theirs (`images`, `labels`, `masks`, `JPEGImages`,
`annotations`, ...); `format = "class_folders"` takes one class and any name. An image may lie deeper below
the folder of its class.

Splits: folders called like splits, in the root or in collections; without one, everything is train.

Classes: the folders directly below those of the splits, sorted and numbered over all splits of a collection.
They count as declared. Each image has one annotation of kind class, whose `label` is the image itself; it has
no line, no `values` and no edges. There is no background.

Reported: a class without an image in some split by `broken_config`, as ImageFolder refuses it; an image
beside the folders of classes by `unreferenced_image`; `class_missing_in_split`.

Repair: an image goes, or moves to the folder of its class in the other split. No file says anything.

Read so by torchvision's ImageFolder, Ultralytics (classification), Keras' image_dataset_from_directory:
https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
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
    filled,
    problem_table,
)
from holdfast.formats.class_folders.layout import ClassFolder, class_folders, find_layout
from holdfast.formats.lists.leftovers import images_in, report_skipped, report_unreferenced
from holdfast.formats.reading import Reading
from holdfast.formats.splits import places, source_of
from holdfast.formats.tree import Tree, tree_of
from holdfast.images import is_image
from holdfast.names import display
from holdfast.wording import counted

LOOKED_FOR = "a folder for each class, as in train/cat/1.jpg or cat/1.jpg"
_FORMAT = "class_folders"


def recognise(root: Path, tree: Tree, settings: Settings) -> Reading | None:
    """The splits whose folders hold folders of images; None when there are none or all is one class."""
    wanted = settings.format == _FORMAT
    layout = find_layout(tree, settings.splits, wanted)
    splits = tuple(layout.splits)
    folders = list(class_folders(splits, tree))
    folders = [folder for folder in folders if any(map(is_image, tree.below(folder.path)))]
    names = {folder.name for folder in folders}
    if len(names) < (1 if wanted else 2):
        return None
    problems = problem_table(layout.problems)
    declared = frozenset(split.collection for split in splits)
    classes = _classes(folders)
    dataset = Dataset(root, _FORMAT, splits, declared=declared, classes=classes, problems=problems)
    noun = "class" if len(names) == 1 else "classes"
    evidence = (
        f"{counted(len(splits), 'split')}, images in {counted(len(folders), 'folder')} of {len(names)} {noun}"
    )
    return Reading(dataset, 0.6, evidence)


def read_images(dataset: Dataset) -> Dataset:
    """The same dataset with its images; those beside the folders of classes belong to none."""
    tree = tree_of(dataset)
    owners = _owners(dataset, tree)
    paths = sorted(owners)
    problems: list[ProblemRow] = []
    report_skipped(dataset.splits, tree, problems)
    problems += _report_folders(dataset, tree)
    report_unreferenced(owners.keys() | {problem.path for problem in problems}, tree, problems)
    columns = {
        "path": paths,
        "has_label": [True] * len(paths),
        "source": [source_of(path) for path in paths],
        "listed": [False] * len(paths),
        **places(dataset.splits, (owners[path].split for path in paths)).to_dict(),
    }
    noted = pl.concat([dataset.problems, problem_table(problems)])
    return replace(dataset, images=filled(IMAGES, columns, len(paths)), problems=noted)


def read_labels(dataset: Dataset) -> Dataset:
    """The same dataset with an annotation for each image: its class."""
    rows = dataset.classes.select("collection", "class_name", "class_id").rows()
    numbers = {(collection, name): number for collection, name, number in rows}
    owners = _owners(dataset, tree_of(dataset))
    paths = dataset.images["path"].to_list()
    folders = [owners[path] for path in paths]
    columns = {
        **dataset.images.select("unit", "collection", "split").to_dict(),
        "label": paths,
        "entry": [0] * len(paths),
        "image": paths,
        "kind": ["class"] * len(paths),
        "class_id": [numbers[folder.split.collection, folder.name] for folder in folders],
        "class_name": [folder.name for folder in folders],
        "pixels": [False] * len(paths),
        "values": [[]] * len(paths),
        "crowd": [False] * len(paths),
    }
    return replace(dataset, annotations=filled(ANNOTATIONS, columns, len(paths)))


def _classes(folders: list[ClassFolder]) -> pl.DataFrame:
    """The table of classes: the names of all splits of a collection, sorted, each with its first folder.

    A folder without an image declares none: it is reported, and trainers refuse it.
    """
    first: dict[tuple[str, str], str] = {}
    for folder in folders:
        first.setdefault((folder.split.collection, folder.name), folder.path)
    found = sorted(first)
    start = {collection: index for index, (collection, _) in reversed(list(enumerate(found)))}
    columns = {
        "collection": [collection for collection, _ in found],
        "class_id": [index - start[collection] for index, (collection, _) in enumerate(found)],
        "class_name": [name for _, name in found],
        "path": [first[key] for key in found],
    }
    return filled(CLASSES, columns, len(found))


def _owners(dataset: Dataset, tree: Tree) -> dict[str, ClassFolder]:
    """Every image with the folder of its class; of two splits that share a folder the first has it."""
    owners: dict[str, ClassFolder] = {}
    for folder in class_folders(dataset.splits, tree):
        for path in filter(is_image, tree.below(folder.path)):
            owners.setdefault(path, folder)
    return owners


def _report_folders(dataset: Dataset, tree: Tree) -> Iterator[ProblemRow]:
    """Folders of classes without an image, and images beside the folders of classes."""
    for folder in class_folders(dataset.splits, tree):
        if not any(map(is_image, tree.below(folder.path))):
            message = f"class {display(folder.name)} has no image here; torchvision's ImageFolder refuses it"
            yield ProblemRow(Problem.CONFIG, folder.path, message, split=folder.split)
    for split in dataset.splits:
        for path in chain.from_iterable(images_in(tree, folder) for folder in split.folders):
            message = f"in no folder of a class: {display(split.unit)} is read without it"
            yield ProblemRow(Problem.UNREFERENCED, path, message)
