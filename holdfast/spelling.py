"""Names that may mean the same thing. No table: the rules decide what is compared with what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

_BETWEEN = re.compile(r"[\s_-]+")
MOST_WORDS = 16
"""Words of a name that are looked at, from its end."""


class Likeness(StrEnum):
    """How two names are alike, strongest first."""

    SPELLING = "only in case, blanks, - and _"
    PLURAL = "only in a final s"
    ENDING = "by the words before it"


class Alike(NamedTuple):
    """A name and others that may mean the same: one earlier one, or all that it ends."""

    name: str
    others: tuple[str, ...]
    likeness: Likeness


def alike(names: Iterable[str]) -> Iterator[Alike]:
    """Names that may mean the same as an earlier one, and names that end others (`bishop`, `black-bishop`).

    Unicode's ways to write one character (NFKC) count as one. Each name is given once for each likeness.
    """
    words = {name: _words(name) for name in dict.fromkeys(names)}
    spelt: dict[str, str] = {}
    for name, parts in words.items():
        key = "".join(parts)
        plural = spelt.get(f"{key}s") or spelt.get(key.removesuffix("s"))
        if key in spelt:
            yield Alike(name, (spelt[key],), Likeness.SPELLING)
        elif plural is not None:
            yield Alike(name, (plural,), Likeness.PLURAL)
        if key:
            spelt.setdefault(key, name)
    yield from _endings(words, spelt)


def _endings(words: dict[str, list[str]], spelt: dict[str, str]) -> Iterator[Alike]:
    """Names that are the last words of longer ones."""
    longer: dict[str, list[str]] = {}
    for name, parts in words.items():
        for start in range(max(1, len(parts) - MOST_WORDS), len(parts)):
            short = spelt.get("".join(parts[start:]))
            if short is not None:
                longer.setdefault(short, []).append(name)
    for short, names in longer.items():
        yield Alike(short, tuple(names), Likeness.ENDING)


def _words(name: str) -> list[str]:
    return [word for word in _BETWEEN.split(unicodedata.normalize("NFKC", name).casefold()) if word]
