"""Which pairs hang together: connected components, for drawing and for keeping relatives together.

Not a proof: in a chain of pairs the ends may be strangers.
"""

from __future__ import annotations

from collections.abc import Iterable


def components(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For every member of a pair, the least member of its component (union-find, path halving)."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for first, second in pairs:
        a, b = sorted((root(first), root(second)))
        parent[b] = a
    return {name: root(name) for name in list(parent)}
