"""A fix is data: what a fixer proposes. Only the journal writes to the data tree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Applicability(IntEnum):
    """How far a fix may be trusted, in order."""

    DISPLAY = 1
    """Not proved, or a matter of judgement: shown, a person decides."""
    UNSAFE = 2
    """Proved, but may lose information or mean something: `--unsafe-fixes` opts in."""
    SAFE = 3
    """Loses nothing: applied by default."""
    DECIDED = 4
    """A person decided so, by name: applied."""


@dataclass(frozen=True, slots=True)
class Remove:
    """Move a file to the quarantine."""

    path: str


@dataclass(frozen=True, slots=True)
class Move:
    """Give a file another name; the new one must not exist."""

    path: str
    to: str


@dataclass(frozen=True, slots=True)
class ToSplit:
    """Move an image to another split (train, val or test) of its collection, under a name that is free."""

    path: str
    split: str


@dataclass(frozen=True, slots=True)
class EditLine:
    """Replace line `line` (from 1) of a text file, or drop it (`text` None); its line end stays."""

    path: str
    line: int
    text: str | None


@dataclass(frozen=True, slots=True)
class EditAnnotation:
    """Give annotation `entry` (from 0) of an annotation file other numbers, or drop it (`values` None). As
    many as its `values` in the table, and of the same meaning; the rest of the file stays as it is."""

    path: str
    entry: int
    values: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class EditSize:
    """Let what is said elsewhere of the size of image `path` be `width` x `height` pixels."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DropName:
    """Take what file `path` says of the image that it calls `text` out of it."""

    path: str
    text: str


class Pixels(StrEnum):
    """What becomes of an image: without loss, but for RGB."""

    UNTAGGED = "untagged"
    """Its EXIF orientation becomes 1; pixels stay as they are stored."""
    UPRIGHT = "upright"
    """Pixels are turned as its EXIF orientation says, which becomes 1."""
    PLAIN = "plain"
    """A palette, or a transparency that nothing shows, becomes 8 bits of grey or of red, green and blue."""
    RGB = "rgb"
    """A JPEG stored as CMYK becomes one of red, green and blue, encoded anew: quality 95, 4:4:4."""


@dataclass(frozen=True, slots=True)
class EditPixels:
    """Store an image in another way. Refused where that is not possible as `how` says."""

    path: str
    how: Pixels


@dataclass(frozen=True, slots=True)
class EditFile:
    """Give a file other content: all of it; `before` is the SHA-256 of what was edited, None where there is
    no such file yet."""

    path: str
    before: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class AppendLines:
    """Add lines at the end of a text file, which is created when it does not exist. `origins` say for
    each where it comes from, as `label.txt:3`; none where that is not known."""

    path: str
    lines: tuple[str, ...]
    origins: tuple[str, ...] = ()


Edit = (
    Remove
    | Move
    | ToSplit
    | EditLine
    | EditAnnotation
    | EditSize
    | EditPixels
    | EditFile
    | DropName
    | AppendLines
)


@dataclass(frozen=True, slots=True)
class Fix:
    """What would repair one finding.

    `edits` belong together: all or none is done. `keeps` are the images on whose account others go:
    the fix is void when one of them is itself removed. `reason` says in one line what happens and
    why it is right, or for a display fix why a person has to decide. Paths as in the tables.
    """

    applicability: Applicability
    reason: str
    edits: tuple[Edit, ...] = ()
    keeps: tuple[str, ...] = ()
