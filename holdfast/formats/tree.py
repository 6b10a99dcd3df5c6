"""The files and folders below a root, as they are: no link followed, nothing opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.archives import is_archive, listed, open_archive
from holdfast.dataset import Dataset
from holdfast.files import NotRead
from holdfast.names import is_ambiguous, to_os, to_text

IN_ARCHIVES = "webdataset"
"""The format whose files lie in archives below the root."""


@dataclass(slots=True)
class Tree:
    """Folders and their files, by path in the text form of `holdfast.names`; '' is the root.

    `skipped` gives what is there and is not read, by path, with what it is: links, pipes, closed
    folders. `names` are folders and what is skipped: either may be meant as part of a split.
    Hidden names (a leading dot) are left out, as the trainers' own globs do. Files are keys: in order, and
    found at once among a million.
    """

    folders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[str, dict[str, None]] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def below(self, folder: str) -> Iterator[str]:
        """Paths of all files in a folder and its subfolders, in path order of folders."""
        for place in self.folders_below(folder):
            yield from (join(place, name) for name in self.files.get(place, ()))

    def folders_below(self, folder: str) -> Iterator[str]:
        """A folder and its subfolders, in path order."""
        waiting = [folder]  # no recursion: folders may be nested deeper than Python's stack
        while waiting:
            folder = waiting.pop()
            yield folder
            waiting.extend(join(folder, name) for name in reversed(self.folders.get(folder, ())))

    def has_file(self, path: str) -> bool:
        """Whether a regular file of this path was seen."""
        folder, _, name = path.rpartition("/")
        return name in self.files.get(folder, ())

    def closed(self, path: str) -> str | None:
        """What is skipped on the way to a path, the path itself included; None where all of it is read."""
        return next((place for place in upward(path) if place in self.skipped), None)


def join(folder: str, name: str) -> str:
    """The path of a name in a folder; '' is the root."""
    return f"{folder}/{name}" if folder else name


def lies_in(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it."""
    return not folder or path == folder or path.startswith(folder + "/")


def upward(path: str) -> Iterator[str]:
    """A path and the folders above it, up to the root."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""


def tree_of(dataset: Dataset) -> Tree:
    """What lies below the root of a dataset: as it was listed, else listed now."""
    return dataset.tree or walk(dataset.root, archives=dataset.format == IN_ARCHIVES)


def walk(root: Path, *, archives: bool = False) -> Tree:
    """List everything below `root`, which may be an archive; with `archives` what is in those below as well.

    Never raises for what it meets there.
    """
    tree = Tree()
    if is_archive(root.name) and root.is_file():
        _list_archive(root, "", tree)
        return tree
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        names = _list(root, folder, tree)
        waiting.extend(join(folder, name) for name in names)
        if archives:
            _list_archives(root, folder, tree)
    return tree


def _list_archives(root: Path, folder: str, tree: Tree) -> None:
    """Make the archives of a folder folders of their own."""
    found = [name for name in tree.files[folder] if is_archive(name)]
    tree.files[folder] = {name: None for name in tree.files[folder] if name not in found}
    tree.folders[folder] = tuple(sorted((*tree.folders[folder], *found)))
    tree.names[folder] += tuple(found)
    for name in found:
        _list_archive(root, join(folder, name), tree)


def _list(root: Path, folder: str, tree: Tree) -> tuple[str, ...]:
    folders: list[str] = []
    files: list[str] = []
    skipped: dict[str, str] = {}
    try:
        entries = sorted(os.scandir(os.path.join(root, to_os(folder))), key=lambda entry: entry.name)
    except OSError as error:
        tree.skipped[folder] = f"a folder that cannot be listed: {(error.strerror or str(error)).lower()}"
        entries = []
    for entry in entries:
        if entry.name.startswith("."):
            continue
        name = to_text(entry.name)
        if is_ambiguous(entry.name):
            skipped[name] = "a name with a character reserved for raw bytes (U+10FE80 to U+10FEFF)"
        elif entry.is_symlink():
            skipped[name] = "a symbolic link, not followed"
        elif entry.is_dir():
            folders.append(name)
        elif entry.is_file():
            files.append(name)
        else:
            skipped[name] = "not a regular file"
    tree.folders[folder], tree.files[folder] = tuple(folders), dict.fromkeys(files)
    tree.names[folder] = (*folders, *skipped)
    tree.skipped |= {join(folder, name): reason for name, reason in skipped.items()}
    return tree.folders[folder]


def _list_archive(root: Path, place: str, tree: Tree) -> None:
    """List what is in an archive; '' is the root itself."""
    files: dict[str, dict[str, None]] = {place: {}}
    folders: dict[str, dict[str, None]] = {place: {}}
    try:
        archive = open_archive(os.path.join(root, to_os(place)) if place else root)
        members = sorted([*listed(archive), *((f"{folder}/", None) for folder in archive.folders)])
    except NotRead as error:
        tree.skipped[place], members = f"an archive that cannot be read: {error}", []
    for member, reason in members:
        *parts, name = member.split("/")  # no name: a folder of its own, which may be empty
        if any(part.startswith(".") for part in (*parts, name)):
            continue
        folder = place
        for part in parts:
            folders[folder][part] = None
            folder = join(folder, part)
            folders.setdefault(folder, {}), files.setdefault(folder, {})
        if not name:
            continue
        if reason is None:
            files[folder][name] = None
        else:
            tree.skipped[join(folder, name)] = reason
    for folder, names in folders.items():
        tree.folders[folder], tree.files[folder] = tuple(sorted(names)), files[folder]
        tree.names[folder] = tree.folders[folder]
