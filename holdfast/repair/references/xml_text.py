"""XML as bytes: where some of its elements and their texts stand, so that they can be cut out or replaced.

Read with expat, which says where things are; whatever declares a DTD is refused, so no entity and no other
file is ever resolved.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from holdfast.names import display
from holdfast.repair.runs.places import Refused

_DEEPEST = 32
_MOST = 200_000
"""Elements that are kept of one file."""
_ENCODING = re.compile(rb"\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([^\"']+)")


@dataclass(slots=True)
class Element:
    """An element: its path from the root as in `annotation/object`, where its bytes are, its text without
    blanks around it and where that is (`plain`: it is nothing but text). `parent` is the number of the one
    that it is in."""

    path: str
    parent: int
    begin: int
    end: int = -1
    text: str = ""
    text_begin: int = -1
    text_end: int = -1
    plain: bool = True


@dataclass(slots=True)
class _Reader:
    """What expat tells, element by element."""

    data: bytes
    wanted: Collection[str]
    found: list[Element] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    open: list[tuple[int, list[str]]] = field(default_factory=list)
    """Numbers of the elements that are open and wanted (-1: it is not), with the pieces of their texts."""

    def read(self) -> None:
        """Raises expat's error, Refused."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = lambda name, _: self._start(name, parser.CurrentByteIndex)
        parser.EndElementHandler = lambda _: self._end(parser.CurrentByteIndex)
        parser.CharacterDataHandler = lambda text: self._text(text, parser.CurrentByteIndex)
        parser.CommentHandler = parser.StartCdataSectionHandler = lambda *_: self._odd()
        parser.ProcessingInstructionHandler = lambda *_: self._odd()
        parser.Parse(self.data, True)

    def _doctype(self, *_: object) -> None:
        raise Refused("declares a document type (DTD), which is not read")

    def _odd(self) -> None:
        if self.open and self.open[-1][0] >= 0:
            self.found[self.open[-1][0]].plain = False

    def _start(self, name: str, at: int) -> None:
        self._odd()  # the one that it is in
        self.path.append(name)
        if len(self.path) > _DEEPEST:
            raise Refused(f"is nested deeper than {_DEEPEST} elements")
        path = "/".join(self.path)
        number = -1
        if path in self.wanted:
            number = len(self.found)
            parent = next((one for one, _ in reversed(self.open) if one >= 0), -1)
            self.found.append(Element(path, parent, at))
            if number >= _MOST:
                raise Refused(f"has more than {_MOST} elements")
        self.open.append((number, []))

    def _text(self, text: str, at: int) -> None:
        number, pieces = self.open[-1] if self.open else (-1, [])
        if number >= 0:
            if self.found[number].text_begin < 0:
                self.found[number].text_begin = at
            pieces.append(text)

    def _end(self, at: int) -> None:
        self.path.pop()
        number, pieces = self.open.pop()
        if number < 0:
            return
        element = self.found[number]
        element.end = self.data.index(b">", at) + 1 if self.data.startswith(b"</", at) else at
        element.text = "".join(pieces).strip()
        if element.text_begin >= 0:
            written = self.data[element.text_begin : at]
            element.text_begin += len(written) - len(written.lstrip())
            element.text_end = at - (len(written) - len(written.rstrip()))


def elements(data: bytes, wanted: Collection[str]) -> list[Element]:
    """The elements of these paths, in order. Raises Refused for what cannot be read safely."""
    if b"\0" in data:  # a letter has two bytes: what is read as ASCII cannot be replaced as ASCII
        raise Refused("is in the encoding UTF-16, not UTF-8")
    encoding = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii") and not data.isascii():
        raise Refused(f"is in the encoding {display(encoding[1].decode('ascii', 'replace'))}, not UTF-8")
    reader = _Reader(data, wanted)
    try:
        reader.read()
    except expat.ExpatError as error:
        raise Refused(f"is not XML: {error}") from None
    except (ValueError, LookupError):
        raise Refused("is in an encoding that is not known") from None
    return reader.found


def encoded(new: str, old: bytes) -> bytes:
    """A text as XML, in place of an old one: an ASCII text may stand in a file of another encoding."""
    return escape(new).encode("ascii", "xmlcharrefreplace") if old.isascii() else escape(new).encode()


def applied(data: bytes, parts: Collection[tuple[int, int, bytes]]) -> bytes:
    """The bytes with parts of them replaced."""
    pieces, at = [], 0
    for begin, end, new in sorted(parts):
        pieces += [data[at:begin], new]
        at = end
    return b"".join([*pieces, data[at:]])


def with_line(data: bytes, begin: int) -> int:
    """Where to begin to cut so that an element goes with the blanks before it, up to the line end."""
    before = data[:begin].rstrip(b" \t")
    if before.endswith(b"\n"):
        return len(before) - (2 if before.endswith(b"\r\n") else 1)
    return begin
