"""The elements of the top-level arrays of a JSON file, one after the other, each with its place.

The standard library's decoder reads one element at a time out of a window of the file: measured against
ijson (yajl) and msgspec it is as fast as the one, and unlike either it says where an element stands. An
element that is no JSON is left out and the next one read, as far as brackets and quotes show where it ends.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from holdfast.files import NotRead
from holdfast.formats.coco.ends import Broken, end_of
from holdfast.formats.coco.window import Fault, Window
from holdfast.names import display

LARGEST = 8 << 20
"""Characters of one element, as a rule: a larger one may be read, or may end the reading."""
_FAULTS = 1000
"""Elements that are no JSON: at more of them the rest of the file is not read."""
_NOTES = 3
"""What is said of one element at most."""
_SPACE = re.compile(r"[ \t\r\n]*+")
_ABSENT = object()


class Element(NamedTuple):
    """One element of a top-level array: the key of the array, which one of it (from 0), line and column.

    `odd` says what strict readers of JSON refuse in it, '' for nothing.
    """

    key: str
    entry: int
    value: Any
    line: int
    column: int
    odd: str = ""


class Stream:
    """Reads the top-level arrays named `wanted`, in the order of the file, and no further than the one named
    `last`.

    `faults` is what was no JSON so far; `finished` gives their number when each of the wanted keys was read;
    `is_cut` says that the reading ended before the file did.
    """

    def __init__(self, window: Window, wanted: Collection[str], last: str = "") -> None:
        self.window = window
        self.wanted = wanted
        self.last = last
        self.faults: list[Fault] = []
        self.finished: dict[str, int] = {}
        self.is_cut = False
        self._at = 0
        self._pointer = ""
        self._notes: list[str] = []
        decoder = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=self._constant)
        self._decode = decoder.raw_decode

    def elements(self) -> Iterator[Element]:
        """The elements of the wanted arrays. Never raises for what the file is: what ends the reading is the
        last of the faults."""
        try:
            yield from self._members()
            if self.last not in self.finished and self._next():
                raise Broken("there is more after the end of its object")
        except Broken as error:
            self.is_cut = True
            self._fault(f"{error}; the rest is not read")
        except NotRead as error:
            self.is_cut = True
            self._fault(f"cannot be read on: {error}")

    def _members(self) -> Iterator[Element]:
        """Go through the members of the top-level object."""
        if self._next() != "{":
            raise Broken("is no JSON object" if self.window.text else "is empty")
        self._at += 1
        empty = self._next() == "}"
        while not empty:
            key = self._value() if self._next() == '"' else None
            if not isinstance(key, str):
                raise self._missing("a key")
            self._pointer = "/" + display(key[:200]).replace("~", "~0").replace("/", "~1")
            self._over(":")
            yield from self._member(key)
            self._pointer = ""
            if self.last in self.finished:
                return
            if self._next() == "}":
                break
            self._over(",")
        self._at += 1

    def _member(self, key: str) -> Iterator[Element]:
        kept = key in self.wanted
        if key in self.finished:
            self._fault("the key is there twice; the second is not read")
            kept = False
        if self._next() == "[":
            yield from self._array(key, kept)
        else:
            value = self._value()
            if odd := self._oddity():
                self._fault(odd)
            if kept and value is not _ABSENT:
                self._fault("is no array")
        if kept:
            self.finished[key] = len(self.faults)

    def _array(self, key: str, kept: bool) -> Iterator[Element]:
        """Go through an array; its elements where they are kept."""
        self._at += 1
        pointer, entry, at_end = self._pointer, 0, self._next() == "]"
        while not at_end:
            self._pointer = f"{pointer}/{entry}"
            line, column = self.window.place(self._at)
            value = self._value()
            odd = self._oddity() if self._notes else ""
            if kept and value is not _ABSENT:
                yield Element(key, entry, value, line, column, odd and f"not JSON: {odd}")
            elif odd:
                self._fault(odd)
            entry += 1
            at_end = self._next() == "]"
            if not at_end:
                self._over(",")
                if self._next() == "]":
                    self._fault("an element is missing after the last comma")
                    at_end = True
        self._at += 1
        self._pointer = pointer

    def _value(self) -> Any:
        """The value that begins here, and go past it; _ABSENT for one that is no JSON."""
        window = self.window
        while True:
            text, at = window.text, self._at
            try:
                value, end = self._decode(text, at)
            except (ValueError, RecursionError) as error:
                if not self._past(error):
                    continue
                return _ABSENT
            # a number that the window cuts, as in 1.5e|7, ends up to three characters before its end
            if end + 3 <= len(text) or text[at] in '{["' or not self._more():
                break
        self._at = end
        return value

    def _past(self, error: Exception) -> bool:
        """Go past a value that is no JSON and note it; False where more of the file may make it JSON."""
        self._notes.clear()
        text, at = self.window.text, self._at
        end = end_of(text, at)
        if end is None:
            if len(text) - at > LARGEST:
                raise Broken(f"a value of over {LARGEST >> 20} MiB begins here")
            if self._more():
                return False
            raise Broken("the file ends inside a value")
        if end == at:
            raise self._missing("a value")
        place = error.pos if isinstance(error, json.JSONDecodeError) else at
        self._fault(_reason(error), max(place, at))
        self._at = end
        return True

    def _more(self) -> bool:
        """Load more of the file behind what is to be read."""
        loaded = self.window.more(self._at)
        if loaded:
            self._at = 0
        return loaded

    def _next(self) -> str:
        """The next character that is no blank, and go there; '' at the end of the file."""
        mark = self.window.text[self._at : self._at + 1]
        if mark and mark not in " \t\r\n":
            return mark
        while True:
            found = _SPACE.match(self.window.text, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self.window.text):
                return self.window.text[self._at]
            if not self._more():
                return ""

    def _over(self, mark: str) -> None:
        if self._next() != mark:
            raise self._missing(repr(mark))
        self._at += 1

    def _missing(self, what: str) -> Broken:
        if self._at >= len(self.window.text):
            return Broken("the file ends too early")
        return Broken(f"{what} is missing")

    def _fault(self, message: str, at: int | None = None) -> None:
        """Note what is wrong at a position, here unless told otherwise."""
        place = min(self._at if at is None else at, len(self.window.text))
        self.faults.append(Fault(f"not JSON: {message}", *self.window.look(place), self._pointer or None))
        if len(self.faults) == _FAULTS:
            raise Broken(f"{_FAULTS} faults")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
            self._note(f"key {display(twice[:60])} is there twice in one object; the last counts")
        return found

    def _constant(self, name: str) -> float:
        self._note(f"{name} is no number of JSON")
        return float(name)

    def _oddity(self) -> str:
        """What was noted of the value that was read last; it is forgotten."""
        notes, self._notes[:] = list(self._notes), []
        return "; ".join(notes)

    def _note(self, message: str) -> None:
        if len(self._notes) < _NOTES:
            self._notes.append(message)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at")
    if isinstance(error, RecursionError):
        return "nested too deep"
    return "a number of too many digits"
