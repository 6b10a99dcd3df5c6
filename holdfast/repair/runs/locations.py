"""Where the state of repair lives, so that nobody can plant it in a pull request.

Inside a git work tree: `<git folder>/holdfast/`, which no clone, pull or `git clean` touches. Else
`<root>/.holdfast/`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from holdfast.repair.runs.places import WINDOWS

_LONGEST = 4096
"""Characters of a `.git` file that are read."""


@dataclass(frozen=True, slots=True)
class Location:
    """The folder `name` in `parent`; roots are recorded relative to `base`."""

    parent: Path
    name: str
    base: Path


def locations(root: Path) -> tuple[Location, ...]:
    """Where state of this root may be; new runs go to the first."""
    inside = Location(root, ".holdfast", root)
    git = _git_folder(root)
    return (Location(git[0], "holdfast", git[1]), inside) if git else (inside,)


def _git_folder(root: Path) -> tuple[Path, Path] | None:
    """The git folder of the work tree that holds the root, and that tree, if state can live there."""
    for folder in (root, *root.parents):
        entry = folder / ".git"
        if os.path.lexists(entry):
            git = entry if entry.is_dir() else _linked(entry)
            return (git, folder) if git is not None and _is_usable(git, root) else None
    return None


def _is_usable(git: Path, root: Path) -> bool:
    try:
        if not (git / "HEAD").is_file() or not os.access(git, os.W_OK) or _is_data(git, root):
            return False
        state = git.stat()
        return state.st_dev == root.stat().st_dev and (WINDOWS or state.st_uid == os.geteuid())
    except OSError:  # what a `.git` file says may be no path at all
        return False


def _is_data(git: Path, root: Path) -> bool:
    """Whether it is a folder of the data that a `.git` file or link in there calls the git folder."""
    real = git.resolve()
    return real.is_relative_to(root) and ".git" not in real.relative_to(root).parts


def _linked(entry: Path) -> Path | None:
    """Where the `.git` file of a worktree or a submodule points."""
    if not entry.is_file():  # a pipe would wait for ever
        return None
    try:
        with entry.open(encoding="utf-8") as file:
            text = file.read(_LONGEST)
    except (OSError, ValueError):
        return None
    return entry.parent / text[8:].strip() if text.startswith("gitdir: ") else None
