"""JSON as text: where values begin and end, so that one can be cut out or replaced and no other byte changes.

Element by element, so that time is linear and memory a small multiple of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from holdfast.repair.runs.places import Refused

_SPACE = re.compile(r"[ \t\r\n]*")
_MARK = "\ufeff"


class Span(NamedTuple):
    """A value and where it stands in the text."""

    value: Any
    begin: int
    end: int


@dataclass(slots=True)
class Edits:
    """Parts of the text and what takes their place; of two at one place the earlier one comes first."""

    parts: list[tuple[int, int, str]] = field(default_factory=list)

    def applied(self, text: str) -> str:
        """The text with all of it done."""
        pieces, at = [], 0
        for begin, end, new in sorted(self.parts, key=lambda part: part[:2]):
            pieces += [text[at:begin], new]
            at = end
        return "".join([*pieces, text[at:]])


def cuts(elements: Iterable[tuple[Span, bool]]) -> Iterator[tuple[int, int, str]]:
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


def arrays(text: str) -> dict[str, int]:
    """Where the arrays of the top object begin, by key."""
    begin = past(text, 1 if text.startswith(_MARK) else 0)
    if text[begin] != "{":
        end = _end(text, begin)
        found: dict[str, tuple[int, int]] = {}
    else:
        found, end = members(text, begin)
    if past(text, end) != len(text):
        raise ValueError(f"there is more after its end, character {end}")
    return {key: begin for key, (begin, _) in found.items() if text[begin] == "["}


def members(text: str, at: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Where the values of the object that begins there stand, by key, and where the object ends."""
    found: dict[str, tuple[int, int]] = {}
    at = past(text, at + 1)
    if text[at] == "}":
        return found, at + 1
    while True:
        key, at = _DECODER.raw_decode(text, at)
        begin = past(text, _over(text, past(text, at), ":"))
        if not isinstance(key, str) or key in found:
            raise ValueError(f"a key that is there already, or none, character {at}")
        end = _end(text, begin)
        found[key] = begin, end
        at = past(text, end)
        if text[at] == "}":
            return found, at + 1
        at = past(text, _over(text, at, ","))


def elements(text: str, begin: int | None) -> Iterator[Span]:
    """The elements of the array that begins there, one after the other; of no array none."""
    if begin is None:
        return
    at = past(text, begin + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield Span(value, at, end)
        at = past(text, end)
        if text[at] != "]":
            at = past(text, _over(text, at, ","))
            if text[at] == "]":
                raise ValueError(f"an element is missing, character {at}")


def past(text: str, at: int) -> int:
    """The next place that is no blank."""
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _end(text: str, begin: int) -> int:
    """Where the value that begins there ends. Of an array no more than one element is held at a time."""
    if text[begin] != "[":
        return _DECODER.raw_decode(text, begin)[1]
    end = begin + 1
    for span in elements(text, begin):
        end = span.end
    return _over(text, past(text, end), "]")


def _over(text: str, at: int, mark: str) -> int:
    if text[at] != mark:
        raise ValueError(f"{mark!r} is missing, character {at}")
    return at + 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; of a key that is there twice readers would take the one or the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice in one object")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)


@contextmanager
def reading() -> Iterator[None]:
    """Raises Refused for whatever goes wrong while text is read as JSON."""
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
