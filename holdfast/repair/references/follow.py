"""What follows an image that moves or goes: its label, what lies beside it, and what names it."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from holdfast.dataset import Dataset
from holdfast.formats.tree import join, lies_in
from holdfast.formats.yolo.paths import labels_of
from holdfast.names import display
from holdfast.repair.fix import Move
from holdfast.repair.lookup import find_image, users_of
from holdfast.repair.plans.plan import Mention
from holdfast.repair.references.beside import place_for
from holdfast.repair.references.handover import Counterparts, Handover
from holdfast.repair.references.image_sets import about
from holdfast.repair.references.index import STEMS, Naming, References, references
from holdfast.repair.references.kinds import Kind, kind_of, require_writable
from holdfast.repair.references.naming import by_example, elsewhere, renamed
from holdfast.repair.runs.places import Refused


@dataclass(frozen=True, slots=True)
class Following:
    """Files that move with an image, entries that change, and files that go with it (not its label)."""

    moves: tuple[Move, ...] = ()
    mentions: tuple[Mention, ...] = ()
    removes: tuple[str, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """The files that move or go, by their present names."""
        return frozenset((*self.removes, *(move.path for move in self.moves)))

    def in_words(self) -> str:
        """What follows, as the end of a line; '' when nothing does."""
        along = "".join(f"; {display(path)} goes along" for path in sorted(self.files))
        files = sorted({mention.file for mention in self.mentions})
        return along + "".join(f"; {display(file)} is updated" for file in files)


def followers(
    dataset: Dataset,
    path: str,
    new: str | None,
    leaving: Container[str] = frozenset(),
    handed: Handover | None = None,
) -> Following:
    """What follows the image `path` to `new`, or out of the dataset (None).

    `leaving` are other images that move or go: what several images share stays as long as one of them does.
    `handed` says that it changes its split: files of the one hand its entries to those of the other; the
    image itself may stay then (`new` is `path`). The first call for a dataset walks its tree and reads the
    files that may name images.
    Raises Refused where something that names the image cannot follow, or cannot be read.
    """
    known = references(dataset)
    known.require_read(path)
    found = known.beside(path)
    shared = [other for other in _same_stem(known, path) if other not in leaving]
    namings = known.namings.get(path, ())
    if new is None:
        gone = [] if shared else found
        gone += [n.file for n in namings if n.kind is Kind.VOC and not n.others and n.file not in found]
        entries = [naming for naming in namings if naming.file not in gone]
        return Following((), tuple(_dropped(entries, leaving)), tuple(dict.fromkeys(gone)))
    moves = [*_label_moves(known, path, new, leaving), *_moves(found, path, new)]
    if moves and shared:
        raise Refused(f"shares {display(moves[0].path)} with {display(shared[0])}")
    return Following(tuple(moves), tuple(_changed(known, path, new, leaving, handed)))


def _same_stem(known: References, path: str) -> Iterator[str]:
    """Other images of that stem in the folder: what lies beside one lies beside all."""
    folder, _, name = path.rpartition("/")
    for other in known.same_stem(folder, os.path.splitext(name)[0]):
        if other != name and join(folder, other) in known.images.paths:
            yield join(folder, other)


def _moves(found: list[str], path: str, new: str) -> Iterator[Move]:
    folder, _, name = path.rpartition("/")
    new_folder, _, new_name = new.rpartition("/")
    stem, new_stem = os.path.splitext(name)[0], os.path.splitext(new_name)[0]
    for other in found:
        place, _, other_name = other.rpartition("/")
        there = place if new_folder == folder else place_for(place, folder, new_folder)
        to = join(there, new_stem + other_name[len(stem) :])
        if to != other:
            yield Move(other, to)


def _label_moves(known: References, path: str, new: str, leaving: Container[str]) -> Iterator[Move]:
    image = find_image(known.dataset, path)
    if image is None or image.label is None or kind_of(image.label) not in (Kind.LIST, Kind.IMAGE_SET):
        return  # what lies beside it under its stem moves as such
    [label] = labels_of([new], known.tree)
    if label == image.label:
        return
    if image.label in known.tree.skipped:
        raise Refused(f"its label is {known.tree.skipped[image.label]}")
    users = [user for user in users_of(known.dataset, image.label) if user != path and user not in leaving]
    if image.has_label and users:
        raise Refused(f"shares its label with {display(users[0])}")
    if image.has_label:
        yield Move(image.label, label)


def _dropped(namings: Iterable[Naming], leaving: Container[str]) -> Iterator[Mention]:
    """The entries of an image that goes."""
    for naming in namings:
        others = _require_certain(naming, leaving)
        if naming.kind is Kind.VOC:
            raise Refused(
                f"{display(naming.file)} names it and belongs to another image of that stem as well"
            )
        if not others:
            yield Mention(naming.file, naming.text, None)


def _changed(
    known: References, path: str, new: str, leaving: Container[str], handed: Handover | None
) -> Iterator[Mention]:
    """The entries of an image that is `new` then."""
    for naming in known.namings.get(path, ()):
        others, text = _require_certain(naming, leaving), _text(naming, path, new)
        taking = _taking(known, naming, handed)
        if others and (taking or text != naming.text):
            raise Refused(f"{display(naming.file)} names {display(others[0])} by the same stem")
        if taking:
            yield Mention(naming.file, naming.text, None)
        elif text != naming.text:
            require_writable(naming.file, naming.text, text)
            yield Mention(naming.file, naming.text, text)
        for file in taking:
            text = _text_in(known, file, naming, path, new)
            require_writable(file, naming.text, text)
            bare = naming.kind is Kind.LIST
            yield Mention(file, None, text, None if bare else naming.file, None if bare else naming.text)


def _taking(known: References, naming: Naming, handed: Handover | None) -> tuple[str, ...]:
    """The files that take an entry over; none where it stays."""
    if naming.kind is Kind.VOC or handed is None:
        return ()
    if known.counterparts is None:
        known.counterparts = Counterparts(known.files)
    taking = known.counterparts.taking(naming.file, handed.old, handed.new)
    if taking is None:
        return (handed.relist[naming.file],) if naming.file in handed.relist else ()
    return taking


def _require_certain(naming: Naming, leaving: Container[str]) -> list[str]:
    """Other images that have the same entry, which stems alone may share. Raises Refused."""
    others = [other for other in naming.others if other not in leaving]
    if others and naming.kind is not Kind.IMAGE_SET:
        either = f"names {display(naming.text)}, which may be {display(others[0])} as well"
        raise Refused(f"{display(naming.file)} {either}")
    return others


def _text(naming: Naming, path: str, new: str) -> str:
    """What the file says of the image that is `new` then."""
    if naming.kind is Kind.VOC:
        return renamed(naming.text, path, new)
    stem, suffix = os.path.splitext(path)
    if naming.kind in STEMS and f"/{stem}".endswith(f"/{naming.text}"):
        if naming.kind is Kind.IMAGE_SET and not lies_in(new, about(naming.file)):
            raise Refused(f"{display(naming.file)} names it by its stem, and {display(new)} is elsewhere")
        return os.path.splitext(renamed(naming.text + suffix, path, new))[0]
    return elsewhere(naming.text, path, new)


def _text_in(known: References, file: str, naming: Naming, path: str, new: str) -> str:
    """What another file says of it: as it says it of its own images, else in the same folder as the first
    file would, else from its own folder."""
    if naming.kind is Kind.IMAGE_SET:
        return _text(naming, path, new)
    if naming.kind is not Kind.LIST:
        example = known.examples.get(file)
        if example and not example[1].endswith(example[0].replace("\\", "/").rpartition("/")[2]):
            return _text(naming, path, new)  # by its stem
        return by_example(*example, new) if example else renamed(naming.text, path, new)
    folder = file.rpartition("/")[0]
    if naming.file.rpartition("/")[0] == folder or naming.text.startswith("/"):
        return _text(naming, path, new)
    return "./" + posixpath.relpath(new, folder or ".")
