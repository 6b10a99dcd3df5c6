"""What elements of a COCO file say: ids, images, categories.

The format: https://cocodataset.org/#format-data
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from holdfast.names import display

_LARGEST = (1 << 31) - 1
_LONGEST = 4096
"""Characters of an id or a name: longer than any path of a file system."""

Id = int | str


class Malformed(Exception):
    """The element cannot be used; the text says why, `key` is which part of it, '' for all of it."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class ImageSaid(NamedTuple):
    """An image: its id, its file, its size in pixels (None: not said, or none), and what is odd about it."""

    id: Id
    name: str
    width: int | None
    height: int | None
    odd: str = ""


def id_of(element: dict[str, Any], key: str) -> Id:
    """An id: a number, or text. 1.0 is 1, as pandas writes it. Raises Malformed."""
    found = element.get(key)
    if type(found) is int or (type(found) is str and len(found) <= _LONGEST):
        return found
    if type(found) is float and found.is_integer():
        return int(found)
    raise Malformed(f"has no {key}" if found is None else f"{key} is {shown(found)}, no number or text", key)


def class_of(element: dict[str, Any], key: str) -> int:
    """The number of a class. Raises Malformed."""
    found = id_of(element, key)
    if type(found) is not int or not -(1 << 63) <= found < 1 << 63:
        raise Malformed(f"{key} is {shown(found)}, no whole number of 64 bits", key)
    return found


def image_of(element: Any) -> ImageSaid:
    """An element of `images`. Raises Malformed."""
    fields = _object(element)
    name = fields.get("file_name")
    if name is None and type(fields.get("coco_url")) is str:  # LVIS names no file
        name = "/".join(fields["coco_url"].split("/")[-2:])
    if type(name) is not str or not 0 < len(name) <= _LONGEST:
        raise Malformed("has no file_name" if name is None else f"file_name is {shown(name)}", "file_name")
    sizes = side_of(fields.get("width")), side_of(fields.get("height"))
    odd = next((f"{key} is {shown(fields[key])}, no number of pixels"
                for key, side in zip(("width", "height"), sizes, strict=True)
                if side is None and fields.get(key) is not None), "")  # fmt: skip
    return ImageSaid(id_of(fields, "id"), name, *sizes, odd)


def category_of(element: Any) -> tuple[int, str, int | None]:
    """An element of `categories`: its id, its name and how many keypoints it has, None where it does not say.

    Raises Malformed.
    """
    fields = _object(element)
    name = fields.get("name")
    if type(name) is not str or len(name) > _LONGEST:
        raise Malformed("has no name" if name is None else f"name is {shown(name)}, no text", "name")
    points = fields.get("keypoints")
    return class_of(fields, "id"), clean(name), len(points) if type(points) is list else None


def clean(text: str) -> str:
    """Text that a table can hold: half a surrogate pair, which JSON may write as \\\\udXXX, as that."""
    if text.isascii():
        return text
    return "".join(f"\\u{ord(mark):04x}" if "\ud800" <= mark <= "\udfff" else mark for mark in text)


def _object(element: Any) -> dict[str, Any]:
    if type(element) is not dict:
        raise Malformed(f"is {shown(element)}, no object")
    return element


def side_of(found: Any) -> int | None:
    """A width or height in pixels, None where it is none."""
    if type(found) is float and found.is_integer():
        found = int(found)
    return found if type(found) is int and 0 <= found <= _LARGEST else None


def shown(value: Any) -> str:
    """A value of the file in a few characters of a message."""
    if type(value) is list or type(value) is dict:
        return f"{'a list' if type(value) is list else 'an object'} of {len(value)}"
    if type(value) is str:
        return f"text {display(value[:40])!r}" if value else "empty text"
    if type(value) is int and abs(value) >= 1 << 64:
        return "a number of over 64 bits"
    return json.dumps(value)
