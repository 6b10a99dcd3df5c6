"""File names as text: reversible inside the tables, harmless on a screen.

A file name is bytes. Polars holds UTF-8 only, so a byte that is not UTF-8 (a lone surrogate in
Python's own form, PEP 383) is kept in the tables as a private-use character: U+10FE80 + byte - 0x80.
A name that really contains such a character cannot be told apart, so readers refuse it
(`is_ambiguous`) and report the file.
"""

from __future__ import annotations

import base64
import os
import re
import unicodedata

_PRIVATE = 0x10FE80
_TO_TEXT = {0xDC80 + i: _PRIVATE + i for i in range(128)}
_TO_OS = {text: system for system, text in _TO_TEXT.items()}
_UNCLEAN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\U0010fe80-\U0010feff]")
_RAW = re.compile("[\U0010fe80-\U0010feff]")
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"}


def to_text(name: str) -> str:
    """A name as Python's `os` functions give it, in the form of the tables."""
    return name if name.isascii() else name.translate(_TO_TEXT)


def to_os(text: str) -> str:
    """The way back: the name that Python's `os` functions take."""
    return text if text.isascii() else text.translate(_TO_OS)


def is_ambiguous(name: str) -> bool:
    """Whether a name from `os` holds a character that the tables use for a raw byte."""
    return not name.isascii() and any(ord(character) in _TO_OS for character in name)


def display(text: str) -> str:
    """Text from the data as one harmless line: nothing that steers a terminal, a log or a page.

    Control, bidirectional and unassigned characters become `\\xNN` or `\\uNNNN`, raw bytes `\\xNN`.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_display_character(character) for character in text)


def _display_character(character: str) -> str:
    code = ord(character)
    if code in _TO_OS:
        return f"\\x{code - _PRIVATE + 0x80:02x}"
    if unicodedata.category(character) not in _HIDDEN:
        return character
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shown_path(path: str | os.PathLike[str]) -> str:
    """A path of this system as one harmless line, relative to the current folder where it lies below."""
    relative = os.path.relpath(path)
    return display(to_text(os.fspath(path) if relative.startswith("..") else relative))


def printable(text: str) -> str:
    """The name with its raw bytes as `\\xNN`; everything that is Unicode stays as it is."""
    return _RAW.sub(lambda match: _display_character(match[0]), text)


def base64_name(text: str) -> str | None:
    """Base64 of the name's bytes when it is not clean UTF-8 (raw bytes, control characters), else None."""
    if not _UNCLEAN.search(text):
        return None
    return base64.b64encode(os.fsencode(to_os(text))).decode("ascii")


def from_base64(encoded: str) -> str:
    """The text form of the name whose bytes `base64_name` encoded."""
    return to_text(os.fsdecode(base64.b64decode(encoded)))
