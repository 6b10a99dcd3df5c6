"""Where an image goes in another split, and what it is called there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from holdfast.dataset import Split
from holdfast.formats.tree import Tree as Listing
from holdfast.formats.tree import join, lies_in
from holdfast.formats.yolo.paths import label_folder, label_name
from holdfast.names import display, to_os, to_text
from holdfast.repair.references.beside import place_for
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree, folded
from holdfast.sources.naming import is_export

_MOST = 1_000
"""Numbers that are tried for a name that is taken."""
_LONGEST = 255


class Naming:
    """Hands out names, each once. `listing` is the tree as the formats list it, `tree` the open root;
    `by_class`: the folder of an image says its class, and has to be there in the other split."""

    def __init__(self, tree: Tree, listing: Listing, by_class: bool) -> None:
        self._tree, self._listing, self._by_class = tree, listing, by_class
        self._stems: dict[str, set[str]] = {}
        self._given: dict[tuple[str, str], str] = {}

    def new_path(self, path: str, label: str | None, old: Split, new: Split) -> str:
        """What an image of split `old` is called in split `new` of its collection.

        The subfolder stays where the other split has it as well. Where the stem is taken, by an image or a
        label, also where upper and lower case are one, it gets a number. Images with one label file (`label`)
        get one stem. Raises Refused, OSError.
        """
        parent, _, name = path.rpartition("/")
        folder = self._target(parent, old, new)
        stem, dot, suffix = name.rpartition(".")
        key = label or path, new.name
        labels = self._labels(label, parent, folder)
        if key not in self._given:
            self._given[key] = self._free(stem, name, {folder, labels})
        candidate = self._given[key]
        for place in (join(folder, candidate + dot + suffix), join(labels, label_name(candidate + dot))):
            _require_short(place)
        return join(folder, candidate + dot + suffix)

    def _labels(self, label: str | None, parent: str, folder: str) -> str:
        """The folder of labels that belongs to `folder` as that of `label` belongs to `parent`."""
        if label is None:
            return folder
        if label.endswith(".txt"):
            return label_folder(folder, self._listing)
        return place_for(label.rpartition("/")[0], parent, folder)

    def is_fit(self, path: str, to: str, old: Split, new: Split) -> bool:
        """Whether `to` is a name that `new_path` could give the image."""
        own, _, name = path.rpartition("/")
        folder, _, new_name = to.rpartition("/")
        try:
            return is_numbered(name, new_name) and self._target(own, old, new) == folder
        except Refused:
            return False

    def _target(self, parent: str, old: Split, new: Split) -> str:
        """The folder that corresponds to `parent` in the other split; its main folder where none does."""
        homes = [folder for folder in new.folders if folder in self._listing.folders]
        if not homes:
            raise Refused(f"{display(new.unit)} has no folder")
        home = max(homes, key=lambda folder: len(self._listing.files[folder]))
        start = max((folder for folder in old.folders if lies_in(parent, folder)), key=len, default=parent)
        inner = join(home, parent[len(start) :].strip("/")).rstrip("/")
        if self._by_class and inner not in self._listing.folders:
            raise Refused(f"{display(new.unit)} has no folder {display(inner)}: make it first")
        return inner if inner in self._listing.folders else home

    def _free(self, stem: str, name: str, folders: Iterable[str]) -> str:
        """The stem, numbered if need be, that is free in all these folders; it is taken then."""
        taken = [self._taken(folder) for folder in folders]
        for number in range(1, _MOST):
            candidate = numbered(stem, number, name)
            if not any(folded(candidate) in stems for stems in taken):
                for stems in taken:
                    stems.add(folded(candidate))
                return candidate
        raise Refused(f"no name like {display(name)} is free")

    def _taken(self, folder: str) -> set[str]:
        """The stems of all names in a folder; empty where there is none: a label's may be missing."""
        if folder not in self._stems:
            try:
                with self._tree.folder(folder) as opened:
                    names = [to_text(name) for name in opened.names()]
            except FileNotFoundError:
                names = []
            self._stems[folder] = {folded(stem) for name in names for stem in (name.rpartition(".")[0], name)}
        return self._stems[folder]


def numbered(stem: str, number: int, name: str) -> str:
    """The stem with a number from 2 up; of an export so that it still tells its source."""
    if number == 1:
        return stem
    return f"{stem}x{number}" if is_export(name) else f"{stem}_{number}"


def is_numbered(name: str, new: str) -> bool:
    """Whether a name is another, or it with a number as `numbered` gives it."""
    stem, _, suffix = name.rpartition(".")
    mark = "x" if is_export(name) else "_"
    pattern = rf"{re.escape(stem)}({mark}[0-9]{{1,3}})?\.{re.escape(suffix)}"
    return re.fullmatch(pattern, new, re.DOTALL) is not None


def _require_short(path: str) -> None:
    name = path.rpartition("/")[2]
    if len(os.fsencode(to_os(name))) > _LONGEST:
        raise Refused(f"the name {display(name)} would be longer than {_LONGEST} bytes")
