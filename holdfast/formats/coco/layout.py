"""Which COCO file describes which split, and where its images lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from holdfast.config import Settings
from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.coco.names import Home, folders_of, words
from holdfast.formats.coco.sniff import Sniffed, sniff_all
from holdfast.formats.inside import declared_folder
from holdfast.formats.splits import SPLIT_NAMES, order
from holdfast.formats.tree import Tree, lies_in
from holdfast.names import display

_ROOMS = {"annotations", "annotation", "labels", "label", "images", "json", "jsons", "coco", "data"}
"""Folders that are no collection of their own."""
_RANKS = {"instances": 0, "keypoints": 2, "stuff": 3, "panoptic": 3, "captions": 4, "image": 5}
"""Of several files for one split the lowest is read; a name that says nothing has rank 1."""


@dataclass(slots=True)
class Layout:
    """The splits of a tree. `named` and `found` are numbers of image names: looked up, and of those found."""

    splits: list[Split] = field(default_factory=list)
    problems: list[ProblemRow] = field(default_factory=list)
    files: int = 0
    named: int = 0
    found: int = 0
    broken: int = 0


class _File(NamedTuple):
    """A COCO file and what its path says of it; `told` is False where it says no split."""

    sniffed: Sniffed
    collection: str
    split: str
    told: bool

    @property
    def home(self) -> Home:
        return Home(self.path, self.split, self.collection)

    @property
    def path(self) -> str:
        return self.sniffed.path

    @property
    def rank(self) -> tuple[bool, int, bool, int, str]:
        name = words(self.path.rpartition("/")[2])
        kind = next((_RANKS[word] for word in name if word in _RANKS), 1)
        return not self.sniffed.sure, kind, not self.told, self.path.count("/"), self.path


def find_layout(root: Path, tree: Tree, settings: Settings) -> Layout:
    """The splits that COCO files describe; none where there is no such file.

    `[splits]` of the settings gives folders, with the file or the images of the split in them, or files.
    """
    layout = Layout()
    groups: dict[tuple[str, str], list[_File]] = {}
    found = [_placed(sniffed) for sniffed in sniff_all(root, tree)]
    told = [_declared(file, tree, settings) for file in found]
    for file, declared in zip(found, told, strict=True):
        if declared is None and any(told):
            layout.problems.append(_unread(file, "it is of no split of [splits]"))
            continue
        read = declared or file  # where [splits] fits no file at all, names and folders say it
        groups.setdefault((read.collection, read.split), []).append(read)
    for files in groups.values():
        files.sort(key=lambda file: file.rank)
        _add(layout, tree, files, _written(files, settings))
    for name in settings.splits if layout.splits else ():
        if not any(file and file.split == name for file in told):
            message = f"[splits] {name} names no folder with a COCO file, and no such file"
            layout.problems.append(ProblemRow(Problem.CONFIG, "holdfast.toml", message))
            if all(split.name != name for split in layout.splits):
                layout.splits.append(Split("", name, missing=True))
    layout.splits.sort(key=order)
    return layout


def _add(layout: Layout, tree: Tree, files: list[_File], written: list[_File]) -> None:
    """The split of these files: of those that [splits] names, else of the first."""
    read = written or files[:1]
    first = read[0]
    folders: list[str] = []
    for file in read:
        places, found = folders_of(file.sniffed.names, tree, file.home)
        folders += places
        layout.named += len(set(file.sniffed.names))
        layout.found += found
        layout.broken += not file.sniffed.sure
    lists = tuple(file.path for file in read)
    layout.files += len(lists)
    layout.splits.append(Split(first.collection, first.split, tuple(dict.fromkeys(folders)), lists))
    for file in files:
        if file not in read:
            unit = display(layout.splits[-1].unit)
            layout.problems.append(_unread(file, f"{display(first.path)} is read for {unit}"))


def _placed(sniffed: Sniffed) -> _File:
    """What the path of a file says: its split by its name, else by the nearest folder; its collection."""
    folder, _, name = sniffed.path.rpartition("/")
    parts = folder.split("/") if folder else []
    split = _split_in(name.rpartition(".")[0])
    for part in reversed(parts):
        split = split or _split_in(part)
    return _File(sniffed, _collection(folder, split), split or "train", bool(split))


def _collection(folder: str, split: str) -> str:
    """The collection of files in a folder: its path without what is called like a split or a kind of file."""
    parts = folder.split("/") if folder else []
    return "/".join(part for part in parts if part.lower() not in _ROOMS and not _is_split(part, split))


def _split_in(name: str) -> str:
    return next((SPLIT_NAMES[word] for word in words(name) if word in SPLIT_NAMES), "")


def _is_split(folder: str, split: str) -> bool:
    """Whether a folder is called as the split is, as in `train2017`."""
    named = words(folder)
    return len(named) == 1 and SPLIT_NAMES.get(named[0]) == split != ""


def _declared(file: _File, tree: Tree, settings: Settings) -> _File | None:
    """The file in the split of [splits] that names it, its folder or that of its images; the longest wins.

    Its collection is the folder above the one that is named, as for splits that are not declared.
    """
    images, _ = folders_of(file.sniffed.names, tree, file.home)
    fits = [
        (file.path == place, lies_in(file.path, place), len(place), place, name)
        for name, places in settings.splits.items()
        for place in map(declared_folder, places)
        if lies_in(file.path, place) or any(lies_in(folder, place) for folder in images)
    ]
    if not fits:
        return None
    _, inside, _, place, name = max(fits)
    collection = _collection(place.rpartition("/")[0], name) if inside else file.collection
    return file._replace(split=name, told=True, collection=collection)


def _written(files: list[_File], settings: Settings) -> list[_File]:
    """The files that [splits] names one by one."""
    named = {declared_folder(place) for places in settings.splits.values() for place in places}
    return [file for file in files if file.path in named]


def _unread(file: _File, why: str) -> ProblemRow:
    message = f"a COCO file that is not read: {why}; [splits] in holdfast.toml may name the file to read"
    return ProblemRow(Problem.OTHER_FORMAT, file.path, message)
