"""CSV files that name images: a row for each image or each box, with a header or without.

Keras' and TensorFlow's object detection lists (`filename,width,height,class,xmin,ymin,xmax,ymax`),
keras-retinanet's (`path,x1,y1,x2,y2,class`, no header), Roboflow's `_annotations.csv` and
`_classes.csv`, Hugging Face's `metadata.csv`. Only cells are replaced and whole rows cut out or added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from holdfast.files import NotRead
from holdfast.formats.csv_list.columns import IMAGE, find_columns
from holdfast.formats.lists.table import Row as Read
from holdfast.formats.lists.table import read_rows, read_start, separator_of
from holdfast.images import is_image
from holdfast.names import display, to_os, to_text
from holdfast.repair.references.changes import Added, Changes, Numbers, Size, written
from holdfast.repair.references.csv_text import Row, quoted, rows, sound_rows
from holdfast.repair.runs.places import Refused

_EDGES = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("x1", "y1", "x2", "y2"),
    ("left", "top", "right", "bottom"),
)
"""Names of the columns of a box, as `holdfast.formats.csv_list` knows them."""

_START, _SAMPLE = 1 << 16, 200
"""Bytes and rows by which another separator is known."""
_Part = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand in a row; `header` are the names of the columns, none where there is no header."""

    name: int
    header: tuple[str, ...] = ()

    def places(self, names: tuple[str, ...], row: Row) -> list[int] | None:
        """The positions of these columns, None where the file has not got all of them."""
        if not set(names) <= set(self.header) or len(row.cells) != len(self.header):
            return None
        return [self.header.index(name) for name in names]

    def edges(self, row: Row) -> list[int] | None:
        """The positions of the edges of a box."""
        if not self.header:
            return list(range(1, 5)) if len(row.cells) == 6 else None
        return next((places for names in _EDGES if (places := self.places(names, row))), None)


@dataclass(frozen=True, slots=True)
class Said:
    """The rows of one image: cells as they are written, and by which columns."""

    header: tuple[str, ...]
    name: int
    rows: tuple[tuple[str, ...], ...]


def require_commas(file: Path) -> None:
    """Raises Refused for a list of images with another separator: it is read, not edited."""
    try:
        _require_commas(read_start(file, _START))
    except NotRead as error:
        raise Refused(f"cannot be read: {error}") from None


def texts(data: bytes) -> Iterator[str]:
    """The images that the file names, as written; none if it is another table. Raises Refused."""
    text = _text(data)
    columns = _columns(text)
    if columns is not None:
        yield from (name for row in _body(text, columns) if (name := _name(row, columns)))


def name_at(data: bytes, line: int) -> str | None:
    """What the row in that line, from 1, calls its image; None where there is none. Raises Refused."""
    text = _text(data)
    columns = _columns(text)
    found = (row for row in _body(text, columns) if row.line == line) if columns else ()
    return next((_name(row, columns) or None for row in found if columns), None)


def taken(data: bytes, names: frozenset[str]) -> dict[str, Said]:
    """The rows of these images. Raises Refused."""
    text = _text(data)
    columns = _columns(text)
    found: dict[str, list[tuple[str, ...]]] = {name: [] for name in names}
    if columns is None:
        return {}
    for row in _body(text, columns):
        if (name := _name(row, columns)) in found:
            found[name].append(tuple(text[cell.begin : cell.end] for cell in row.cells))
    return {name: Said(columns.header, columns.name, tuple(cells)) for name, cells in found.items()}


def rewritten(data: bytes, changes: Changes) -> bytes:
    """The file with names, numbers and sizes replaced, rows dropped, and rows of other images added. A row
    that cannot be read stays as it is.

    Raises Refused when a row is not there, or one comes in that has other columns.
    """
    text = _text(data)
    columns = _columns(text)
    if columns is None:
        raise Refused("does not name images any more")
    left = {*changes.names, *changes.sizes}
    numbers = {change.line: change for change in changes.numbers}
    parts: list[_Part] = []
    for row in _after_header(sound_rows(text), columns):
        left.discard(_name(row, columns))
        parts += _of_row(text, row, columns, changes, numbers.pop(row.line, None))
    if left:
        raise Refused(f"does not name {display(min(left))} any more")
    if numbers:
        raise Refused(f"has no row in line {min(line or 0 for line in numbers)} any more")
    pieces, at = [], 0
    for begin, end, new in sorted(parts):
        pieces += [text[at:begin], new]
        at = end
    pieces.append(text[at:])
    return _extended("".join(pieces), columns, changes.added).encode("utf-8", "surrogateescape")


def _of_row(
    text: str, row: Row, columns: _Columns, changes: Changes, change: Numbers | None
) -> Iterator[_Part]:
    name = _name(row, columns)
    new = changes.names.get(name, name)
    if new is None:
        yield row.begin, row.end, ""
        return
    if change is not None:
        before = _edges(row, columns)
        if before is None or before != change.before:
            raise Refused(f"has another row in line {row.line} than was checked")
        if change.after is None:
            yield row.begin, row.end, ""
            return
        yield from _cells(text, row, columns.edges(row), before, change.after)
    if new != name:
        cell = row.cells[columns.name]
        yield cell.begin, cell.end, quoted(to_os(new), text[cell.begin : cell.end])
    if name in changes.sizes:
        yield from _sized(text, row, columns, changes.sizes[name])


def _cells(
    text: str, row: Row, places: list[int] | None, before: tuple[float, ...], after: tuple[float, ...]
) -> Iterator[_Part]:
    if places is None or len(after) != len(before):
        raise Refused(f"line {row.line} would get another count of numbers")
    for place, old, new in zip(places, before, after, strict=True):
        if old != new:
            cell = row.cells[place]
            yield cell.begin, cell.end, quoted(written(new), text[cell.begin : cell.end])


def _sized(text: str, row: Row, columns: _Columns, size: Size) -> Iterator[_Part]:
    places = columns.places(("width", "height"), row)
    if places is None:
        raise Refused(f"says no width and height in line {row.line}")
    for place, value in zip(places, size, strict=True):
        cell = row.cells[place]
        yield cell.begin, cell.end, quoted(str(value), text[cell.begin : cell.end])


def _edges(row: Row, columns: _Columns) -> tuple[float, ...] | None:
    places = columns.edges(row)
    try:
        return None if places is None else tuple(float(row.cells[place].text) for place in places)
    except ValueError:
        return None


def _columns(text: str) -> _Columns | None:
    """Where images are named, by the header or by what the first row looks like; None: nowhere."""
    first = next(rows(text), None)
    if first is None:
        return None
    header = tuple(cell.text.strip().lower() for cell in first.cells)
    if len(set(header)) == len(header):
        for name in (*IMAGE, *(name for name in header if name.endswith("_file_name"))):
            if name in header:
                return _Columns(header.index(name), header)
    return _Columns(0) if is_image(header[0].replace("\\", "/")) else None


def _body(text: str, columns: _Columns) -> Iterator[Row]:
    return _after_header(rows(text), columns)


def _after_header(found: Iterator[Row], columns: _Columns) -> Iterator[Row]:
    if columns.header:
        next(found, None)
    return found


def _name(row: Row, columns: _Columns) -> str:
    return to_text(row.cells[columns.name].text.strip()) if columns.name < len(row.cells) else ""


def _extended(text: str, columns: _Columns, added: Sequence[Added]) -> str:
    """The text with the rows of other images at its end, by the names of its columns."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = []
    for one in added:
        if not isinstance(one.said, Said) or not one.said.rows:
            raise Refused(f"gets {display(one.text)}, of which no file says what is on it")
        if sorted(one.said.header) != sorted(columns.header):
            raise Refused("has other columns than the file that the rows come from")
        lines += [_row(one, one.said, columns, cells) for cells in one.said.rows]
    if lines and text and not text.endswith(("\n", "\r")):
        text += end
    return text + "".join(line + end for line in lines)


def _row(one: Added, said: Said, columns: _Columns, cells: tuple[str, ...]) -> str:
    cells = tuple(
        quoted(to_os(one.text), cell) if place == said.name else cell for place, cell in enumerate(cells)
    )
    if not said.header:
        return ",".join(cells)
    if len(cells) != len(said.header):
        raise Refused("gets a row with another count of cells than its header has")
    return ",".join(cells[said.header.index(name)] for name in columns.header)


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise Refused("holds NUL bytes, as UTF-16 does; UTF-8 is read")
    _require_commas(data)
    return data.decode("utf-8", "surrogateescape")


def _require_commas(data: bytes) -> None:
    if (separator := separator_of(data)) != ",":
        rows = islice(read_rows(data[:_START], separator), _SAMPLE)
        if find_columns("", [row for row in rows if isinstance(row, Read)]) is not None:
            raise Refused(f"is separated by {separator!r}, not commas: it is not edited")
