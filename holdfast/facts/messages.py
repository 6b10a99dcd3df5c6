"""What goes to a worker process and what comes back: lines of JSON, so that a worker which a hostile
file has taken over can send wrong figures at worst, and no code."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from holdfast.facts.levels import Level

LIMIT_VALUES = 256
"""Distinct values in one mask: as many as a byte or a palette has."""
THUMB_SIDE = 16
"""Side in pixels of the grey thumbnail that a measurement gives."""


class Task(StrEnum):
    """What is asked of a file; PROVE: of two views, which `holdfast.facts.proofs` describes."""

    MEASURE = "measure"
    CODE = "code"
    LOOK = "look"
    PREVIEW = "preview"
    MASK = "mask"
    PROVE = "prove"


class Job(NamedTuple):
    """What is asked of many files: a task, and how deep a measurement goes.

    `digest` asks a look for the digest of all pixels as well, which costs as much as the decode. `cache`
    is the file of the cache: a content that was measured before is not measured again; of a proof it is that
    of the views. `features` asks a measurement for the picture's local features as well.
    """

    task: Task
    level: Level = Level.BYTES
    digest: bool = False
    cache: str = ""
    features: bool = False


class Request(NamedTuple):
    """One file: `key` names it for the caller, `path` is the system's name of it (of a proof the question),
    `size` its bytes (0: not known)."""

    key: str
    path: str
    size: int = 0


class Stamp(NamedTuple):
    """State of a file when it was read: size in bytes, times in nanoseconds; `read` is when that began."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int
    read: int


class Mask(NamedTuple):
    """What a mask holds: sides in pixels as displayed, Pillow's mode, and `found`: the values in order, then
    how many pixels have each, as little-endian numbers of 64 bits. A value is a palette index, a grey value
    (0 or 1 where a pixel is one bit) or 0xRRGGBB."""

    fault: str | None = None
    detail: str | None = None
    mode: str | None = None
    width: int | None = None
    height: int | None = None
    found: bytes | None = None


class Reply(NamedTuple):
    """What a worker says of one file; None where it was not asked, or could not.

    `known`: the cache has what was asked, it was not measured.
    `hash` is the perceptual hash, `exact` whether it is that of the full picture; `spread` the standard
    deviation of grey; `figures` are those of `holdfast.facts.figures`; `fingerprint` and `picture` digest
    the full picture (of a JPEG's code: `picture`
    digests the data that it is decoded from, None for another format); `data` is base64: the
    thumbnail of a measurement, the grey picture of a look, the JPEG of a preview, the values of a mask; and
    the text of a proof as it is.
    `view` is base64, too: the squashed RGB picture of a look; so are `features`, those that
    `holdfast.features` packs. `decodes` counts the decodes this took, `full` those at full scale.
    """

    stamp: Stamp | None = None
    sha256: str | None = None
    fault: str | None = None
    detail: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    hash: int | None = None
    exact: bool = False
    spread: float | None = None
    mode: str | None = None
    figures: str | None = None
    fingerprint: int | None = None
    picture: str | None = None
    data: str | None = None
    known: bool = False
    decodes: int = 0
    full: int = 0
    view: str | None = None
    features: str | None = None
