"""Class names in a dataset card: the YAML at the start of a README.md, as `datasets` writes it.

    dataset_info:
      features:
      - name: label
        dtype:
          class_label:
            names: {'0': cat, '1': dog}

https://huggingface.co/docs/hub/datasets-cards and
https://huggingface.co/docs/datasets/about_dataset_features
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from holdfast.files import NotRead, read_file
from holdfast.formats.imagefolder.values import CLASSES
from holdfast.formats.safe_yaml import BadYaml, Items, Node, Table, Text, load_yaml
from holdfast.formats.tree import Tree, join, upward
from holdfast.names import to_os

_CARD = "README.md"
_LIMIT = 1 << 20
_FRONT = re.compile(r"---[ \t]*\r?\n.*?^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)


class Named(NamedTuple):
    """One class of a card: its number, its name, the file and the line, from 1."""

    number: int
    name: str
    file: str
    line: int


def find_classes(root: Path, tree: Tree, folder: str) -> list[Named]:
    """The classes of the card of a folder or above; none where there is no card, it says nothing of them, or
    says different things. Never raises."""
    for place in upward(folder):
        path = join(place, _CARD)
        if tree.has_file(path):
            found = list(_lists(root, path))
            return found[0] if found and all(_plain(one) == _plain(found[0]) for one in found) else []
    return []


def _plain(classes: list[Named]) -> list[tuple[int, str]]:
    return [(one.number, one.name) for one in classes]


def _lists(root: Path, path: str) -> Iterator[list[Named]]:
    """Each list of names that a feature of a label or of objects has."""
    try:
        text = read_file(root / to_os(path), _LIMIT)[0].decode("utf-8-sig")
        front = _FRONT.match(text)
        top = load_yaml(front[0].rstrip().removesuffix("---")) if front else None
    except (NotRead, UnicodeDecodeError, BadYaml):
        return  # a text for people: what is wrong with it is nobody's fault here
    info = top.values.get("dataset_info") if isinstance(top, Table) else None
    for config in info.values if isinstance(info, Items) else (info,):
        if isinstance(config, Table):
            yield from _features(config.values.get("features"), path)


def _features(node: Node | None, path: str) -> Iterator[list[Named]]:
    for feature in node.values if isinstance(node, Items) else ():
        if not isinstance(feature, Table):
            continue
        name, kind = feature.values.get("name"), feature.values.get("dtype")
        label = kind.values.get("class_label") if isinstance(kind, Table) else None
        names = label.values.get("names") if isinstance(label, Table) else None
        if isinstance(name, Text) and name.value in CLASSES and names is not None:
            yield list(_names(names, path))
        for inner in ("sequence", "list", "struct"):
            yield from _features(feature.values.get(inner), path)


def _names(node: Node, path: str) -> Iterator[Named]:
    if isinstance(node, Text):
        return
    numbered = enumerate(node.values) if isinstance(node, Items) else node.values.items()
    for key, name in numbered:
        if isinstance(name, Text) and _NUMBER.fullmatch(str(key)):
            yield Named(int(key), name.value, path, name.line)
