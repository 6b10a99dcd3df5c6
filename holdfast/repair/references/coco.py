"""COCO: JSON with `images`, each with a `file_name` and an `id`, and `annotations` that give an `image_id`.

A file is never written anew: where values begin and end is found in its text, and only what is named is cut
out or replaced. Unknown keys, order, numbers and blanks stay byte for byte. Element by element, so that time
is linear and memory a small multiple of the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from holdfast.names import display
from holdfast.repair.runs.places import Refused

_SPACE = re.compile(r"[ \t\r\n]*")
_MARK = "\ufeff"


class _Span(NamedTuple):
    """A value and where it stands in the text."""

    value: Any
    begin: int
    end: int


@dataclass(slots=True)
class _Edits:
    """Parts of the text and what takes their place, in order."""

    parts: list[tuple[int, int, str]] = field(default_factory=list)

    def applied(self, text: str) -> str:
        pieces, at = [], 0
        for begin, end, new in sorted(self.parts):
            pieces += [text[at:begin], new]
            at = end
        return "".join([*pieces, text[at:]])


def texts(data: bytes) -> Iterator[str]:
    """The images that the file names, as written; none if it is other JSON. Raises Refused if it is none."""
    with _reading():
        text = data.decode()
        arrays = _arrays(text)
        for image in _elements(text, arrays.get("images")):
            if isinstance(image.value, dict) and isinstance(image.value.get("file_name"), str):
                yield image.value["file_name"]


def said(data: bytes) -> dict[str, tuple[bytes, ...]]:
    """A digest of each annotation of each image, by the name of the image; their ids do not count, and a
    category is its name where the file has one for it."""
    with _reading():
        text = data.decode()
        arrays = _arrays(text)
        names: dict[float | str, str] = {}
        for image in _elements(text, arrays.get("images")):
            if isinstance(image.value, dict) and isinstance(image.value.get("file_name"), str):
                names[_id(image.value, "id")] = image.value["file_name"]
        categories = {
            _id(category.value, "id"): category.value["name"]
            for category in _elements(text, arrays.get("categories"))
            if isinstance(category.value, dict) and isinstance(category.value.get("name"), str)
        }
        found: dict[str, list[bytes]] = {name: [] for name in names.values()}
        for annotation in _elements(text, arrays.get("annotations")):
            if (name := names.get(_id(annotation.value, "image_id"))) is not None:
                found[name].append(_digest(annotation.value, categories))
    return {name: tuple(sorted(digests)) for name, digests in found.items()}


def rewritten(data: bytes, changes: Mapping[str, str | None], added: Sequence[str]) -> bytes:
    """The file with some `file_name` replaced or, for None, the image and its annotations dropped.

    Raises Refused when an image is not there, when two share an id of which one goes, and for `added`.
    """
    if added:
        raise Refused("gets no new images: their annotations are not known")
    with _reading():
        text = data.decode()
        arrays = _arrays(text)
        edits = _Edits()
        gone = _change_images(text, arrays.get("images"), changes, edits)
        if gone:
            annotations = _elements(text, arrays.get("annotations"))
            edits.parts += _cuts((span, _id(span.value, "image_id") in gone) for span in annotations)
        return edits.applied(text).encode()


def _change_images(
    text: str, images: int | None, changes: Mapping[str, str | None], edits: _Edits
) -> set[float | str]:
    """Note what is to be done to the images; the ids of those that go."""
    left: set[Any] = set(changes)
    gone, staying = set[float | str](), set[float | str]()
    marked: list[tuple[_Span, bool]] = []
    for image in _elements(text, images):
        name = image.value.get("file_name") if isinstance(image.value, dict) else None
        new = changes.get(name, name) if isinstance(name, str) else ""
        left.discard(name)
        if new is not None and name in changes:
            edits.parts.append(_renamed(text, image, new))
        goes = new is None
        (gone if goes else staying).add(_id(image.value, "id"))
        marked.append((image._replace(value=None), goes))
    if left:
        raise Refused(f"does not name {display(min(left))} any more")
    if shared := (gone & staying) - {""}:
        raise Refused(f"has two images with the id {display(str(min(shared, key=str)))}")
    edits.parts += _cuts(marked)
    return gone - {""}


def _id(value: Any, key: str) -> float | str:
    """The id in an object, '' where there is none that can be compared. 1.0 is 1: pandas writes it so."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, int | float | str) else ""


def _digest(annotation: dict[str, Any], categories: Mapping[float | str, str]) -> bytes:
    said = {key: value for key, value in annotation.items() if key not in ("id", "image_id")}
    if (category := categories.get(_id(annotation, "category_id"))) is not None:
        said["category_id"] = {"name": category}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[:16]


def _renamed(text: str, image: _Span, new: str) -> tuple[int, int, str]:
    members, _ = _members(text, image.begin)
    begin, end = members["file_name"]
    # a file that writes other letters as \uNNNN goes on to do so
    return begin, end, json.dumps(new, ensure_ascii=text[begin:end].isascii())


def _cuts(elements: Iterable[tuple[_Span, bool]]) -> Iterator[tuple[int, int, str]]:
    """What to cut out so that the elements that go are gone, with the commas that they leave."""
    run: int | None = None
    kept = end = 0
    for span, goes in elements:
        if goes:
            run = span.begin if run is None else run
        elif run is not None:
            yield run, span.begin, ""
            run = None
        kept, end = kept if goes else span.end, span.end
    if run is not None:
        yield kept or run, end, ""


def _arrays(text: str) -> dict[str, int]:
    """Where the arrays of the top object begin, by key."""
    begin = _past(text, 1 if text.startswith(_MARK) else 0)
    if text[begin] != "{":
        end = _end(text, begin)
        members: dict[str, tuple[int, int]] = {}
    else:
        members, end = _members(text, begin)
    if _past(text, end) != len(text):
        raise ValueError(f"there is more after its end, character {end}")
    return {key: begin for key, (begin, _) in members.items() if text[begin] == "["}


def _members(text: str, at: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Where the values of the object that begins there stand, by key, and where the object ends."""
    members: dict[str, tuple[int, int]] = {}
    at = _past(text, at + 1)
    if text[at] == "}":
        return members, at + 1
    while True:
        key, at = _DECODER.raw_decode(text, at)
        begin = _past(text, _over(text, _past(text, at), ":"))
        if not isinstance(key, str) or key in members:
            raise ValueError(f"a key that is there already, or none, character {at}")
        end = _end(text, begin)
        members[key] = begin, end
        at = _past(text, end)
        if text[at] == "}":
            return members, at + 1
        at = _past(text, _over(text, at, ","))


def _elements(text: str, begin: int | None) -> Iterator[_Span]:
    """The elements of the array that begins there, one after the other; of no array none."""
    if begin is None:
        return
    at = _past(text, begin + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield _Span(value, at, end)
        at = _past(text, end)
        if text[at] != "]":
            at = _past(text, _over(text, at, ","))
            if text[at] == "]":
                raise ValueError(f"an element is missing, character {at}")


def _end(text: str, begin: int) -> int:
    """Where the value that begins there ends. Of an array no more than one element is held at a time."""
    if text[begin] != "[":
        return _DECODER.raw_decode(text, begin)[1]
    end = begin + 1
    for span in _elements(text, begin):
        end = span.end
    return _over(text, _past(text, end), "]")


def _over(text: str, at: int, mark: str) -> int:
    if text[at] != mark:
        raise ValueError(f"{mark!r} is missing, character {at}")
    return at + 1


def _past(text: str, at: int) -> int:
    """The next place that is no blank."""
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; of a key that is there twice readers would take the one or the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice in one object")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise Refused(f"is not UTF-8 (byte {error.start})") from None
    except IndexError:
        raise Refused("is not whole JSON: it ends too early") from None
    except RecursionError:
        raise Refused("cannot be read: it is nested too deep") from None
    except ValueError as error:
        raise Refused(f"is not JSON: {error}") from None
