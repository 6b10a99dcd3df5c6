"""The kinds of files that name images, told by their names, and what is asked of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from holdfast.names import display, to_os
from holdfast.repair.references import coco, image_sets, json_lines, lists, table, voc
from holdfast.repair.references.changes import Added, Changes
from holdfast.repair.runs.places import Refused


class Kind(StrEnum):
    """What kind of file names an image."""

    LIST = "list"
    IMAGE_SET = "image set"
    COCO = "COCO"
    VOC = "VOC"
    TABLE = "table"
    JSON_LINES = "JSON lines"


class _Module(Protocol):
    """What the module of a kind has."""

    def texts(self, data: bytes) -> Iterator[str]: ...

    def taken(self, data: bytes, names: frozenset[str]) -> Mapping[str, object]: ...

    def rewritten(self, data: bytes, changes: Changes) -> bytes: ...


_SUFFIXES = {
    ".txt": Kind.LIST,
    ".json": Kind.COCO,
    ".xml": Kind.VOC,
    ".csv": Kind.TABLE,
    ".jsonl": Kind.JSON_LINES,
}
_LIMITS = {
    Kind.LIST: 64 << 20,
    Kind.IMAGE_SET: 64 << 20,
    Kind.COCO: 512 << 20,
    Kind.VOC: 16 << 20,
    Kind.TABLE: 256 << 20,
    Kind.JSON_LINES: 256 << 20,
}
_LIMIT = 256 << 20
_RAW = (Kind.LIST, Kind.IMAGE_SET, Kind.TABLE)
"""Kinds whose names may be no UTF-8."""
_MODULES: Mapping[Kind, _Module] = {
    Kind.LIST: lists,
    Kind.IMAGE_SET: image_sets,
    Kind.COCO: coco,
    Kind.VOC: voc,
    Kind.TABLE: table,
    Kind.JSON_LINES: json_lines,
}


def kind_of(path: str) -> Kind | None:
    """Which kind a file of that path may be, None for none."""
    *folders, name = path.lower().split("/")
    kind = _SUFFIXES.get(os.path.splitext(name)[1])
    return Kind.IMAGE_SET if kind is Kind.LIST and "imagesets" in folders else kind


def limit_of(kind: Kind | None) -> int:
    """Bytes that a file of the kind, or a mask, may have to be read."""
    return _LIMITS[kind] if kind else _LIMIT


def texts_of(kind: Kind, data: bytes) -> Iterator[str]:
    """The images that the file names, as written. Raises Refused for what cannot be read safely."""
    return _MODULES[kind].texts(data)


def taken(path: str, data: bytes, names: frozenset[str]) -> Mapping[str, object]:
    """What the file says of these images, for another file of its kind to say it. Raises Refused."""
    return _module(path).taken(data, names)


def changed(path: str, data: bytes, changes: Changes) -> bytes:
    """The file with all these changes and no other; the rest byte for byte.

    Raises Refused when what should change is not there, or the file is of no kind that can be changed.
    """
    return _module(path).rewritten(data, changes)


def rewritten(path: str, data: bytes, names: Mapping[str, str | None], added: Sequence[str]) -> bytes:
    """The same where names change or go, and bare names are added."""
    return changed(path, data, Changes(names, [Added(text) for text in added]))


def _module(path: str) -> _Module:
    kind = kind_of(path)
    if kind is None:
        raise Refused("is no file that names images")
    return _MODULES[kind]


def require_writable(path: str, old: str, new: str) -> None:
    """Raises Refused for a name that a file of this kind cannot hold, where it held the old one."""
    lines = kind_of(path) in (Kind.LIST, Kind.IMAGE_SET)
    control = any(ord(character) < 32 or ord(character) == 127 for character in new)
    blanks = new != new.strip() or (lines and _has_blank(new) and not _has_blank(old))
    backslash = lines and "\\" in new and "\\" not in old
    raw = kind_of(path) not in _RAW and to_os(new) != new  # not UTF-8
    if control or blanks or backslash or raw:
        raise Refused(f"{display(path)} names it and cannot hold the name {display(new)}")


def _has_blank(text: str) -> bool:
    return any(character.isspace() for character in text)
