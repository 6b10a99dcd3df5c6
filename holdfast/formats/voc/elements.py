"""XML from strangers, element by element with the place of each: bounded, without DTD, entities or links.

Parsed by defusedxml over expat, as a stream: only one child of the root is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import Locator

_LIMIT_DEPTH = 32
_LIMIT_ELEMENTS = 200_000
_LIMIT_TEXT = 4096


class BadXml(Exception):
    """The bytes are not XML that is read here; `line` and `column` from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(slots=True)
class Element:
    """An element: name, place of its tag (from 1), text (at most 4,096 characters), children."""

    name: str
    line: int
    column: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        """The children of this name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        """The first child of this name."""
        return next((child for child in self.children if child.name == name), None)


def parse(data: bytes, take: Callable[[Element], bool]) -> Element:
    """The root without its children: each of those goes to `take` when it ends, which says whether to go on.

    Raises BadXml for anything that is not plain, bounded XML.
    """
    from defusedxml.common import DTDForbidden
    from defusedxml.expatreader import create_parser

    parser = create_parser(forbid_dtd=True)
    handler = _Handler(take, lambda: _place(parser))
    parser.setContentHandler(handler)
    try:
        parser.feed(data)
        parser.close()
    except _Enough:
        pass
    except DTDForbidden:
        message = "declares a document type (DTD), which is not read"
        raise BadXml(message, *_place(parser)) from None
    except SAXParseException as error:
        raise BadXml(f"not XML: {error.getMessage()}", *_place(error)) from None
    except (ValueError, LookupError):  # what Python says of encodings, and what expat passes on
        raise BadXml("in an encoding that is not known") from None
    finally:
        parser.setContentHandler(ContentHandler())  # parser and handler hold each other
    if handler.root is None:
        raise BadXml("not XML: no element found", 1, 1)
    return handler.root


def _place(at: Locator | SAXParseException) -> tuple[int, int]:
    """Line and column, from 1."""
    return at.getLineNumber() or 1, (at.getColumnNumber() or 0) + 1


class _Enough(Exception):
    """`take` wants no more."""


class _Handler(ContentHandler):
    """Builds the elements."""

    def __init__(self, take: Callable[[Element], bool], place: Callable[[], tuple[int, int]]) -> None:
        super().__init__()
        self._place = place
        self.root: Element | None = None
        self._take = take
        self._path: list[Element] = []
        self._pieces: list[str] = []
        self._left = _LIMIT_TEXT
        self._count = 0

    def startElement(self, name: str, attrs: object) -> None:
        """A tag opens."""
        line, column = self._place()
        self._count += 1
        if len(self._path) >= _LIMIT_DEPTH:
            raise BadXml(f"nested deeper than {_LIMIT_DEPTH} elements", line, column)
        if self._count > _LIMIT_ELEMENTS:
            raise BadXml(f"an element of more than {_LIMIT_ELEMENTS} others", line, column)
        element = Element(name, line, column)
        if len(self._path) > 1:
            self._path[-1].children.append(element)
        self._path.append(element)
        self.root = self.root or element
        self._pieces, self._left = [], _LIMIT_TEXT

    def characters(self, content: str) -> None:
        """Text, in pieces."""
        if self._left > 0:
            self._pieces.append(content[: self._left])
            self._left -= len(content)

    def endElement(self, name: str) -> None:
        """A tag closes: what was last said is its text, where it has no children."""
        element = self._path.pop()
        if not element.children:
            element.text = "".join(self._pieces).strip()
        self._pieces, self._left = [], _LIMIT_TEXT
        if len(self._path) == 1:
            self._count = 0
            if not self._take(element):
                raise _Enough
