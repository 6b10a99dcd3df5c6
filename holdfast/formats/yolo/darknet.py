"""What darknet and the tools that write for it keep beside labels: `obj.data`, and lists of class names.

https://github.com/AlexeyAB/darknet#how-to-train-to-detect-your-custom-objects; CVAT's "YOLO 1.1" writes the
same, Roboflow's "YOLO Darknet" a `_darknet.labels`, LabelImg and Label Studio a `classes.txt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from holdfast.files import NotRead, read_file
from holdfast.formats.safe_yaml import Text
from holdfast.formats.splits import SPLIT_NAMES
from holdfast.formats.tree import Tree, join
from holdfast.formats.yolo.config import YoloConfig
from holdfast.names import display, to_os

_LIMIT = 1 << 20
_LIMIT_CLASSES = 100_000
_NAMES = ("obj.names", "classes.txt", "_darknet.labels", "predefined_classes.txt")


def find_data(root: Path, tree: Tree, folder: str) -> YoloConfig | None:
    """The splits that a `*.data` file of a folder names, and the classes of its `names`; None without one."""
    for name in tree.files.get(folder, ()):
        if name.lower().endswith(".data"):
            entries = list(_entries(root, join(folder, name)))
            keys = {key for key, _ in entries}
            if SPLIT_NAMES.keys() & keys and "names" in keys:
                return _config(root, tree, folder, YoloConfig(join(folder, name)), entries)
    return None


def find_names(root: Path, tree: Tree, folders: Iterable[str]) -> YoloConfig | None:
    """The classes of the first list of names in these folders; None where there is none that can be read."""
    for folder in folders:
        names = tree.files.get(folder, ())
        found = [name for name in _NAMES if name in names]
        for name in found or [name for name in names if name.lower().endswith(".names")]:
            config = YoloConfig(join(folder, name))
            _fill(config, root, join(folder, name))
            if config.classes:
                return config
    return None


def _config(
    root: Path, tree: Tree, folder: str, config: YoloConfig, entries: Iterable[tuple[str, Text]]
) -> YoloConfig:
    for key, value in entries:
        if key in SPLIT_NAMES:
            config.splits.setdefault(SPLIT_NAMES[key], []).append(value)
        if key == "names":  # its folder is where darknet was started, seldom where the file lies now
            last = value.value.replace("\\", "/").rpartition("/")[2]
            if tree.has_file(join(folder, last)):
                config.class_file = join(folder, last)
                _fill(config, root, config.class_file)
            else:
                config.report(f"`names` names a missing list of classes: {display(last[:200])}", value.line)
    return config


def _entries(root: Path, file: str) -> Iterator[tuple[str, Text]]:
    """The key and the value of each `key = value` of a file."""
    for number, line in _lines(root, file):
        key, _, value = map(str.strip, line.partition("="))
        if value:
            yield key.lower(), Text(value, number)


def _fill(config: YoloConfig, root: Path, file: str) -> None:
    """The classes of a list: a name a line, numbered from 0; blank lines between count, as in darknet."""
    lines = {number - 1: line.strip() for number, line in _lines(root, file) if number <= _LIMIT_CLASSES}
    config.classes = tuple(lines.get(index, f"class {index}") for index in range(max(lines, default=-1) + 1))
    config.class_lines = {index: index + 1 for index in range(len(config.classes))}


def _lines(root: Path, file: str) -> Iterator[tuple[int, str]]:
    """The lines of a text that say something, with their numbers; none where it cannot be read."""
    try:
        text = read_file(root / to_os(file), _LIMIT)[0].decode("utf-8-sig")
    except (NotRead, UnicodeDecodeError):
        return
    yield from ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
