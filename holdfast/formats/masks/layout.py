"""Where the splits of a tree of masks are: declared in settings, in VOC's lists, or by folder names.

http://host.robots.ox.ac.uk/pascal/VOC/ and CVAT's export "Segmentation mask" have lists of stems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from holdfast.dataset import Problem, ProblemRow, Split
from holdfast.formats.inside import declared_folder
from holdfast.formats.masks.pairing import Pairing, find_pairings
from holdfast.formats.splits import SPLIT_NAMES, order
from holdfast.formats.tree import Tree, join, lies_in, upward
from holdfast.names import display


class Layout:
    """The pairings of a tree, and which of them a folder belongs to."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.pairings = find_pairings(tree)
        self._by_images = _with_below(tree, {pairing.images: pairing for pairing in self.pairings})
        self._by_masks = _with_below(tree, {pairing.masks: pairing for pairing in self.pairings})

    def of_images(self, folder: str) -> Pairing | None:
        """The pairing whose folder of images this is, or holds it."""
        return next((self._by_images[place] for place in upward(folder) if place in self._by_images), None)

    def of_masks(self, folder: str) -> Pairing | None:
        """The same by the folder of masks."""
        return next((self._by_masks[place] for place in upward(folder) if place in self._by_masks), None)

    def has_boxes(self, pairing: Pairing) -> bool:
        """Whether the same images have boxes as well: a folder of XML beside theirs, as Pascal VOC has."""
        folder = _child(self.tree, pairing.images.rpartition("/")[0], "annotations")
        return folder is not None and any(name.lower().endswith(".xml") for name in self.tree.files[folder])


def _with_below(tree: Tree, folders: dict[str, Pairing]) -> dict[str, Pairing | None]:
    """The pairing of all folders of a tree, by those that have one: themselves, or the folder they lie in."""
    known: dict[str, Pairing | None] = {}
    for folder in tree.folders_below(""):
        known[folder] = folders.get(folder) or known.get(folder.rpartition("/")[0])
    return known | folders


def find_splits(
    layout: Layout, declared: Mapping[str, tuple[str, ...]], problems: list[ProblemRow]
) -> tuple[Split, ...]:
    """The splits in order; `declared` are the folders of `[splits]`, which go first."""
    found: dict[str, Split] = {}
    shown = (split for pairing in layout.pairings for split in _splits_of(layout.tree, pairing))
    settled = (
        split for name, folders in declared.items() for split in _declared(layout, name, folders, problems)
    )
    for split in (*settled, *(split for split in shown if split.name not in declared)):
        first = found.setdefault(split.unit, split)
        if first is not split:
            folders, lists = first.folders + split.folders, first.lists + split.lists
            found[split.unit] = replace(first, folders=folders, lists=lists, missing=not (folders or lists))
    return tuple(sorted(found.values(), key=order))


def _splits_of(tree: Tree, pairing: Pairing) -> Iterator[Split]:
    collection, name = _place(pairing.images)
    if name is not None:
        yield Split(collection, name, (pairing.images,))
        return
    collection = pairing.images if pairing.images == pairing.masks else pairing.images.rpartition("/")[0]
    if lists := list(_lists(tree, collection)):
        yield from (Split(collection, name, (), (file,)) for name, file in lists)
        return
    start = len(pairing.images)
    inner = {folder[start:] for folder in tree.folders_below(pairing.images)}
    inner |= {pairing.image_folder(folder)[start:] for folder in tree.folders_below(pairing.masks)}
    named = [(path, *_place(path)) for path in sorted(inner)]
    tops = [(path, name) for path, above, name in named if name and above == path.rpartition("/")[0]]
    for path, name in tops or [("", "train")]:
        yield Split(collection, name, (pairing.images + path,))


def _place(folder: str) -> tuple[str, str | None]:
    """The collection and the split that the parts of a path name; None where none is a split."""
    parts = folder.split("/")
    for index, part in enumerate(parts):
        if (name := SPLIT_NAMES.get(part.lower())) is not None:
            return "/".join(parts[:index]), name
    return "", None


def _lists(tree: Tree, folder: str) -> Iterator[tuple[str, str]]:
    """Split and file of each list of images beside a folder; CVAT calls that of all images `default`."""
    sets = _child(tree, folder, "imagesets")
    place = (_child(tree, sets, "segmentation") or _child(tree, sets, "main")) if sets else None
    if place is None:
        return
    names = [name for name in tree.files.get(place, ()) if name.lower().endswith(".txt")]
    found = [(SPLIT_NAMES.get(name[:-4].lower()), join(place, name)) for name in names]
    usual = [(split, file) for split, file in found if split is not None]
    yield from usual or [("train", join(place, name)) for name in names if name.lower() == "default.txt"]


def _child(tree: Tree, folder: str, wanted: str) -> str | None:
    """The folder of this name in a folder, whatever its case."""
    names = (name for name in tree.folders.get(folder, ()) if name.lower() == wanted)
    return next((join(folder, name) for name in names), None)


def _declared(
    layout: Layout, name: str, folders: tuple[str, ...], problems: list[ProblemRow]
) -> Iterator[Split]:
    """A split of `[splits]`, in the collections where its folders lie."""
    for value in folders:
        folder = declared_folder(value)
        inside = [pairing.images for pairing in layout.pairings if lies_in(pairing.images, folder)]
        if not inside and layout.of_images(folder) is not None and folder in layout.tree.folders:
            inside = [folder]
        for place in inside:
            collection, split = _place(place)
            pairing = layout.of_images(place)
            parent = pairing.images.rpartition("/")[0] if pairing else ""
            yield Split(collection if split else parent, name, (place,))
        if not inside:
            message = f"[splits] {name} names a folder without images that have masks: {display(value)}"
            problems.append(ProblemRow(Problem.CONFIG, "holdfast.toml", message))
            yield Split("", name, missing=True)
