"""COCO: JSON with `images`, each with a `file_name` and an `id`, and `annotations` that give an `image_id`.

A file is never written anew: where values begin and end is found in its text, and only what is named is cut
out, replaced or added. Unknown keys, order, numbers and blanks stay byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from holdfast.names import display
from holdfast.repair.references.changes import Changes, Numbers, Size
from holdfast.repair.references.coco_adding import Joining, Said, id_of, names_of
from holdfast.repair.references.coco_numbers import renumbered
from holdfast.repair.references.json_text import Edits, Span, arrays, cuts, elements, members, reading
from holdfast.repair.runs.places import Refused


def texts(data: bytes) -> Iterator[str]:
    """The images that the file names, as written; none if it is other JSON. Raises Refused if it is none."""
    with reading():
        text = data.decode()
        for image in elements(text, arrays(text).get("images")):
            if (name := _name(image.value)) is not None:
                yield name


def name_at(data: bytes, number: int) -> str | None:
    """What the image of that number, from 0, is called; None where there is none. Raises Refused."""
    with reading():
        text = data.decode()
        images = islice(elements(text, arrays(text).get("images")), number, number + 1)
        return next((_name(image.value) for image in images), None)


def said(data: bytes) -> dict[str, tuple[bytes, ...]]:
    """A digest of each annotation of each image, by the name of the image; their ids do not count, and a
    category is its name where the file has one for it."""
    with reading():
        text = data.decode()
        begins = arrays(text)
        names: dict[float | str, str] = {}
        for image in elements(text, begins.get("images")):
            if (name := _name(image.value)) is not None:
                names[id_of(image.value, "id")] = name
        categories = names_of(text, begins)
        found: dict[str, list[bytes]] = {name: [] for name in names.values()}
        for annotation in elements(text, begins.get("annotations")):
            if (name := names.get(id_of(annotation.value, "image_id"))) is not None:
                found[name].append(_digest(annotation.value, categories))
    return {name: tuple(sorted(digests)) for name, digests in found.items()}


def taken(data: bytes, names: frozenset[str]) -> dict[str, Said]:
    """All that the file says of these images, as text, for another file to say it. Raises Refused."""
    with reading():
        text = data.decode()
        begins = arrays(text)
        found = {name: Said([], [], names_of(text, begins)) for name in names}
        ids: dict[float | str, str] = {}
        for image in elements(text, begins.get("images")):
            if (name := _name(image.value)) in found:
                found[name].images.append(text[image.begin : image.end])
                ids[id_of(image.value, "id")] = name
        ids.pop("", None)
        for annotation in elements(text, begins.get("annotations")):
            if (name := ids.get(id_of(annotation.value, "image_id"))) is not None:
                found[name].annotations.append(text[annotation.begin : annotation.end])
    return found


def rewritten(data: bytes, changes: Changes) -> bytes:
    """The file with some `file_name` replaced or, for None, the image and its annotations dropped, with
    images of other files, with numbers of annotations and sizes of images replaced.

    Raises Refused when an image or annotation is not there, when two share an id of which one goes, when an
    image comes in of which nothing is said, or whose categories the file has not.
    """
    with reading():
        text = data.decode()
        begins = arrays(text)
        edits = Edits()
        gone = _change_images(text, begins.get("images"), changes, edits)
        if gone or changes.numbers:
            _change_annotations(text, begins.get("annotations"), changes.numbers, gone, edits)
        if changes.added:
            edits.parts += Joining(text, begins, changes, frozenset(gone)).parts()
        return edits.applied(text).encode()


def _change_images(text: str, images: int | None, changes: Changes, edits: Edits) -> set[float | str]:
    """Note what is to be done to the images; the ids of those that go."""
    left: set[Any] = {*changes.names, *changes.sizes}
    gone, staying = set[float | str](), set[float | str]()
    marked: list[tuple[Span, bool]] = []
    for image in elements(text, images):
        name = _name(image.value)
        new = "" if name is None else changes.names.get(name, name)
        left.discard(name)
        if new is not None and name in changes.names:
            edits.parts.append(_renamed(text, image, new))
        if name is not None and new is not None and name in changes.sizes:
            edits.parts += _sized(text, image, changes.sizes[name])
        goes = new is None
        (gone if goes else staying).add(id_of(image.value, "id"))
        marked.append((image._replace(value=None), goes))
    if left:
        raise Refused(f"does not name {display(min(left))} any more")
    if shared := (gone & staying) - {""}:
        raise Refused(f"has two images with the id {display(str(min(shared, key=str)))}")
    edits.parts += cuts(marked)
    return gone - {""}


def _change_annotations(
    text: str, begin: int | None, numbers: tuple[Numbers, ...] | Any, gone: set[float | str], edits: Edits
) -> None:
    wanted = {change.entry: change for change in numbers}
    marked: list[tuple[Span, bool]] = []
    for entry, annotation in enumerate(elements(text, begin)):
        change = wanted.pop(entry, None)
        goes = id_of(annotation.value, "image_id") in gone
        if change is not None and not goes:
            parts = renumbered(text, annotation, change)
            edits.parts += parts or ()
            goes = parts is None
        marked.append((annotation._replace(value=None), goes))
    if wanted:
        raise Refused(f"has no annotation {min(wanted)} any more")
    edits.parts += cuts(marked)


def _name(image: Any) -> str | None:
    name = image.get("file_name") if isinstance(image, dict) else None
    return name if isinstance(name, str) else None


def _digest(annotation: dict[str, Any], categories: Mapping[float | str, str]) -> bytes:
    said = {key: value for key, value in annotation.items() if key not in ("id", "image_id")}
    if (category := categories.get(id_of(annotation, "category_id"))) is not None:
        said["category_id"] = {"name": category}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[:16]


def _renamed(text: str, image: Span, new: str) -> tuple[int, int, str]:
    begin, end = members(text, image.begin)[0]["file_name"]
    # a file that writes other letters as \uNNNN goes on to do so
    return begin, end, json.dumps(new, ensure_ascii=text[begin:end].isascii())


def _sized(text: str, image: Span, size: Size) -> Iterator[tuple[int, int, str]]:
    places = members(text, image.begin)[0]
    for key, value in zip(("width", "height"), size, strict=True):
        if key not in places:
            raise Refused(f"says no {key} of {display(str(_name(image.value)))} any more")
        yield *places[key], str(value)
