"""Images that come into a COCO file from another one with their annotations, as text, with free ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.names import display
from holdfast.repair.references.changes import Added, Changes
from holdfast.repair.references.json_text import Edits, Span, elements, members, past
from holdfast.repair.runs.places import Refused


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of one image: objects as they are written, and the names of its categories by id."""

    images: list[str]
    annotations: list[str]
    categories: Mapping[float | str, str]


def id_of(value: Any, key: str) -> float | str:
    """The id in an object, '' where there is none that can be compared. 1.0 is 1: pandas writes it so."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, int | float | str) else ""


def names_of(text: str, begins: Mapping[str, int]) -> dict[float | str, str]:
    """The names of the categories that have one, by id."""
    return {
        id_of(category.value, "id"): category.value["name"]
        for category in elements(text, begins.get("categories"))
        if isinstance(category.value, dict) and isinstance(category.value.get("name"), str)
    }


@dataclass(slots=True)
class _Ids:
    """The ids that are taken; one that is free stays, another gets the next number."""

    taken: set[float | str] = field(default_factory=set)
    highest: int = 0

    def take(self, wanted: float | str) -> float | str:
        """An id that no other has."""
        if wanted in self.taken:
            wanted = self.highest + 1
        self.note(wanted)
        return wanted

    def note(self, one: float | str) -> None:
        """That this id is taken."""
        self.taken.add(one)
        if isinstance(one, int | float) and abs(one) < 1 << 53:
            self.highest = max(self.highest, int(one))


class Joining:
    """The ends of the arrays of a file that gets images. `gone` are ids of images that leave it."""

    def __init__(
        self, text: str, begins: Mapping[str, int], changes: Changes, gone: frozenset[float | str]
    ) -> None:
        self._text, self._begins, self._added = text, begins, changes.added
        self._numbers = {name: number for number, name in names_of(text, begins).items()}
        if len(self._numbers) != len(names_of(text, begins)):
            raise Refused("has two categories of one name: give them names of their own first")
        dropped = {change.entry for change in changes.numbers if change.after is None}
        self._images, self._annotations = _Ids(), _Ids()
        self._last_image = self._look("images", "id", self._images, gone, frozenset())
        self._last_annotation = self._look("annotations", "image_id", self._annotations, gone, dropped)

    def parts(self) -> Iterator[tuple[int, int, str]]:
        """What is put at the ends of the two arrays. Raises Refused, ValueError."""
        images: list[str] = []
        annotations: list[str] = []
        for one in self._added:
            if not isinstance(one.said, Said) or not one.said.images:
                raise Refused(f"gets {display(one.text)}, of which no file says what is on it")
            self._join(one, one.said, images, annotations)
        yield self._put("images", images, self._last_image)
        if annotations:
            yield self._put("annotations", annotations, self._last_annotation)

    def _join(self, one: Added, said: Said, images: list[str], annotations: list[str]) -> None:
        new: dict[float | str, float | str] = {}
        for text in said.images:
            old = id_of(json.loads(text), "id")
            new[old] = self._images.take(old)
            images.append(_with(text, {"id": new[old], "file_name": one.text}))
        for text in said.annotations:
            value = json.loads(text)
            if "segments_info" in value:
                raise Refused("is panoptic: its categories and masks do not move, take the image out instead")
            values = {"id": self._annotations.take(id_of(value, "id"))} if "id" in value else {}
            values["image_id"] = new[id_of(value, "image_id")]
            if "category_id" in value:
                values["category_id"] = self._category(id_of(value, "category_id"), said)
            annotations.append(_with(text, values))

    def _category(self, number: float | str, said: Said) -> float | str:
        """The number that the category has here."""
        name = said.categories.get(number)
        if name is None:
            raise Refused(
                f"gets an annotation of category {display(str(number))}, which has no name: name it"
            )
        if name not in self._numbers:
            raise Refused(f"has no category {display(name)}: add it to `categories` first")
        return self._numbers[name]

    def _look(
        self,
        key: str,
        owner: str,
        ids: _Ids,
        gone: frozenset[float | str],
        dropped: frozenset[int] | set[int],
    ) -> tuple[Span | None, bool]:
        """The last element of an array, and whether one of them stays; its ids are taken then."""
        last, stays = None, False
        for number, element in enumerate(elements(self._text, self._begins.get(key))):
            ids.note(id_of(element.value, "id"))
            last = element._replace(value=None)
            stays = stays or not (id_of(element.value, owner) in gone or number in dropped)
        return last, stays

    def _put(self, key: str, objects: Sequence[str], end: tuple[Span | None, bool]) -> tuple[int, int, str]:
        if key not in self._begins:
            raise Refused(f"has no array `{key}`: add an empty one first")
        begin = self._begins[key] + 1
        last, stays = end
        first = past(self._text, begin)
        between = "," + (self._text[begin:first] if last else "")
        at = last.end if last else begin
        return at, at, ("" if not stays else between) + between.join(objects)


def _with(text: str, values: Mapping[str, float | str]) -> str:
    """An object with some of its values replaced; one that is equal stays as it was written."""
    edits = Edits()
    places, _ = members(text, 0)
    old = json.loads(text)
    for key, value in values.items():
        if old.get(key) != value:
            ascii_only = text[slice(*places[key])].isascii()
            edits.parts.append((*places[key], json.dumps(value, ensure_ascii=ascii_only)))
    return edits.applied(text)
