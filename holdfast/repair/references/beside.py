"""What lies beside an image under its stem and belongs to it: masks, VOC's XML, in folders named for that."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.formats.tree import Tree, join
from holdfast.names import display
from holdfast.repair.runs.places import Refused

_FOLDERS = {"annotations", "annot", "mask", "masks", "segmentationclass", "segmentationobject"}
_ENDINGS = {"annot", "_annot", "_mask", "_masks"}
"""Of `trainannot` beside `train`."""


def places(tree: Tree, folder: str) -> Iterator[str]:
    """Folders that hold what belongs to the images of a folder: below it, or beside it or one above it, as
    `masks/train` beside `images/train`. Raises Refused when one of them is a link."""
    parts = folder.split("/") if folder else []
    for name in tree.names.get(folder, ()):
        if name.lower() in _FOLDERS:
            yield from _open(tree, join(folder, name))
    for level, part in enumerate(parts):
        above, below = "/".join(parts[:level]), parts[level + 1 :]
        for name in tree.names.get(above, ()):
            if _is_beside(name, part):
                yield from _open(tree, "/".join([join(above, name), *below]))


def place_for(place: str, folder: str, new: str) -> str:
    """The place that is to the folder `new` what `place` is to `folder`. Raises Refused if none is."""
    if place == folder or place.startswith(f"{folder}/" if folder else ""):
        return join(new, place[len(folder) :].lstrip("/")) if place != folder else new
    old, parts, there = folder.split("/"), new.split("/"), place.split("/")
    level = next(number for number, part in enumerate(old) if there[number] != part)
    if len(parts) != len(old):
        raise Refused(f"what lies in {display(place)} has no place beside {display(new) or 'the root'}")
    name = there[level]
    if name.lower() not in _FOLDERS:
        name = parts[level] + name[len(old[level]) :]
    return "/".join([*parts[:level], name, *parts[level + 1 :]])


def _is_beside(name: str, part: str) -> bool:
    ending = name[len(part) :].lower() if name.startswith(part) else ""
    return name != part and (name.lower() in _FOLDERS or ending in _ENDINGS)


def _open(tree: Tree, place: str) -> Iterator[str]:
    """The folder, if it is there."""
    if (closed := tree.closed(place)) is not None:
        raise Refused(f"{display(closed)} may hold what belongs to it and is {tree.skipped[closed]}")
    if place in tree.files:
        yield place
