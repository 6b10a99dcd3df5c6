"""ImageSets of Pascal VOC: a `.txt` file with the stem of one image a line, and perhaps a flag after it."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator

from holdfast.names import display, to_os, to_text
from holdfast.repair.references.changes import Changes
from holdfast.repair.references.lists import extended, require_names_only
from holdfast.repair.runs.places import Refused

_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_FLAGS = (b"-1", b"0", b"1")


def about(path: str) -> str:
    """The folder whose images a file in its `ImageSets` is about."""
    folders = path.split("/")
    level = [folder.lower() for folder in folders].index("imagesets")
    return "/".join(folders[:level])


def texts(data: bytes) -> Iterator[str]:
    """The stems that the file names."""
    stems = (to_text(os.fsdecode(_stem(line))) for line in _LINE.findall(data.removeprefix(codecs.BOM_UTF8)))
    return (stem for stem in stems if stem)


def name_at(data: bytes, line: int) -> str | None:
    """The stem in that line, from 1; None where there is none."""
    lines = _LINE.findall(data.removeprefix(codecs.BOM_UTF8))
    return to_text(os.fsdecode(_stem(lines[line - 1]))) or None if 0 < line <= len(lines) else None


def taken(data: bytes, names: frozenset[str]) -> dict[str, str]:
    """The flags that stand after these stems, with the blanks before them."""
    found: dict[str, str] = {}
    for line in _LINE.findall(data.removeprefix(codecs.BOM_UTF8)):
        stem = _stem(line)
        if (text := to_text(os.fsdecode(stem))) in names:
            found[text] = line.strip()[len(stem) :].decode("ascii")
    return found


def rewritten(data: bytes, changes: Changes) -> bytes:
    """The file with some stems replaced or, for None, dropped with their lines, and others added at its end.
    Raises Refused when a stem is not there."""
    require_names_only(changes)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    left = set(changes.names)
    lines = [mark]
    for line in _LINE.findall(data.removeprefix(mark)):
        stem = _stem(line)
        text = to_text(os.fsdecode(stem))
        left.discard(text)
        new = changes.names.get(text, text)
        if new is not None:
            lines.append(line if new == text else line.replace(stem, os.fsencode(to_os(new)), 1))
    if left:
        raise Refused(f"does not name {display(min(left))} any more")
    flags = (one.said if isinstance(one.said, str) else "" for one in changes.added)
    added = [one.text + flag for one, flag in zip(changes.added, flags, strict=True)]
    return extended(b"".join(lines), added)


def _stem(line: bytes) -> bytes:
    parts = line.strip().rsplit(None, 1)
    return parts[0] if len(parts) == 2 and parts[1] in _FLAGS else line.strip()
