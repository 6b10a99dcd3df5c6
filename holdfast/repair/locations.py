"""Where the state of repair lives, so that nobody can plant it in a pull request.

Inside a git work tree: `<git folder>/holdfast/`, which no clone, pull or `git clean` touches. Else
`<root>/.holdfast/`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from holdfast.repair.places import WINDOWS


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
        if not os.path.lexists(entry):
            continue
        git = entry if entry.is_dir() else _linked(entry)
        usable = git is not None and (git / "HEAD").is_file() and os.access(git, os.W_OK)
        if git is None or not usable or git.stat().st_dev != root.stat().st_dev:
            return None
        return (git, folder) if WINDOWS or git.stat().st_uid == os.geteuid() else None
    return None


def _linked(entry: Path) -> Path | None:
    """Where the `.git` file of a worktree or a submodule points."""
    try:
        text = entry.read_text("utf-8")[:4096]
    except (OSError, ValueError):
        return None
    return entry.parent / text[8:].strip() if text.startswith("gitdir: ") else None
