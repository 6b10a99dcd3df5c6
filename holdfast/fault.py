"""Why an image cannot be decoded."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Why an image cannot be decoded."""

    EMPTY = "zero bytes"
    TRUNCATED = "truncated"
    LFS_POINTER = "Git LFS pointer"
    HTML = "HTML page"
    OTHER = "another format"
    DAMAGED = "damaged"
    NOT_CHECKED = "not checked"
