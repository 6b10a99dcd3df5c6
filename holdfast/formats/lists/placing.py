"""Which split a file that names images is of, and which split an image is of where the file does not say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.inside import declared_folder
from holdfast.formats.lists.records import ListFile
from holdfast.formats.splits import SPLIT_NAMES, order
from holdfast.formats.tree import Tree, lies_in
from holdfast.images import is_image
from holdfast.names import display

_NEUTRAL = {"images", "data", "annotations", "labels", "csv", "lists", "img", "imgs"}
"""Names of folders that are no collection."""


class Placing:
    """The splits of a tree of lists; `declared` are the folders of `[splits]`."""

    def __init__(self, declared: Mapping[str, tuple[str, ...]]) -> None:
        self._declared = [
            (declared_folder(value), name) for name, values in declared.items() for value in values
        ]

    def file(self, path: str) -> ListFile:
        """A file with its split, by `[splits]`, its folders or its own name, as in `train_labels.csv`."""
        folder, _, name = path.rpartition("/")
        if (split := self._by_settings(path)) is not None:
            return ListFile(path, "", split)
        parts = folder.split("/")
        for index in reversed(range(len(parts))):
            if (split := SPLIT_NAMES.get(parts[index].lower())) is not None:
                return ListFile(path, _collection(parts[:index]), split)
        words = re.split(r"[^a-z]+", name.rpartition(".")[0].lower())
        named = {SPLIT_NAMES[word] for word in words if word in SPLIT_NAMES}
        return ListFile(path, _collection(parts), named.pop() if len(named) == 1 else "")

    def image(self, path: str, file: ListFile) -> str:
        """The name of the split of an image that a file names: the file's, else what its folders say."""
        if file.split:
            return file.split
        if (split := self._by_settings(path)) is not None:
            return split
        below = path[len(file.collection) :] if lies_in(path, file.collection) else path
        names = splits_in(below)
        return names[-1] if names else "train"

    @classmethod
    def of(cls, splits: Iterable[Split]) -> Placing:
        """That of splits as they were found: an image is of the one in whose folder it lies."""
        folders: dict[str, tuple[str, ...]] = {}
        for split in splits:
            folders[split.name] = folders.get(split.name, ()) + tuple(
                folder or "." for folder in split.folders
            )
        return cls(folders)

    def splits(self, files: list[ListFile], tree: Tree) -> tuple[Split, ...]:
        """The splits of all files, each with the folders where its images lie, as far as folders tell."""
        found: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
        for file in files:
            for name, folder in self._folders(file, tree):
                folders, lists = found.setdefault((file.collection, name), ({}, {}))
                folders |= {folder: None} if folder is not None else {}
                lists[file.path] = None
        made = [Split(*key, tuple(folders), tuple(lists)) for key, (folders, lists) in found.items()]
        return tuple(sorted(made, key=order))

    def _folders(self, file: ListFile, tree: Tree) -> Iterator[tuple[str, str | None]]:
        """Split names and folders of a file; None: its images may lie anywhere."""
        if not file.split:
            for folder in _held(tree, file.collection):
                yield self.image(f"{folder}/", file), folder
            if not _held(tree, file.collection):
                yield "train", None
            return
        if any(part.lower() in SPLIT_NAMES for part in file.folder.split("/")) and _held(tree, file.folder):
            yield file.split, file.folder
            return
        held = _held(tree, file.collection)
        named = [folder for folder in held if file.split in splits_in(f"{folder}/")]
        yield from ((file.split, folder) for folder in named or held)
        if not held:
            yield file.split, None

    def missing(self, tree: Tree) -> list[ProblemRow]:
        """The places of `[splits]` where there is nothing."""
        message = "[splits] {} names a missing folder: {}"
        return [
            ProblemRow(Problem.CONFIG, "holdfast.toml", message.format(name, display(place)))
            for place, name in self._declared
            if place not in tree.folders and not tree.has_file(place)
        ]

    def _by_settings(self, path: str) -> str | None:
        inside = [(len(folder), name) for folder, name in self._declared if lies_in(path, folder)]
        return max(inside)[1] if inside else None


def splits_in(path: str) -> list[str]:
    """The splits that the folders of a path are named after."""
    return [SPLIT_NAMES[part] for part in path.lower().split("/")[:-1] if part in SPLIT_NAMES]


def _held(tree: Tree, folder: str) -> list[str]:
    """A folder and those below it, where images lie in them."""
    return [place for place in tree.folders_below(folder) if any(map(is_image, tree.files.get(place, ())))]


def _collection(parts: list[str]) -> str:
    """The collection that a folder is, without the names that only say what is in it."""
    while parts and parts[-1].lower() in _NEUTRAL:
        parts = parts[:-1]
    return "/".join(parts)


def files_of(splits: Iterable[Split]) -> list[ListFile]:
    """The files of splits, in order; one that several splits have is of none in particular."""
    found: dict[str, list[Split]] = {}
    for split in splits:
        for path in split.lists:
            found.setdefault(path, []).append(split)
    return [
        ListFile(path, own[0].collection, own[0].name if len(own) == 1 else "")
        for path, own in sorted(found.items())
    ]
