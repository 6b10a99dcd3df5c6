"""Which folders are classes: those directly below a split's folder, as torchvision's ImageFolder has it.

https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html, which Ultralytics
reads classification trees with; images may lie deeper below the folder of their class.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.inside import declared_folder
from holdfast.formats.splits import SPLIT_NAMES, order, split_named
from holdfast.formats.tree import Tree, join, upward
from holdfast.images import is_image
from holdfast.names import display

_NO_CLASS = re.compile(
    r"(.*[_\-. ])?(imgs?|images?|jpegimages|labels?|masks?|annotations?|annots?|imagesets|ground_?truth|gt"
    r"|segmentationclass|segmentationobject|leftimg8bit|gtfine|gtcoarse)|.*annot"
)
"""Names of folders that other formats have; no class is called so."""

_BESIDE = (".txt", ".xml", ".json")
"""Suffixes of annotation files of one image."""


@dataclass(slots=True)
class Layout:
    """The splits, each with one folder whose subfolders are classes, and what was wrong on the way."""

    splits: list[Split] = field(default_factory=list)
    problems: list[ProblemRow] = field(default_factory=list)


class ClassFolder(NamedTuple):
    """A folder whose images are all of one class, named like it."""

    split: Split
    name: str
    path: str


class Counts:
    """How many images lie below each folder of a tree, and how many of them have an annotation beside."""

    def __init__(self, tree: Tree) -> None:
        self.below: Counter[str] = Counter()
        self.direct: Counter[str] = Counter()
        self.annotated: Counter[str] = Counter()
        for folder, names in tree.files.items():
            images = [name for name in names if is_image(name)]
            stems = {name.rpartition(".")[0] for name in names if name.lower().endswith(_BESIDE)}
            beside = sum(name.rpartition(".")[0] in stems for name in images)
            self.direct[folder] = len(images)
            for place in upward(folder) if images else ():
                self.below[place] += len(images)
                self.annotated[place] += beside


def find_layout(tree: Tree, declared: Mapping[str, tuple[str, ...]], wanted: bool) -> Layout:
    """The splits below the root; `declared` are the folders of `[splits]`, `wanted` that the settings name
    this format: then what speaks against it does not count."""
    counts = Counts(tree)
    layout = Layout()
    for name, folders in declared.items():
        _declare(tree, layout, name, folders)
    for split in _by_names(tree, counts, wanted):
        if split.name not in declared:
            layout.splits.append(split)
    if not layout.splits:
        layout.splits += _without_splits(tree, counts, wanted)
    layout.splits = sorted(_merge(layout.splits), key=order)
    return layout


def class_folders(splits: Iterable[Split], tree: Tree) -> Iterator[ClassFolder]:
    """The folders of classes: all directly in the folders of the splits, but for other splits' own."""
    own = {folder for split in splits for folder in split.folders}
    for split in splits:
        for folder in split.folders:
            for name in tree.folders.get(folder, ()):
                if join(folder, name) not in own and _may_be_class(tree, split, join(folder, name)):
                    yield ClassFolder(split, name, join(folder, name))


def _may_be_class(tree: Tree, split: Split, folder: str) -> bool:
    """Without splits a folder of other files is no class: `docs/` beside `cat/` and `dog/`."""
    files = next(tree.below(folder), None) is not None
    return not files or any(map(is_image, tree.below(folder))) or split.folders[0] != ""


def _declare(tree: Tree, layout: Layout, name: str, folders: tuple[str, ...]) -> None:
    found = []
    for value in folders:
        folder = declared_folder(value)
        if folder in tree.folders and tree.closed(folder) is None:
            found.append(folder)
        else:
            message = f"[splits] {name} names a missing folder: {display(value)}"
            layout.problems.append(ProblemRow(Problem.CONFIG, "holdfast.toml", message))
    layout.splits.append(Split("", name, tuple(found), missing=not found))


def _by_names(tree: Tree, counts: Counts, wanted: bool) -> Iterator[Split]:
    """The splits that folder names show, at the root and in collections."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        children = tree.folders.get(folder, ())
        splits = [name for name in children if split_named(name)]
        if not wanted and _is_other(children):
            # its own folders are of another format; another may lie beside, as ImageNet's Data/ does
            own = {*splits, *(name for name in children if _NO_CLASS.fullmatch(name.lower()))}
            waiting += [join(folder, name) for name in reversed(children) if name not in own]
            continue
        places = [(name, _inmost(tree, counts, join(folder, name))) for name in splits]
        held = [(name, place) for name, place in places if _holds_classes(tree, counts, place, wanted)]
        for name, place in held:
            yield Split(_collection(folder), split_named(name) or "", (place,))
        if not held:
            waiting += [join(folder, name) for name in reversed(children) if name not in splits]


def _inmost(tree: Tree, counts: Counts, folder: str) -> str:
    """The folder of a split that holds more than another of its own name: `training_set/training_set/`."""
    name = folder.rpartition("/")[2]
    while name in tree.folders.get(folder, ()) and counts.below[folder] == counts.below[join(folder, name)]:
        folder = join(folder, name)
    return folder


def _collection(folder: str) -> str:
    """The collection of a folder; `images/` alone says nothing."""
    return folder.rpartition("/")[0] if folder.rpartition("/")[2].lower() == "images" else folder


def _is_other(children: tuple[str, ...]) -> bool:
    """Whether folders beside each other show another format: `labels` beside `images`."""
    return any(_NO_CLASS.fullmatch(name.lower()) for name in children if name.lower() != "images")


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z]+", name.lower()))


def _holds_classes(tree: Tree, counts: Counts, folder: str, wanted: bool) -> bool:
    """Whether most images below a folder lie in folders of classes, without annotations beside them."""
    filled = [name for name in tree.folders.get(folder, ()) if counts.below[join(folder, name)]]
    if not filled or wanted:
        return bool(filled)
    inside = [child for name in filled for child in tree.folders[join(folder, name)]]
    if any(_NO_CLASS.fullmatch(name.lower()) for name in filled) or _is_other((*inside,)):
        return False
    if all(_words(name) & SPLIT_NAMES.keys() for name in filled):
        return False  # `cars_train` beside `cars_test`, `train2017` alone
    held = counts.below[folder]
    return 2 * counts.direct[folder] <= held and 2 * counts.annotated[folder] <= held


def _without_splits(tree: Tree, counts: Counts, wanted: bool) -> Iterator[Split]:
    """One split, train, where at least two folders beside each other hold images, and only leaves do."""
    folder = ""
    while True:
        filled = [name for name in tree.folders.get(folder, ()) if counts.below[join(folder, name)]]
        if len(filled) != 1 or counts.direct[folder] or split_named(filled[0]):
            break
        folder = join(folder, filled[0])
    names = {name.lower() for name in tree.folders.get(folder, ())}
    if len(filled) < 2 or any(map(split_named, names)) or (_is_other(tuple(names)) and not wanted):
        return
    places = [place for name in filled for place in tree.folders_below(join(folder, name))]
    inner = {name.lower() for place in places for name in tree.folders.get(place, ())}
    if not wanted and any(split_named(name) or _NO_CLASS.fullmatch(name) for name in inner):
        return  # collections of another format: `boulder/train/images`
    mixed = any(0 < counts.direct[place] < counts.below[place] for place in places)
    if wanted or (not mixed and _holds_classes(tree, counts, folder, wanted)):
        yield Split(_collection(folder), "train", (folder,))


def _merge(splits: list[Split]) -> Iterator[Split]:
    """One split a unit: `valid/` and `validation/` of one collection are both its val."""
    by_unit: dict[str, list[Split]] = {}
    for split in splits:
        by_unit.setdefault(split.unit, []).append(split)
    for same in by_unit.values():
        folders = tuple(dict.fromkeys(folder for split in same for folder in split.folders))
        yield Split(same[0].collection, same[0].name, folders, missing=not folders)
