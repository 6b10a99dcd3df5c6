"""Lists: a `.txt` file with the path of one image a line. What is not named stays byte for byte."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator, Sequence

from holdfast.images import is_image
from holdfast.names import display, to_os, to_text
from holdfast.repair.references.changes import Changes
from holdfast.repair.runs.places import Refused

_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")


def texts(data: bytes) -> Iterator[str]:
    """The images that the list names, as written."""
    for line in _LINE.findall(data.removeprefix(codecs.BOM_UTF8)):
        text = _text(line)
        if is_image(text.replace("\\", "/")):
            yield text


def name_at(data: bytes, line: int) -> str | None:
    """What that line, from 1, says; None where there is none."""
    lines = _LINE.findall(data.removeprefix(codecs.BOM_UTF8))
    return _text(lines[line - 1]) or None if 0 < line <= len(lines) else None


def taken(data: bytes, names: frozenset[str]) -> dict[str, object]:
    """Nothing: in a list the name is all."""
    return {}


def rewritten(data: bytes, changes: Changes) -> bytes:
    """The list with some entries replaced or, for None, dropped with their lines, and others added at its
    end; line ends and blanks stay. Raises Refused when an entry is not there."""
    require_names_only(changes)
    names = changes.names
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    left = set(names)
    lines = [mark]
    for line in _LINE.findall(data.removeprefix(mark)):
        text = _text(line)
        left.discard(text)
        lines.append(_replaced(line, names[text]) if text in names else line)
    if left:
        raise Refused(f"does not name {display(min(left))} any more")
    return extended(b"".join(lines), [one.text for one in changes.added])


def require_names_only(changes: Changes) -> None:
    """Raises Refused where numbers or sizes should change in a file that holds names only."""
    if changes.numbers or changes.sizes:
        raise Refused("holds names only")


def _text(line: bytes) -> str:
    return to_text(os.fsdecode(line.strip()))


def _bytes(text: str) -> bytes:
    return os.fsencode(to_os(text))


def _replaced(line: bytes, new: str | None) -> bytes:
    if new is None:
        return b""
    start = len(line) - len(line.lstrip())
    return line[:start] + _bytes(new) + line[len(line.rstrip()) :]


def extended(data: bytes, added: Sequence[str]) -> bytes:
    """The file with lines added at its end, with the line ends that it has."""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    if added and data and not data.endswith((b"\n", codecs.BOM_UTF8)):
        data += end
    return data + b"".join(_bytes(text) + end for text in added)
