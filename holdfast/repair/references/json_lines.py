"""JSON lines that name images, as Hugging Face's `metadata.jsonl`: an object a line, with a `file_name`.

Boxes stand in `objects`, as lists of equal length (`{"bbox": [[x, y, w, h], ...], "categories": [...]}`) or
as a list of objects. Which box is meant is counted in its line, from 0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from holdfast.names import display, to_os
from holdfast.repair.references.changes import Changes, Numbers, Size, written
from holdfast.repair.references.json_text import Edits, Span, cuts, elements, members, past, reading
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
    A line that is no JSON stays as it is.

    Raises Refused when a line or box is not there.
    """
    left = {*changes.names, *changes.sizes}
    numbers: dict[int, list[Numbers]] = {}
    for change in changes.numbers:
        numbers.setdefault(change.line or 0, []).append(change)
    lines: list[str] = []
    with reading():
        for number, line in _lines(data, "surrogateescape"):
            named = _named(line)
            left -= set(named.values())
            if any(changes.names.get(name, name) is None for name in named.values()):
                numbers.pop(number, None)
            else:
                lines.append(_changed(line, named, changes, numbers.pop(number, []) if named else []))
        lines_added = [_added(one.text, one.said) for one in changes.added]
    if left:
        raise Refused(f"does not name {display(min(left))} any more")
    if numbers:
        raise Refused(f"has no line {min(numbers)} any more")
    mark = "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""
    text = (mark + "".join(lines)).encode("utf-8", "surrogateescape")
    return extended(text, [line for added in lines_added for line in added])


def _lines(data: bytes, errors: str = "strict") -> Iterator[tuple[int, str]]:
    text = data.decode("utf-8", errors).removeprefix("\ufeff")
    yield from enumerate(_LINE.findall(text), 1)


def _named(line: str) -> dict[str, str]:
    """What a line calls its images, by key; nothing where it is no JSON."""
    try:
        line.encode()  # refuses what stands for bytes that are no UTF-8
        return {key: str(_object(line)[key]) for key in _keys(line)}
    except (ValueError, RecursionError):
        return {}


def _object(line: str) -> dict[str, Any]:
    value = json.loads(line) if line.strip() else {}
    return value if isinstance(value, dict) else {}


def _keys(line: str) -> list[str]:
    """The keys of a line that name images."""
    value = _object(line)
    return [key for key in value if (key == _KEY or key.endswith("_" + _KEY)) and isinstance(value[key], str)]


def _changed(line: str, named: dict[str, str], changes: Changes, numbers: list[Numbers]) -> str:
    edits = Edits()
    touched = numbers or any(name in changes.names or name in changes.sizes for name in named.values())
    if not named or not touched:
        return line
    places, _ = members(line, past(line, 0))
    for key, name in named.items():
        if (new := changes.names.get(name, name)) is not None and new != name:
            begin, end = places[key]
            edits.parts.append((begin, end, json.dumps(to_os(new), ensure_ascii=line[begin:end].isascii())))
        if name in changes.sizes:
            edits.parts += _sized(places, changes.sizes[name])
    if numbers:
        edits.parts += _numbers(line, places.get("objects"), numbers)
    return edits.applied(line)


def _sized(places: dict[str, tuple[int, int]], size: Size) -> Iterator[tuple[int, int, str]]:
    for key, value in zip(("width", "height"), size, strict=True):
        if key not in places:
            raise Refused(f"says no {key} any more")
        yield *places[key], str(value)


def _numbers(
    line: str, place: tuple[int, int] | None, changes: Sequence[Numbers]
) -> Iterator[tuple[int, int, str]]:
    """Boxes of a line: replaced, or cut out of all lists that hold something of them."""
    begin = place[0] if place else 0
    if line[begin] == "[":
        lists = [list(elements(line, begin))]
        spans = [_box_of(line, span) for span in lists[0]]
    else:
        inner = members(line, begin)[0] if place else {}
        spans = list(elements(line, inner["bbox"][0])) if "bbox" in inner else []
        found = (list(elements(line, at)) for at, _ in inner.values() if line[at] == "[")
        lists = [one for one in found if len(one) == len(spans)]
    goes = {change.entry for change in changes if change.after is None}
    for change in changes:
        span = spans[change.entry] if change.entry < len(spans) else None
        if span is None or not change.before or span.value != list(change.before):
            raise Refused(f"has another box {change.entry + 1} in line {change.line} than was checked")
        if change.after is not None:
            yield span.begin, span.end, "[" + ", ".join(map(written, change.after)) + "]"
    for one in lists if goes else ():
        yield from cuts((span, number in goes) for number, span in enumerate(one))


def _box_of(line: str, span: Span) -> Span:
    """Where the box of an object stands."""
    begin, end = (
        members(line, span.begin)[0]["bbox"] if isinstance(span.value, dict) else (span.begin, span.end)
    )
    return Span(span.value["bbox"] if isinstance(span.value, dict) else None, begin, end)


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
