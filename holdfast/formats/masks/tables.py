"""The images of the splits, the mask of each, and the masks that no image has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from holdfast.dataset import IMAGES, LABELS, MASKS, Dataset, Problem, ProblemRow, Split, filled
from holdfast.formats.masks.layout import Layout
from holdfast.formats.masks.lists import read_list
from holdfast.formats.masks.pairing import Pairing, stem_of
from holdfast.formats.splits import places, source_of
from holdfast.formats.tree import Tree, join
from holdfast.images import is_image
from holdfast.names import display


@dataclass(slots=True)
class Found:
    """What lies in a tree, by path: the split of each image and where its mask is or belongs; the split of
    each mask, and its image, where there is one. `folders` and `stems` (by collection and stem) say which
    split has what lies in a folder, or is named by a list."""

    folders: dict[str, Split] = field(default_factory=dict)
    stems: dict[tuple[str, str], Split] = field(default_factory=dict)
    owners: dict[str, Split] = field(default_factory=dict)
    belongs: dict[str, str] = field(default_factory=dict)
    masks: dict[str, tuple[Split, str | None]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    problems: list[ProblemRow] = field(default_factory=list)


def find(dataset: Dataset, layout: Layout) -> Found:
    """The images and masks of all splits."""
    found = Found(_owned_folders(dataset, layout))
    listed = {split.collection for split in dataset.splits if split.lists}
    images = {collection: _images_of(layout, collection) for collection in listed}
    for split in dataset.splits:
        for file in split.lists:
            _take_listed(dataset, split, file, images[split.collection], found)
    for folder in layout.tree.folders_below(""):
        if (pairing := layout.of_images(folder)) is not None:
            _take_images(layout.tree, pairing, folder, found)
    for folder in layout.tree.folders_below(""):
        if (pairing := layout.of_masks(folder)) is not None:
            _take_lost(layout.tree, pairing, folder, found)
    return found


def images_table(dataset: Dataset, found: Found) -> pl.DataFrame:
    """The table of images."""
    paths = sorted(found.owners)
    columns = {
        "path": paths,
        "label": [found.belongs[path] for path in paths],
        "has_label": [found.belongs[path] in found.masks for path in paths],
        "source": [source_of(path) for path in paths],
        "listed": [path in found.listed for path in paths],
    }
    owners = places(dataset.splits, (found.owners[path] for path in paths))
    return filled(IMAGES, columns | owners.to_dict(), len(paths))


def masks_tables(dataset: Dataset, found: Found) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables of labels and of masks, which hold the same files; nothing is measured yet."""
    paths = sorted(found.masks)
    columns = {"path": paths, "image": [found.masks[path][1] for path in paths]}
    columns |= places(dataset.splits, (found.masks[path][0] for path in paths)).to_dict()
    return filled(LABELS, columns, len(paths)), filled(MASKS, columns, len(paths))


def _owned_folders(dataset: Dataset, layout: Layout) -> dict[str, Split]:
    """The split of each folder of images, whether it is there or not; the inner one goes first."""
    owned: dict[str, Split] = {}
    wanted = [(folder, split) for split in dataset.splits for folder in split.folders]
    for folder, split in sorted(wanted, key=lambda pair: -pair[0].count("/")):
        pairing = layout.of_images(folder)
        for below in layout.tree.folders_below(folder):
            owned.setdefault(below, split)
        for below in layout.tree.folders_below(pairing.mask_folder(folder)) if pairing else ():
            owned.setdefault(pairing.image_folder(below) if pairing else below, split)
    return owned


def _images_of(layout: Layout, collection: str) -> dict[str, str]:
    """The images of a collection by their stem, as its lists name them."""
    return {
        stem_of(path[len(pairing.images) :].lstrip("/")): path
        for pairing in layout.pairings
        if _parent(pairing) == collection
        for path in layout.tree.below(pairing.images)
        if pairing.holds_image(path)
    }


def _take_listed(dataset: Dataset, split: Split, file: str, images: Mapping[str, str], found: Found) -> None:
    """The images that a list names."""
    for path, stem in read_list(dataset.root, file, split, images, found.problems):
        found.stems.setdefault((split.collection, stem), split)
        if path is not None:
            found.owners.setdefault(path, split)
            found.listed.add(path)


def _parent(pairing: Pairing) -> str:
    return pairing.images.rpartition("/")[0]


def _take_images(tree: Tree, pairing: Pairing, folder: str, found: Found) -> None:
    """The images of one folder, each with its mask."""
    place, owner = pairing.mask_folder(folder), found.folders.get(folder)
    masks = _by_stem(tree, pairing, place)
    suffixes = Counter(name.rpartition(".")[2] for name in masks.values())
    usual = suffixes.most_common(1)[0][0] if suffixes else "png"
    for name in filter(pairing.holds_image, tree.files.get(folder, ())):
        path, stem = join(folder, name), pairing.mask_stem(name)
        split = found.owners.setdefault(path, owner) if owner else found.owners.get(path)
        if split is None:
            continue
        found.belongs[path] = join(place, masks.get(stem, f"{stem}.{usual}"))
        if stem in masks:
            found.masks.setdefault(found.belongs[path], (split, path))


def _by_stem(tree: Tree, pairing: Pairing, folder: str) -> dict[str, str]:
    """The masks of a folder by their stem: of several the PNG, else the first."""
    names = sorted(filter(pairing.is_mask, tree.files.get(folder, ())), key=lambda name: not _is_png(name))
    return {stem_of(name): name for name in reversed(names)}


def _is_png(name: str) -> bool:
    return name.lower().endswith(".png")


def _take_lost(tree: Tree, pairing: Pairing, folder: str, found: Found) -> None:
    """The masks of one folder that no image has, and what else lies there."""
    beside = pairing.image_folder(folder)
    images = {stem_of(name) for name in tree.files.get(beside, ()) if pairing.holds_image(name)}
    masks = _by_stem(tree, pairing, folder)
    for path, problem, stem in _others(tree, pairing, folder, masks, images):
        split = found.folders.get(beside) or found.stems.get((_parent(pairing), stem))
        if problem is None and split is not None:
            found.masks.setdefault(path, (split, None))
        elif problem is not None and split is not None:
            found.problems.append(ProblemRow(Problem.MALFORMED, path, problem, split=split))
        elif stem not in images:
            message = problem or "a mask that no image and no split has"
            found.problems.append(ProblemRow(Problem.UNREFERENCED, path, message))


def _others(
    tree: Tree, pairing: Pairing, folder: str, masks: dict[str, str], images: set[str]
) -> Iterator[tuple[str, str | None, str]]:
    """Files among the masks that are of no image: path, what is wrong with it (None: its image is not there),
    and the stem of the image that it would belong to."""
    for name in tree.files.get(folder, ()):
        if not is_image(name) or (pairing.images == pairing.masks and pairing.holds_image(name)):
            continue
        path, stem = join(folder, name), pairing.image_stem(name)
        if not pairing.is_mask(name):
            if not pairing.image_ending:  # else one of the further pictures of Cityscapes
                yield path, f"not read: its name does not end with {pairing.mask_ending}", ""
        elif stem not in images:
            yield path, None, stem
        elif (first := masks[stem_of(name)]) != name:
            yield path, f"not read: {display(first)} is the mask of the same image", stem
