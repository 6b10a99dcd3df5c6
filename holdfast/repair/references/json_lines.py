"""JSON lines that name images, as Hugging Face's `metadata.jsonl`: an object a line, with a `file_name`.

Boxes stand in `objects`, as lists of equal length: `{"bbox": [[x, y, w, h], ...], "categories": [...]}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from holdfast.names import display, to_os
from holdfast.repair.references.changes import Changes, Numbers, Size, written
from holdfast.repair.references.json_text import Edits, cuts, elements, members, past, reading
from holdfast.repair.references.lists import extended
from holdfast.repair.runs.places import Refused

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_KEY = "file_name"


def texts(data: bytes) -> Iterator[str]:
    """The images that the file names, as written; none if its lines are other JSON. Raises Refused."""
    with reading():
        for _, line in _lines(data):
            yield from (str(_object(line)[key]) for key in _keys(line))


def taken(data: bytes, names: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The lines of these images."""
    found: dict[str, list[str]] = {name: [] for name in names}
    with reading():
        for _, line in _lines(data):
            for key in _keys(line):
                if (name := str(_object(line)[key])) in found:
                    found[name].append(line.rstrip("\r\n"))
    return {name: tuple(lines) for name, lines in found.items()}


def rewritten(data: bytes, changes: Changes) -> bytes:
    """The file with names, numbers and sizes replaced, lines dropped, and those of other images at its end.

    Raises Refused when a line or box is not there.
    """
    left = {*changes.names, *changes.sizes}
    numbers: dict[int, list[Numbers]] = {}
    for change in changes.numbers:
        numbers.setdefault(change.line or 0, []).append(change)
    lines: list[str] = []
    with reading():
        for number, line in _lines(data):
            named = {key: str(_object(line)[key]) for key in _keys(line)}
            left -= set(named.values())
            if any(changes.names.get(name, name) is None for name in named.values()):
                numbers.pop(number, None)
            else:
                lines.append(_changed(line, named, changes, numbers.pop(number, [])))
        lines_added = [_added(one.text, one.said) for one in changes.added]
    if left:
        raise Refused(f"does not name {display(min(left))} any more")
    if numbers:
        raise Refused(f"has no line {min(numbers)} any more")
    mark = "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""
    return extended((mark + "".join(lines)).encode(), [line for added in lines_added for line in added])


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    text = data.decode().removeprefix("\ufeff")
    yield from enumerate(_LINE.findall(text), 1)


def _object(line: str) -> dict[str, Any]:
    value = json.loads(line) if line.strip() else {}
    return value if isinstance(value, dict) else {}


def _keys(line: str) -> list[str]:
    """The keys of a line that name images."""
    value = _object(line)
    return [key for key in value if (key == _KEY or key.endswith("_" + _KEY)) and isinstance(value[key], str)]


def _changed(line: str, named: dict[str, str], changes: Changes, numbers: list[Numbers]) -> str:
    edits = Edits()
    if not named:
        return line
    places, _ = members(line, past(line, 0))
    for key, name in named.items():
        if (new := changes.names.get(name, name)) is not None and new != name:
            begin, end = places[key]
            edits.parts.append((begin, end, json.dumps(to_os(new), ensure_ascii=line[begin:end].isascii())))
        if name in changes.sizes:
            edits.parts += _sized(places, changes.sizes[name])
    for change in numbers:
        edits.parts += _numbers(line, places, change)
    return edits.applied(line)


def _sized(places: dict[str, tuple[int, int]], size: Size) -> Iterator[tuple[int, int, str]]:
    for key, value in zip(("width", "height"), size, strict=True):
        if key not in places:
            raise Refused(f"says no {key} any more")
        yield *places[key], str(value)


def _numbers(
    line: str, places: dict[str, tuple[int, int]], change: Numbers
) -> Iterator[tuple[int, int, str]]:
    """One box of a line: replaced, or cut out of all lists that hold something of it."""
    objects = _object(line).get("objects")
    boxes = objects.get("bbox") if isinstance(objects, dict) else None
    before = list(change.before)
    if not before or not isinstance(boxes, list) or before not in boxes:
        raise Refused(f"has no such box in line {change.line} any more")
    inner, _ = members(line, places["objects"][0])
    at = boxes.index(before)
    if change.after is not None:
        span = list(elements(line, inner["bbox"][0]))[at]
        yield span.begin, span.end, "[" + ", ".join(map(written, change.after)) + "]"
        return
    for key, value in objects.items() if isinstance(objects, dict) else ():
        if isinstance(value, list) and len(value) == len(boxes):
            yield from cuts((span, n == at) for n, span in enumerate(elements(line, inner[key][0])))


def _added(text: str, said: object) -> list[str]:
    """The lines of an image of another file, under its new name."""
    if not isinstance(said, tuple) or not said:
        raise Refused(f"gets {display(text)}, of which no file says what is on it")
    lines = []
    for line in said:
        [key] = _keys(line) or [""]
        begin, end = members(line, past(line, 0))[0][key]
        new = json.dumps(to_os(text), ensure_ascii=line[begin:end].isascii())
        lines.append(line[:begin] + new + line[end:])
    return lines
