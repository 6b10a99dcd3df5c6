"""Where a value ends that is no JSON, told by its quotes and brackets alone."""

from __future__ import annotations

import re

_DEEPEST = 500
"""Levels of brackets; the decoder itself gives up at about 1000."""
_SCALAR = re.compile(r"[^ \t\r\n,\]}]*+")
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(")?|[{}\[\]]', re.DOTALL)


class Broken(Exception):
    """The rest of the file cannot be read."""


def end_of(text: str, at: int) -> int | None:
    """Where the value that begins there ends, by its quotes and brackets alone; None: not in this text."""
    if text[at : at + 1] not in ('"', "{", "["):
        found = _SCALAR.match(text, at)
        assert found is not None
        return found.end() if found.end() < len(text) else None
    depth = 0
    for token in _TOKEN.finditer(text, at):
        mark = token[0]
        if mark in "{[":
            depth += 1
            if depth > _DEEPEST:
                raise Broken(f"nested over {_DEEPEST} levels")
        elif mark in "}]":
            depth -= 1
        elif token[1] is None:
            return None
        if depth == 0:
            return token.end()
    return None
