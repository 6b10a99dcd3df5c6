"""Line edits of a label file: everything that is not named stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from holdfast.repair.lookup import Annotation

_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")


def edited(data: bytes, edits: Mapping[int, str | None], appended: Sequence[str]) -> bytes:
    """The file with some lines (from 1) replaced or, for None, dropped, and others added at its end.

    Line ends stay as they are; added lines take the file's own.
    """
    lines = _LINE.findall(data)
    result = b"".join(_replaced(line, edits[n]) if n in edits else line for n, line in enumerate(lines, 1))
    end = b"\r\n" if b"\r\n" in data else b"\n"
    if appended and result and not result.endswith(b"\n"):
        result += end
    return result + b"".join(line.encode("ascii") + end for line in appended)


def holds(data: bytes, line: int, annotation: Annotation) -> bool:
    """Whether that line of the file is this annotation: guards against another count of lines."""
    lines = _LINE.findall(data)
    if not 1 <= line <= len(lines):
        return False
    fields = lines[line - 1].split()
    try:
        numbers = [float(value) for value in fields]
    except ValueError:
        return False
    return numbers == [annotation.class_id, *annotation.values]


def _replaced(line: bytes, text: str | None) -> bytes:
    return b"" if text is None else text.encode("ascii") + line[len(line.rstrip(b"\r\n")) :]


def class_ids(data: bytes) -> frozenset[int]:
    """The class numbers that the lines of a label file begin with."""
    fields = {line.split()[0] for line in _LINE.findall(data) if line.split()}
    return frozenset(int(field) for field in fields if field.isdigit())
