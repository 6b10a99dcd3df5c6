"""`data.yaml` as Ultralytics and Roboflow write it.

https://docs.ultralytics.com/datasets/detect/#ultralytics-yolo-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from holdfast.dataset import Problem, ProblemRow
from holdfast.files import NotRead, read_file
from holdfast.formats.safe_yaml import BadYaml, Items, Node, Table, Text, load_yaml
from holdfast.formats.splits import SPLIT_NAMES
from holdfast.formats.tree import Tree, join
from holdfast.names import to_os
from holdfast.wording import counted

_LIMIT = 1 << 20
_LIMIT_KEYPOINTS = 1000
_USUAL = ("data.yaml", "data.yml", "dataset.yaml", "dataset.yml")


class Keypoints(NamedTuple):
    """The keypoints of each pose: how many, and of how many numbers (x, y and perhaps visibility)."""

    count: int  # type: ignore[assignment] # hides what tuples have
    dims: int


@dataclass(slots=True)
class YoloConfig:
    """What one data.yaml declares.

    `splits` gives the declared places (text and line) by split name; `base` is its `path`, '' where
    there is none; `class_lines` are the lines of the class names by number, in `class_file` where that is
    another file; `keypoints` and `task` are `kpt_shape` and `task`; `problems` is what is wrong with the file
    itself.
    """

    file: str
    base: str = ""
    splits: dict[str, list[Text]] = field(default_factory=dict)
    classes: tuple[str, ...] | None = None
    class_lines: dict[int, int] = field(default_factory=dict)
    class_file: str = ""
    keypoints: Keypoints | None = None
    task: str = ""
    problems: list[ProblemRow] = field(default_factory=list)

    def report(self, message: str, line: int | None = None, column: int | None = None) -> None:
        """Note a problem of this file."""
        self.problems.append(ProblemRow(Problem.CONFIG, self.file, message, line, column))


def find_config(root: Path, tree: Tree, folder: str) -> YoloConfig | None:
    """The configuration in a folder, or None: by its usual name, else a YAML file that reads like one."""
    names = tree.files.get(folder, ())
    usual = [name for name in _USUAL if name in names or name in tree.names.get(folder, ())]
    if usual:  # a link, a pipe or a folder of that name too: that it is not read is reported
        return _read(root, join(folder, usual[0]))
    for name in names:
        if name.lower().endswith((".yaml", ".yml")):
            config = _read(root, join(folder, name))
            if config.splits and config.classes is not None:
                return config
    return None


def _read(root: Path, file: str) -> YoloConfig:
    config = YoloConfig(file)
    try:
        text = read_file(root / to_os(file), _LIMIT)[0].decode("utf-8-sig")
        top = load_yaml(text)
    except NotRead as error:
        config.report(f"cannot be read: {error}")
        return config
    except UnicodeDecodeError as error:
        config.report(f"not UTF-8 at byte {error.start}")
        return config
    except BadYaml as error:
        config.report(str(error), error.line, error.column)
        return config
    if not isinstance(top, Table) or not top.values:
        config.report("holds no keys", top.line)
        return config
    _read_splits(config, top.values)
    _read_classes(config, top.values)
    _read_keypoints(config, top.values)
    task = top.values.get("task")
    config.task = task.value.strip().lower() if isinstance(task, Text) else ""
    return config


def _read_splits(config: YoloConfig, values: Mapping[str, Node]) -> None:
    path = values.get("path")
    if isinstance(path, Text):
        config.base = path.value
    for key, name in SPLIT_NAMES.items():
        node = values.get(key)
        if node is None or _is_empty(node):
            continue
        if name in config.splits:
            config.report(f"{name} is declared twice, again as `{key}`; both are read as {name}", node.line)
        declared = config.splits.setdefault(name, [])
        for place in node.values if isinstance(node, Items) else (node,):
            if isinstance(place, Text):
                declared.append(place)
            else:
                config.report(f"`{key}` is not a folder, a list of folders or a .txt list", place.line)


def _is_empty(node: Node) -> bool:
    if isinstance(node, Text):
        return node.value in ("", "null", "~")
    return isinstance(node, Items) and not node.values


def _read_classes(config: YoloConfig, values: Mapping[str, Node]) -> None:
    names, count = values.get("names"), values.get("nc")
    if names is not None:
        config.classes = _read_names(config, names)
    if count is None:
        if names is None:
            config.report("neither `names` nor `nc` is declared: no class is known")
        return
    if not isinstance(count, Text) or not re.fullmatch(r"\d{1,6}", count.value):
        config.report("`nc` is not a whole number", count.line)
    elif config.classes is None:
        config.classes = tuple(f"class {index}" for index in range(min(int(count.value), 100_000)))
        config.report(f"`nc` is {count.value} but `names` is missing", count.line)
    elif int(count.value) != len(config.classes):
        config.report(f"`nc` is {count.value} but `names` has {len(config.classes)}", count.line)


def _read_names(config: YoloConfig, names: Node) -> tuple[str, ...]:
    found: dict[int, str] = {}
    for index, name in _class_names(config, names):
        if index in found:
            config.report(f"class {index} stands twice in `names`", names.line)
        found[index] = name
    classes = tuple(found.get(index, f"class {index}") for index in range(max(found, default=-1) + 1))
    missing = [index for index in range(len(classes)) if index not in found]
    if missing:
        config.report(f"`names` has no name for class {missing[0]}", names.line)
    _report_twins(config, classes, names.line)
    return classes


def _class_names(config: YoloConfig, names: Node) -> Iterator[tuple[int, str]]:
    if isinstance(names, Text):
        config.report("`names` is neither a list nor a map", names.line)
        return
    pairs = enumerate(names.values) if isinstance(names, Items) else names.values.items()
    for key, node in pairs:
        if isinstance(key, str) and not re.fullmatch(r"\d{1,5}", key):
            config.report(f"`names` has the key {key[:40]!r}, not a class number", node.line)
        elif not isinstance(node, Text):
            config.report(f"the name of class {key} is not text", node.line)
        else:
            config.class_lines[int(key)] = node.line
            yield int(key), node.value


def _report_twins(config: YoloConfig, classes: tuple[str, ...], line: int) -> None:
    first: dict[str, int] = {}
    for index, name in enumerate(classes):
        if name in first:
            config.report(f"classes {first[name]} and {index} have the same name {name[:40]!r}", line)
        first.setdefault(name, index)


def _read_keypoints(config: YoloConfig, values: Mapping[str, Node]) -> None:
    """`kpt_shape: [count, dims]`, and `flip_idx`: which keypoint each becomes in a mirror."""
    shape, flips = values.get("kpt_shape"), values.get("flip_idx")
    if shape is None or _is_empty(shape):
        return
    numbers = _whole_numbers(shape)
    if (
        numbers is None
        or len(numbers) != 2
        or not 1 <= numbers[0] <= _LIMIT_KEYPOINTS
        or numbers[1] not in (2, 3)
    ):
        wanted = f"[how many keypoints, from 1 to {_LIMIT_KEYPOINTS}; 2 or 3 numbers each]"
        config.report(f"`kpt_shape` is not {wanted}", shape.line)
        return
    config.keypoints = Keypoints(*numbers)
    if flips is None or _is_empty(flips):
        return
    flipped = _whole_numbers(flips)
    if flipped is None:
        config.report("`flip_idx` is not a list of keypoint numbers", flips.line)
    elif len(flipped) != numbers[0]:
        config.report(
            f"`flip_idx` has {len(flipped)} numbers for {counted(numbers[0], 'keypoint')}", flips.line
        )
    elif sorted(flipped) != list(range(numbers[0])):
        config.report(f"`flip_idx` does not name each keypoint from 0 to {numbers[0] - 1} once", flips.line)


def _whole_numbers(node: Node) -> list[int] | None:
    """A list of whole numbers; None for anything else."""
    if not isinstance(node, Items):
        return None
    texts = [item.value for item in node.values if isinstance(item, Text)]
    whole = len(texts) == len(node.values) and all(re.fullmatch(r"\d{1,6}", text, re.ASCII) for text in texts)
    return list(map(int, texts)) if whole else None
