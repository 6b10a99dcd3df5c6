"""Pascal VOC: XML with the annotation of one image, named in `<filename>` and `<path>`.

Read with expat, which also says where things stand; whatever declares a DTD is refused, so no entity and no
other file is ever resolved. Only the text of these elements is replaced, the rest stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from holdfast.names import display
from holdfast.repair.runs.places import Refused

_FIELDS = ("filename", "path", "folder")
_DEEPEST = 32
_ENCODING = re.compile(rb"\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([^\"']+)")


@dataclass(frozen=True, slots=True)
class _Field:
    """The text of an element right below the root, without blanks around it, and where its bytes are."""

    name: str
    text: str
    begin: int
    end: int


@dataclass(slots=True)
class _Reader:
    """What expat tells, element by element."""

    data: bytes
    fields: list[_Field] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    begin: int = -1
    pieces: list[str] = field(default_factory=list)
    plain: bool = True

    def read(self) -> None:
        """Raises expat's error, Refused."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = lambda name, _: self._start(name)
        parser.EndElementHandler = lambda _: self._end(parser.CurrentByteIndex)
        parser.CharacterDataHandler = lambda text: self._text(text, parser.CurrentByteIndex)
        parser.CommentHandler = parser.StartCdataSectionHandler = lambda *_: self._odd()
        parser.ProcessingInstructionHandler = lambda *_: self._odd()
        parser.Parse(self.data, True)

    def _doctype(self, *_: object) -> None:
        raise Refused("declares a document type (DTD), which is not read")

    def _odd(self) -> None:
        self.plain = False

    def _start(self, name: str) -> None:
        self.path.append(name)
        if len(self.path) > _DEEPEST:
            raise Refused(f"is nested deeper than {_DEEPEST} elements")
        if len(self.path) == 2:
            self.begin, self.pieces, self.plain = -1, [], True
        else:
            self.plain = False

    def _text(self, text: str, at: int) -> None:
        if len(self.path) == 2 and self.path[1] in _FIELDS:
            self.begin = at if self.begin < 0 else self.begin
            self.pieces.append(text)

    def _end(self, at: int) -> None:
        name = self.path.pop()
        text = "".join(self.pieces).strip()
        if len(self.path) == 1 and self.path[0] == "annotation" and name in _FIELDS and text:
            if not self.plain:
                raise Refused(f"its <{name}> is not plain text")
            written = self.data[self.begin : at]
            begin = self.begin + len(written) - len(written.lstrip())
            self.fields.append(_Field(name, text, begin, self.begin + len(written.rstrip())))


def texts(data: bytes) -> Iterator[str]:
    """The image that the file names, as written, in one way or several. Raises Refused."""
    return (found.text for found in _fields(data) if found.name != "folder")


def said(data: bytes) -> bytes:
    """The file without the names of its image: equal for two images of which it says the same."""
    pieces, at = [], 0
    for found in _fields(data):
        pieces.append(data[at : found.begin])
        at = found.end
    return b"".join([*pieces, data[at:]])


def rewritten(data: bytes, changes: Mapping[str, str | None], added: Sequence[str]) -> bytes:
    """The file with other names. Raises Refused when a name is not there, and for None: a file about one
    image goes with it."""
    pieces, at, left = [], 0, set(changes)
    for found in _fields(data):
        if found.name == "folder":
            continue
        new = changes.get(found.text, found.text)
        left.discard(found.text)
        if new is None:
            raise Refused("is about one image only")
        if new != found.text:
            pieces += [data[at : found.begin], _written(new, data[found.begin : found.end])]
            at = found.end
    if left or added:
        raise Refused(f"does not name {display(min(left))} any more" if left else "is about one image only")
    return b"".join([*pieces, data[at:]])


def _fields(data: bytes) -> list[_Field]:
    """The elements that name the image, in order. Raises Refused for what cannot be read safely."""
    if b"\0" in data:  # a letter has two bytes: what is read as ASCII cannot be replaced as ASCII
        raise Refused("is in the encoding UTF-16, not UTF-8")
    encoding = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii") and not data.isascii():
        raise Refused(f"is in the encoding {display(encoding[1].decode('ascii', 'replace'))}, not UTF-8")
    reader = _Reader(data)
    try:
        reader.read()
    except expat.ExpatError as error:
        raise Refused(f"is not XML: {error}") from None
    except (ValueError, LookupError):
        raise Refused("is in an encoding that is not known") from None
    return reader.fields


def _written(new: str, old: bytes) -> bytes:
    # an ASCII text may stand in a file of another encoding
    return escape(new).encode("ascii", "xmlcharrefreplace") if old.isascii() else escape(new).encode()
