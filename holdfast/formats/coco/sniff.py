"""Is a file COCO? Told by what stands at its beginning, not by its name."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from holdfast.files import NotRead
from holdfast.formats.coco.names import words
from holdfast.formats.coco.stream import Element, Stream
from holdfast.formats.coco.values import Malformed, image_of
from holdfast.formats.coco.window import window_of
from holdfast.formats.splits import SPLIT_NAMES
from holdfast.formats.tree import Tree, join
from holdfast.names import to_os

_HEAD = 1 << 20
"""Bytes that are read of a file to see what it is."""
_AT_ONCE = 256 << 10
_SAMPLE = 500
_MOST = 64
"""JSON files of one folder that are looked at; where there are more, as with one for each image, only those
that are called as COCO files are."""
_USUAL = {"coco", "instances", "keypoints", "panoptic", "annotations", "train", "val", "valid", "test"}
_SURE = {"coco", "instances"}


class Look(Enum):
    """What a JSON file looks like."""

    COCO = "coco"
    BROKEN = "broken"
    OTHER = "other"


class Sniffed(NamedTuple):
    """A JSON file: its first image names, none where they come late in it, and what it looks like."""

    path: str
    names: tuple[str, ...]
    look: Look = Look.COCO

    @property
    def sure(self) -> bool:
        """Whether it reads like COCO; else it is only called so."""
        return self.look is Look.COCO


def sniff_all(root: Path, tree: Tree) -> list[Sniffed]:
    """The COCO files of a tree, in path order, and those that should be: what is called like one and broken,
    and in the folder of a split whatever is called as the COCO file of another split is."""
    found = [_sniff(root, path) for path in _candidates(tree)]
    known = {file.path.rpartition("/")[2] for file in found if file.sure}
    return sorted((file for file in found if file.sure or _is_called_so(file, known)), key=lambda f: f.path)


def names_in(root: Path, path: str) -> list[str]:
    """The first images that a file names, however late they come. Empty where it cannot be read."""
    try:
        with window_of(root / to_os(path)) as window:
            return list(islice(_names(Stream(window, {"images"}).elements()), _SAMPLE))
    except NotRead:
        return []


def _candidates(tree: Tree) -> Iterator[str]:
    for folder, names in tree.files.items():
        files = [name for name in names if name.lower().endswith(".json")]
        if len(files) > _MOST:
            files = [name for name in files if _USUAL & set(words(name))][:_MOST]
        yield from (join(folder, name) for name in files)


def _sniff(root: Path, path: str) -> Sniffed:
    """What the beginning of a file says."""
    try:
        with window_of(root / to_os(path), _AT_ONCE, _HEAD) as window:
            if window.text.lstrip().startswith("["):
                return Sniffed(path, (), Look.OTHER)
            stream = Stream(window, ("images", "annotations"))
            names: list[str] = []
            annotated = False
            for element in stream.elements():
                annotated |= _is_annotation(element)
                names += _names(iter((element,)))
                if len(names) >= _SAMPLE:
                    break
    except NotRead:
        return Sniffed(path, (), Look.BROKEN)
    empty = {"images", "annotations"} <= stream.finished.keys() and not stream.faults
    if names or annotated or empty:
        return Sniffed(path, tuple(names))
    return Sniffed(path, (), Look.BROKEN if stream.faults else Look.OTHER)


def _is_called_so(file: Sniffed, known: set[str]) -> bool:
    folder, _, name = file.path.rpartition("/")
    if file.look is Look.OTHER:
        return name in known and not SPLIT_NAMES.keys().isdisjoint(words(folder.rpartition("/")[2]))
    return name in known or not _SURE.isdisjoint(words(name))


def _is_annotation(element: Element) -> bool:
    return element.key == "annotations" and type(element.value) is dict and "image_id" in element.value


def _names(elements: Iterator[Element]) -> Iterator[str]:
    """The file names of images among these elements."""
    for element in elements:
        if element.key == "images" and (name := _name(element.value)):
            yield name


def _name(value: Any) -> str:
    try:
        return image_of(value).name
    except Malformed:
        return ""
