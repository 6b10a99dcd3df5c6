"""The group of pyproject.toml and the list for older pips are the same."""

from __future__ import annotations

import tomllib

from tests.checking import REPOSITORY


def test_both_lists_of_peers_are_the_same() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    lines = (REPOSITORY / "requirements-peers.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.partition("#")[0].strip() for line in lines]
    assert list(filter(None, listed)) == project["dependency-groups"]["peers"]
