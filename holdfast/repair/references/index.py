"""Which files of a data tree name which images: found when a first image moves or goes."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from holdfast.dataset import Dataset
from holdfast.files import NotRead, read_file
from holdfast.formats.tree import Tree, join, walk
from holdfast.names import display, to_os
from holdfast.repair.lookup import find_image
from holdfast.repair.references import beside, image_sets
from holdfast.repair.references.handover import Counterparts, saying
from holdfast.repair.references.kinds import Kind, kind_of, limit_of, texts_of
from holdfast.repair.references.naming import Images
from holdfast.repair.runs.places import Refused

_LINES = (Kind.LIST, Kind.IMAGE_SET)
STEMS = (Kind.IMAGE_SET, Kind.TABLE)
"""Kinds that may name images by their stems."""


@dataclass(frozen=True, slots=True)
class Naming:
    """That `file` names an image, as `text`. `others` are images that the text may mean as well."""

    file: str
    kind: Kind
    text: str
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class References:
    """What names the images of a dataset, and what lies beside them.

    `unread` says why a file that may name an image could not be read, by image; '' stands for all images.
    `annotations` are digests by COCO file and name (`said`). `examples` are one text of each file and the
    image that it means, `files` all that name images.
    """

    dataset: Dataset
    tree: Tree
    images: Images
    namings: dict[str, list[Naming]] = field(default_factory=lambda: defaultdict(list))
    unread: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, dict[str, tuple[bytes, ...]]] = field(default_factory=dict)
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)
    files: dict[str, Kind] = field(default_factory=dict)
    counterparts: Counterparts | None = None
    _stems: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _places: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises Refused."""
        try:
            return read_file(self.dataset.root / to_os(path), limit_of(kind_of(path)))[0]
        except NotRead as error:
            raise Refused(f"cannot be read: {error}") from None

    def require_read(self, path: str) -> None:
        """Raises Refused when a file that may name the image could not be read."""
        for key in (path, ""):
            if key in self.unread:
                raise Refused(self.unread[key])

    def places(self, folder: str) -> tuple[str, ...]:
        """Folders with what belongs to the images of a folder. Raises Refused."""
        if folder not in self._places:
            self._places[folder] = tuple(beside.places(self.tree, folder))
        return self._places[folder]

    def same_stem(self, folder: str, stem: str) -> Sequence[str]:
        """The names in a folder with that stem, folders left out."""
        if folder not in self._stems:
            stems: dict[str, list[str]] = defaultdict(list)
            skipped = (
                name for name in self.tree.names.get(folder, ()) if join(folder, name) in self.tree.skipped
            )
            for name in (*self.tree.files.get(folder, ()), *skipped):
                stems[os.path.splitext(name)[0]].append(name)
            self._stems[folder] = stems
        return self._stems[folder].get(stem, ())

    def _label(self, path: str) -> Iterator[str]:
        """Its label where that is no text file: those go and move by rules of their own."""
        image = find_image(self.dataset, path)
        if image and image.label and image.has_label and kind_of(image.label) not in _LINES:
            yield image.label

    def beside(self, path: str) -> list[str]:
        """What belongs to an image and lies beside it under its stem; no text labels. Raises Refused."""
        folder, _, name = path.rpartition("/")
        stem = os.path.splitext(name)[0]
        own = [
            join(folder, other) for other in self.same_stem(folder, stem) if other.lower().endswith(".xml")
        ]
        others = (
            join(place, other) for place in self.places(folder) for other in self.same_stem(place, stem)
        )
        found = [*own, *(other for other in others if other not in self.images.paths)]
        found += [label for label in self._label(path) if label not in found]
        for other in found:
            if other in self.tree.skipped:
                raise Refused(f"{display(other)} belongs to it and is {self.tree.skipped[other]}")
        return found


_latest: list[References] = []


def references(dataset: Dataset) -> References:
    """The references of this dataset: the tree is walked and files are read at the first call for it."""
    if not _latest or _latest[0].dataset is not dataset:
        _latest[:] = [_build(dataset)]
    return _latest[0]


def reference_files(dataset: Dataset, tree: Tree) -> Iterator[tuple[str, Kind]]:
    """Files that may name images, links among them, in path order; labels of images are none."""
    labels = {label for label in dataset.images["label"].drop_nulls() if kind_of(label) in _LINES}
    folders = {label.rpartition("/")[0] for label in labels}
    lists = {file for split in dataset.splits for file in split.lists}
    there = {join(folder, name) for folder, names in tree.files.items() for name in names}
    for path in sorted(there | tree.skipped.keys()):
        kind = kind_of(path)
        # a link among the labels is a label
        link = path in tree.skipped and path.rpartition("/")[0] in folders and path not in lists
        if kind is not None and path not in labels and not (link and kind is Kind.LIST):
            yield path, kind


def _build(dataset: Dataset) -> References:
    tree = dataset.tree or walk(dataset.root)
    known = References(dataset, tree, Images(dataset.root, dataset.images["path"]))
    owners = _owners_of_xml(known)
    known.unread |= dict(_not_edited(dataset))
    for path, kind in reference_files(dataset, tree):
        about = owners.get(path, [])
        try:
            named = (text for text in texts_of(kind, known.read(path)) if known.images.may_mean(text))
            texts = list(dict.fromkeys(named))
        except Refused as refusal:
            for image in about or [""]:
                known.unread[image] = f"{display(path)} may name it and {refusal}"
            continue
        known.files[path] = kind
        for naming, image in _namings(known, path, kind, texts, about):
            known.namings[image].append(naming)
            known.examples.setdefault(path, (naming.text, image))
    return known


def _not_edited(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Images of which a file says what is on them that is not edited, as Parquet."""
    for unit, files in saying(dataset).items():
        if others := [file for file in files if kind_of(file) is None]:
            why = f"{display(min(others))} says what is on it and is not edited: convert it to metadata.jsonl"
            paths = dataset.images.filter(pl.col("unit") == unit)["path"]
            yield from ((path, why) for path in paths)


def _namings(
    known: References, path: str, kind: Kind, texts: Sequence[str], about: Sequence[str]
) -> Iterator[tuple[Naming, str]]:
    if about:  # an XML file under the stem of an image is about that image, whatever else is called so
        for image in about:
            name = image.rpartition("/")[2]
            own = (text for text in texts if text.replace("\\", "/").rpartition("/")[2] == name)
            yield from ((Naming(path, kind, text), image) for text in own)
        return
    for text, images in known.images.meant(path, texts).items():
        if not images and kind in STEMS:
            images = known.images.of_stem(
                image_sets.about(path) if kind is Kind.IMAGE_SET else "", text.replace("\\", "/")
            )
        for image in images:
            others = tuple(other for other in images if other != image)
            yield Naming(path, kind, text, others), image


def _owners_of_xml(known: References) -> dict[str, list[str]]:
    """The images that an XML file beside them belongs to."""
    owners: dict[str, list[str]] = defaultdict(list)
    if any(kind_of(name) is Kind.VOC for names in known.tree.files.values() for name in names):
        for path in known.dataset.images["path"]:
            try:
                for other in known.beside(path):
                    owners[other].append(path)
            except Refused as refusal:
                known.unread[path] = str(refusal)
    return owners
