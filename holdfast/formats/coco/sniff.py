"""Is a file COCO? Told by what stands at its beginning, not by its name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from holdfast.files import NotRead
from holdfast.formats.coco.names import words
from holdfast.formats.coco.stream import Element, Stream
from holdfast.formats.coco.values import Malformed, image_of
from holdfast.formats.coco.window import window_of
from holdfast.formats.tree import Tree, join
from holdfast.names import to_os

_HEAD = 4 << 20
_AT_ONCE = 256 << 10
_SAMPLE = 500
_MOST = 64
"""JSON files of one folder that are looked at; where there are more, as with one for each image, only those
that are called as COCO files are."""
_USUAL = {"coco", "instances", "keypoints", "panoptic", "annotations", "train", "val", "valid", "test"}
_SURE = {"coco", "instances"}


class Sniffed(NamedTuple):
    """A file that reads like COCO: its first image names, none where they come late in it.

    `sure` is False for a file that is called like one and does not read like JSON.
    """

    path: str
    names: tuple[str, ...]
    sure: bool = True


def sniff_all(root: Path, tree: Tree) -> list[Sniffed]:
    """The COCO files of a tree, in path order."""
    found = [sniffed for path in _candidates(tree) if (sniffed := _sniff(root, path)) is not None]
    known = {file.path.rpartition("/")[2] for file in found if file.sure}
    kept = [file for file in found if file.sure or _is_called_so(file.path, known)]
    return sorted(kept)


def names_in(root: Path, path: str, limit: int | None = None) -> list[str]:
    """The first images that a file names, however late they come. Empty where it cannot be read."""
    try:
        with window_of(root / to_os(path), _AT_ONCE, limit) as window:
            return list(islice(_names(Stream(window, {"images"}).elements()), _SAMPLE))
    except NotRead:
        return []


def _candidates(tree: Tree) -> Iterator[str]:
    for folder, names in tree.files.items():
        files = [name for name in names if name.lower().endswith(".json")]
        if len(files) > _MOST:
            files = [name for name in files if _USUAL & set(words(name))][:_MOST]
        yield from (join(folder, name) for name in files)


def _sniff(root: Path, path: str) -> Sniffed | None:
    """What the beginning of a file says; None for a file that is something else."""
    try:
        with window_of(root / to_os(path), _AT_ONCE, _HEAD) as window:
            if window.text.lstrip().startswith("["):
                return None
            stream = Stream(window, ("images", "annotations"))
            names: list[str] = []
            annotated = False
            for element in stream.elements():
                annotated |= _is_annotation(element)
                names += _names(iter((element,)))
                if len(names) >= _SAMPLE:
                    break
    except NotRead:
        return None
    empty = {"images", "annotations"} <= stream.finished.keys() and not stream.faults
    if names or annotated or empty:
        return Sniffed(path, tuple(names))
    return Sniffed(path, (), sure=False) if stream.faults else None


def _is_called_so(path: str, known: set[str]) -> bool:
    name = path.rpartition("/")[2]
    return name in known or bool(_SURE & set(words(name)))


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
