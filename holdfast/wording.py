"""Words of messages: a number with its noun, and what a misspelt name may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def counted(number: int, noun: str) -> str:
    """A number with its noun, as in `1 pair` or `1,204 pairs`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def no_rule(name: str, known: Iterable[str]) -> str:
    """That there is no such rule: the one that was meant, where one is called nearly so, then all."""
    rules = list(known)
    nearest = difflib.get_close_matches(name, rules, 1)
    meant = f"; did you mean {nearest[0]!r}" if nearest else ""
    return f"no rule {name!r}{meant}; there are {', '.join(rules)}"
