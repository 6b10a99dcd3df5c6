"""What a row of metadata says of an image: its name, its label, the boxes of `objects`.

`{"file_name": "1.png", "objects": {"bbox": [[x, y, width, height], ...], "categories": [0, ...]}}`, boxes in
pixels; `objects` may also be a list with an object a box. Captions and other columns are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from holdfast.formats.lists.records import Malformed, Mark, Record, is_text
from holdfast.names import display, to_text

NAME = "file_name"
COLUMNS = ("label", "labels", "objects", "width", "height")
"""The columns that are looked at, beside those of names."""

CLASSES = ("categories", "category", "category_id", "labels", "label", "class", "classes")
"""Names of what holds the classes of objects, or of an image."""
_MOST = 2**31
_HUGE = 1e308
"""Numbers beyond it do not fit into tables, and neither does what is reckoned with them."""


class _Bad(Exception):
    """The row is not read, and why."""


def is_name(column: str) -> bool:
    """Whether a column names an image: `file_name`, or `mask_file_name`."""
    return column == NAME or column.endswith("_" + NAME)


def records(line: int | None, row: Mapping[str, Any]) -> Iterator[Record | Malformed]:
    """The images of a row: the first with all that is on it, further ones (`*_file_name`) as named."""
    keys = sorted((key for key in row if is_name(key) and row[key] is not None), key=lambda key: key != NAME)
    first = row[keys[0]] if keys else None
    try:
        if not isinstance(first, str) or not first.strip():
            raise _Bad(f"no {NAME}" if not keys else f"{display(keys[0][:40])} is no name of a file")
        yield Record(line, _text(first), tuple(_marks(row)), _size(row), once=True)
    except _Bad as error:
        name = to_text(first) if isinstance(first, str) else ""
        yield Malformed(line, None, str(error), name if is_text(name) else "")
    for key in keys[1:]:
        if isinstance(row[key], str) and is_text(to_text(row[key])):
            yield Record(line, to_text(row[key]), ())


def _marks(row: Mapping[str, Any]) -> Iterator[Mark]:
    for key in ("label", "labels"):
        value = row.get(key)
        for label in value if isinstance(value, list) else () if value is None else (value,):
            yield Mark(None, _class(label))
    objects = row.get("objects")
    if objects is not None:
        yield from _boxes(objects)


def _boxes(objects: object) -> Iterator[Mark]:
    """The boxes of `objects`, in either form."""
    if isinstance(objects, list):
        for one in objects:
            if not isinstance(one, dict) or "bbox" not in one:
                raise _Bad("an object has no bbox")
            yield Mark(None, _class(_categories(one)), _box(one["bbox"]))
        return
    if not isinstance(objects, dict):
        raise _Bad("objects is neither an object of lists nor a list of objects")
    boxes, classes = objects.get("bbox"), _categories(objects)
    if not isinstance(boxes, list):
        raise _Bad("objects has no list bbox")
    if classes is None:
        classes = [None] * len(boxes)
    if not isinstance(classes, list) or len(classes) != len(boxes):
        count = len(classes) if isinstance(classes, list) else "no list of"
        raise _Bad(f"objects has {len(boxes)} boxes and {count} categories")
    for box, one in zip(boxes, classes, strict=True):
        yield Mark(None, _class(one), _box(box))


def _categories(objects: Mapping[str, Any]) -> Any:
    return next((objects[key] for key in CLASSES if objects.get(key) is not None), None)


def _class(value: object) -> str | int | None:
    """A class by name or number; None: there is one and nobody says which."""
    if value is None or (type(value) is int and abs(value) < _MOST):
        return value
    if isinstance(value, str):
        return _text(value)
    raise _Bad(f"{_shown(value)} is no class")


def _box(value: object) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) != 4:
        count = f"{len(value)} values" if isinstance(value, list) else _shown(value)
        raise _Bad(f"a box is {count}, not x, y, width and height")
    for number in value:
        if type(number) not in (int, float):
            raise _Bad(f"{_shown(number)} in a box is not a number")
        if not -_HUGE < number < _HUGE:
            raise _Bad(f"{_shown(number)} in a box is not finite")
    return tuple(map(float, value))


def _size(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """Width and height, where a row gives both as numbers."""
    width, height = row.get("width"), row.get("height")
    if type(width) is not int or type(height) is not int:
        return None
    if not (0 <= width < _MOST and 0 <= height < _MOST):
        raise _Bad(f"{_shown(width)} x {_shown(height)} is no size in pixels")
    return width, height


def _text(value: str) -> str:
    text = to_text(value)
    if not is_text(text):
        raise _Bad("half a character (a lone surrogate)")
    return text


def _shown(value: object) -> str:
    if isinstance(value, str):
        return repr(display(to_text(value[:40])))
    return (
        repr(value)[:40] if value is None or isinstance(value, int | float) else f"a {type(value).__name__}"
    )
