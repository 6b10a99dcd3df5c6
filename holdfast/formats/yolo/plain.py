"""YOLO trees without folders of splits: labels beside their images, or `images/` and `labels/` alone.

LabelImg and darknet keep `a.jpg` and `a.txt` in one folder, Roboflow's "YOLO Darknet" does so in `train/`,
`valid/` and `test/`; Label Studio exports `images/`, `labels/` and `classes.txt`. Text beside an image may be
its caption as well, so that the first label files are looked into.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from holdfast.dataset import Split
from holdfast.files import NotRead, read_file
from holdfast.formats.splits import split_named
from holdfast.formats.tree import Tree, join
from holdfast.formats.yolo.paths import label_folder, label_name
from holdfast.images import is_image
from holdfast.names import to_os

_SAMPLE = 20
_LIMIT = 1 << 20
_BEGINNING = 400
_NUMBER = re.compile(rb"[-+]?\d{0,20}\.?\d{1,20}([eE][-+]?\d{1,3})?", re.ASCII)
_NO_COLLECTION = {"data", "images", "dataset", "obj", "yolo"}
"""Names of folders that say nothing of what is in them."""


def by_labels(root: Path, tree: Tree, folder: str) -> list[Split]:
    """The splits of a folder by label files: its folders called like splits, else its images as train."""
    named = [
        (name, join(folder, child))
        for child in tree.folders.get(folder, ())
        if (name := split_named(child)) is not None
    ]
    if any(_is_labelled(root, tree, place) for _, place in named):
        return [Split(folder, name, (place,)) for name, place in named if _holds_images(tree, place)]
    if _is_labelled(root, tree, folder):
        return [Split(_collection(folder), "train", (folder,))]
    inner = [join(folder, name) for name in tree.folders.get(folder, ()) if name.lower() == "images"]
    return [Split(folder, "train", (place,)) for place in inner if _is_labelled(root, tree, place)]


def _collection(folder: str) -> str:
    parent, _, name = folder.rpartition("/")
    return parent if name.lower() in _NO_COLLECTION else folder


def _holds_images(tree: Tree, folder: str) -> bool:
    return any(map(is_image, tree.files.get(folder, ())))


def _is_labelled(root: Path, tree: Tree, folder: str) -> bool:
    """Whether images of a folder have label files: of the first, more hold labels than anything else."""
    labels = list(islice(_labels(tree, folder), _SAMPLE))
    first = [line for label in labels if (line := _first_line(root, label))]
    return 2 * sum(map(_is_row, first)) > len(first)


def _is_row(line: bytes) -> bool:
    """Whether a line begins as one of YOLO: a class and at least four numbers."""
    fields = line[:_BEGINNING].split()[:5]
    return len(fields) == 5 and fields[0].isdigit() and all(map(_NUMBER.fullmatch, fields[1:]))


def _labels(tree: Tree, folder: str) -> Iterator[str]:
    """The label files that images of a folder have."""
    place = label_folder(folder, tree)
    names = tree.files.get(place, {})
    for name in tree.files.get(folder, ()):
        if label_name(name) in names and is_image(name):
            yield join(place, label_name(name))


def _first_line(root: Path, label: str) -> bytes:
    """The first line of a file that says something; empty where there is none."""
    try:
        data, _ = read_file(root / to_os(label), _LIMIT)
    except NotRead:
        return b""
    return data.lstrip().partition(b"\n")[0]
