"""Where a split of a data.yaml lies that names a folder which is not there."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from holdfast.dataset import Dataset
from holdfast.formats.safe_yaml import Items, Text
from holdfast.formats.splits import SPLIT_NAMES, split_named
from holdfast.formats.tree import join, lies_in
from holdfast.formats.yolo.layout import readings
from holdfast.images import is_image
from holdfast.names import to_os, to_text
from holdfast.repair.configs.text import ConfigText, Value
from holdfast.repair.fix import EditFile


def repoint(dataset: Dataset, config: ConfigText, line: int) -> EditFile | None:
    """The edit that lets the split of a line, from 1, name its folder: the only one that is named like it, by
    any spelling, holds images and is named by nothing else. None where the place that is named is there, the
    split has several, or not exactly one folder is such."""
    found = [(key, place) for key, place in _places(config) if place.line == line]
    if len(found) != 1:
        return None
    key, place = found[0]
    split, home = SPLIT_NAMES[key], _home(dataset, config)
    of_split = [other for name, other in _places(config) if SPLIT_NAMES[name] == split]
    folders = set(_folders(dataset, config, home, split))
    if len(of_split) != 1 or len(folders) != 1 or _resolved(dataset, config, place.value) is not None:
        return None
    folder = folders.pop()
    for value in _values(place.value, split, folder, home, config.folder):
        text = config.written_as(place, value)
        if text is not None and _resolved(dataset, config, value) == folder:
            wanted: Value = value if isinstance(config.top.values[key], Text) else [value]
            return config.edit(place.begin, place.end, text, key, wanted)
    return None


def _places(config: ConfigText) -> Iterator[tuple[str, Text]]:
    """The places of all splits, each with its key."""
    for key in SPLIT_NAMES:
        node = config.top.values.get(key)
        for place in node.values if isinstance(node, Items) else (node,):
            if isinstance(place, Text) and place.value not in ("", "null", "~"):
                yield key, place


def _home(dataset: Dataset, config: ConfigText) -> str:
    """The folder that places count from: `path` where it is there, else the file's own."""
    base = config.scalar("path")
    inside = list(readings(dataset.root, config.folder, "", base.value)) if base else []
    return next((folder for folder in inside if (dataset.root / to_os(folder)).is_dir()), config.folder)


def _folders(dataset: Dataset, config: ConfigText, home: str, split: str) -> Iterator[str]:
    """Folders of images that are named like the split and that no declared place names: those of no split,
    and those that were read because nothing that is declared is there."""
    unit = join(config.folder, split)
    for one in dataset.splits:
        if one.unit == unit and not one.lists:
            yield from one.folders
    for path in dataset.files["path"]:
        if is_image(path) and lies_in(path, home):
            *parts, _ = path[len(home) :].lstrip("/").split("/")
            folder = _split_folder(parts, split)
            if folder is not None:
                yield join(home, folder)


def _split_folder(parts: list[str], split: str) -> str | None:
    """`valid/images`, `images/valid` or `valid` of a path that begins so; None where it does not."""
    first, second = (*parts, "", "")[:2]
    if split_named(first) == split and second.lower() != "labels":
        return f"{first}/{second}" if second.lower() == "images" else first
    return f"{first}/{second}" if first.lower() == "images" and split_named(second) == split else None


def _values(old: str, split: str, folder: str, home: str, own: str) -> Iterator[str]:
    """How the place may be written: as before with another name of the split, from `path`, from the file."""
    names = [part for part in folder.split("/") if split_named(part) == split]
    parts = to_text(old).split("/")
    if names:
        yield "/".join(names[-1] if split_named(part) == split else part for part in parts)
    for start in (home, own):
        yield posixpath.relpath("/" + folder, "/" + start)


def _resolved(dataset: Dataset, config: ConfigText, value: str) -> str | None:
    """What a written place means: the first reading that is there, whatever it is."""
    base = config.scalar("path")
    for place in readings(dataset.root, config.folder, base.value if base else "", value):
        if os.path.lexists(dataset.root / to_os(place)):
            return place
    return None
