"""Which file of the tree a `file_name` means."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from holdfast.formats.inside import inside_root
from holdfast.formats.splits import SPLIT_NAMES
from holdfast.formats.tree import Tree, join, lies_in
from holdfast.names import is_ambiguous, to_text

_SHARE = 0.05
"""Part of the names that a further folder has to explain to be one of the split's."""


class Finder:
    """Finds the files that a COCO file names: below `folders`, then from its own folder."""

    def __init__(self, root: Path, tree: Tree, file: str, folders: tuple[str, ...]) -> None:
        self._root = root
        self._tree = tree
        self._home = file.rpartition("/")[0]
        self._folders = folders
        self._bases: dict[str, list[str]] = {}

    def find(self, name: str) -> str | None:
        """The path of the file of this name; None where there is none."""
        return next((path for path in self._candidates(name) if self._tree.has_file(path)), None)

    def is_skipped(self, name: str) -> bool:
        """Whether something of this name is there that is not read: a link, a pipe, in a closed folder."""
        return any(self._tree.closed(path) is not None for path in self._candidates(name))

    def _candidates(self, name: str) -> Iterator[str]:
        if is_ambiguous(name):
            return
        written = to_text(name)
        for text in dict.fromkeys((written, written.replace("\\", "/"))):
            yield from (join(base, plain(text)) for base in self._bases_of(plain(text)))
            if (inside := inside_root(self._root, self._home, text)) is not None:
                yield inside

    def _bases_of(self, name: str) -> list[str]:
        """Folders that a name may count from: those of the split, and where a folder is named by both, as
        in `images/train2017` and `train2017/1.jpg`, the one above it."""
        place = name.rpartition("/")[0]
        if place not in self._bases:
            if len(self._bases) > 10_000:
                self._bases.clear()
            named = place.split("/")[:16] if place else []
            bases = list(self._folders)
            for folder in self._folders:
                parts = folder.split("/")
                shared = (n for n in range(1, len(named) + 1) if parts[-n:] == named[:n])
                bases += ["/".join(parts[:-n]) for n in shared]
            self._bases[place] = bases
        return self._bases[place]


def plain(name: str) -> str:
    """A name without the `./` and `../` that it begins with."""
    while name.startswith(("./", "../")):
        name = name[name.index("/") + 1 :]
    return name


class Home(NamedTuple):
    """Whose names are looked up: the file that says them, the split and the collection that it describes."""

    file: str
    split: str
    collection: str


def folders_of(names: Iterable[str], tree: Tree, home: Home) -> tuple[tuple[str, ...], int]:
    """The folders that hold the images of these names, the likeliest first, and how many names are found.

    A folder counts by how many names it has, twice where its path names the split, half where it names
    another, twice where it lies in the collection.
    """
    wanted = {plain(to_text(name).replace("\\", "/")) for name in names}
    bases = _bases(wanted, tree)
    fits = {base: _fits(base, home) for base in bases}
    left, chosen = set(wanted), list[str]()
    while left:
        counts = {base: len(held & left) * fits[base] for base, held in bases.items()}
        best = max(counts, key=lambda base: (counts[base], _near(base, home.file), base), default=None)
        if best is None or len(bases[best] & left) < (max(len(wanted) * _SHARE, 1) if chosen else 1):
            break
        if chosen and fits[best] < 1:
            break
        chosen.append("/".join(filter(None, (best, _common(bases[best] & left)))))
        left -= bases[best]
    return tuple(dict.fromkeys(chosen)), len(wanted - left)


def _bases(wanted: set[str], tree: Tree) -> dict[str, set[str]]:
    """For each folder that one of the names counts from, those names."""
    by_last: dict[str, list[str]] = {}
    for name in wanted:
        by_last.setdefault(name.rpartition("/")[2], []).append(name)
    found: dict[str, set[str]] = {}
    for folder, files in tree.files.items():
        for last in by_last.keys() & files.keys():
            for name in by_last[last]:
                place = name.rpartition("/")[0]
                if not place:
                    found.setdefault(folder, set()).add(name)
                elif folder == place or folder.endswith("/" + place):
                    found.setdefault(folder[: -len(place)].rstrip("/"), set()).add(name)
    return found


def _fits(base: str, home: Home) -> float:
    named = {SPLIT_NAMES[word] for part in base.split("/") for word in words(part) if word in SPLIT_NAMES}
    fit = 2.0 if home.split in named else 0.5 if named else 1.0
    stem = home.file.rpartition(".")[0]
    if "panoptic" in words(stem) and lies_in(base, stem):  # its masks, which are called as their images are
        fit /= 8
    return fit * (2 if lies_in(base, home.collection) else 1)


def _near(base: str, file: str) -> int:
    """How near a folder is to a file: the parts of their paths that differ, negative."""
    first, second = base.split("/"), file.split("/")[:-1]
    shared = len(posixpath.commonprefix([first, second]))
    return 2 * shared - len(first) - len(second)


def _common(names: set[str]) -> str:
    """The folder that all these names begin with, '' where they differ."""
    places = Counter(name.rpartition("/")[0] for name in names)
    return posixpath.commonpath(list(places)) if "" not in places else ""


def words(name: str) -> list[str]:
    """The words of a name in lower case: `instances_train2017.json` is instances, train, json."""
    return "".join(mark if mark.isalpha() else " " for mark in name.lower()).split()
