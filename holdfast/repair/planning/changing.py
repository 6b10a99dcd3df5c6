"""Changes of files that several fixes of a plan may change: annotations, sizes, names of images."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from holdfast.dataset import Dataset
from holdfast.finding import Finding
from holdfast.names import display, to_os
from holdfast.repair.fix import DropName, Edit, EditAnnotation, EditSize
from holdfast.repair.lookup import (
    Annotation,
    annotations_in,
    annotations_of,
    find_annotation,
    find_image,
    index,
)
from holdfast.repair.planning.files import Files
from holdfast.repair.planning.outcome import Declined, Outcome
from holdfast.repair.plans.plan import Change, Mention, Renumber, Resize
from holdfast.repair.policy import Policy
from holdfast.repair.references.changes import Changes
from holdfast.repair.references.index import references
from holdfast.repair.references.kinds import Kind, changed, kind_of, limit_of
from holdfast.repair.references.table import require_commas
from holdfast.repair.runs.places import Refused, Stamp

_EDITABLE = (Kind.COCO, Kind.VOC, Kind.TABLE, Kind.JSON_LINES)


class _Key(NamedTuple):
    """What a change is about: a file; a line of it, or what it calls an image; which annotation there."""

    file: str
    place: int | str | None
    number: int


@dataclass(slots=True)
class Changing:
    """What has been accepted. `images` are those of which other files say something else then."""

    dataset: Dataset
    policy: Policy
    files: Files
    keys: set[_Key] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)
    _unfit: dict[str, str] = field(default_factory=dict)

    def changes_of(self, edit: Edit) -> Iterator[Change]:
        """What becomes of an edit in a file that other groups may change as well. Raises Refused."""
        if isinstance(edit, EditAnnotation):
            annotation = self.annotation_of(edit)
            numbers = (*annotation.values, *(edit.values or ()))
            if not annotation.values or not all(map(math.isfinite, numbers)):
                raise Refused(f"annotation {edit.entry} has no numbers to know it by: edit it by hand")
            entry = self._in_its_line(annotation) if kind_of(edit.path) is Kind.JSON_LINES else edit.entry
            yield Renumber(edit.path, entry, annotation.line, annotation.values, edit.values)
        elif isinstance(edit, EditSize):
            yield from self._resizes(edit)
        elif isinstance(edit, DropName):
            yield Mention(edit.path, edit.text, None)

    def _resizes(self, edit: EditSize) -> Iterator[Resize]:
        image = find_image(self.dataset, edit.path)
        if image is None or image.declared_in is None:
            raise Refused("no file says its size")
        known = references(self.dataset)
        known.require_read(edit.path)
        if kind_of(image.declared_in) is Kind.VOC:
            yield Resize(image.declared_in, "", edit.width, edit.height)
            return
        names = {
            naming.text for naming in known.namings.get(edit.path, ()) if naming.file == image.declared_in
        }
        if not names:
            raise Refused(f"{display(image.declared_in)} does not name it in a way that can be edited")
        yield from (Resize(image.declared_in, name, edit.width, edit.height) for name in sorted(names))

    def annotation_of(self, edit: EditAnnotation) -> Annotation:
        annotation = find_annotation(self.dataset, Finding(edit.path, "", entry=edit.entry))
        if annotation is None:
            raise Refused(f"annotation {edit.entry} is not there any more")
        return annotation

    def _in_its_line(self, annotation: Annotation) -> int:
        """Which annotation of its line it is, from 0."""
        image = find_image(self.dataset, annotation.image or "")
        rows = (
            annotations_of(self.dataset, image) if image else annotations_in(self.dataset, annotation.label)
        )
        places = [a.entry or 0 for a in rows if (a.label, a.line) == (annotation.label, annotation.line)]
        return sum(entry < (annotation.entry or 0) for entry in places)

    def check(self, change: Change) -> None:
        """Raises Declined, Refused or OSError where the change must not be made."""
        if kind_of(change.file) not in _EDITABLE and not isinstance(change, Mention):
            raise Refused(f"{display(change.file)} is of a kind that is not edited: change it by hand")
        if _key_of(change) in self.keys:
            raise Declined(Outcome.LATER, "is changed by another fix already")
        if self.policy.protects(change.file):
            raise Refused(f"{display(change.file)} is protected by --protect")
        self.files.require_own(change.file)
        if self.files.require(change.file).stamp.size > (most := limit_of(kind_of(change.file))):
            raise Refused(f"{display(change.file)} is larger than {most >> 20} MiB: it is not edited here")
        if change.file in index(self.dataset).label_digests:
            stamp_as_read(self.dataset, self.files, change.file)
        if kind_of(change.file) is Kind.TABLE and change.file not in self.changed:
            require_commas(self.dataset.root / to_os(change.file))
        self._require_fit(change.file)
        if isinstance(change, Renumber) and self._is_last(change):
            raise Refused("is the only row of its image, which no row would name then: edit it by hand")

    def _require_fit(self, file: str) -> None:
        """Raises Refused for a file that cannot be edited as a whole: applying the plan would find it out."""
        if file not in self._unfit:
            try:
                changed(file, self.files.tree.read(file) or b"", Changes())
                self._unfit[file] = ""
            except Refused as refusal:
                self._unfit[file] = f"{display(file)} {refusal}: mend that by hand first"
        if self._unfit[file]:
            raise Refused(self._unfit[file])

    def _is_last(self, change: Renumber) -> bool:
        """Whether a row goes, and all other rows of its image go already."""
        if change.after is not None or kind_of(change.file) is not Kind.TABLE:
            return False
        key = _key_of(change)
        annotation = find_annotation(self.dataset, Finding(key.file, "", entry=key.number))
        image = find_image(self.dataset, annotation.image or "") if annotation else None
        rows = annotations_of(self.dataset, image) if image else ()
        places = (_Key(a.label, a.line, a.entry or 0) for a in rows)
        return image is not None and all(place == key or place in self.keys for place in places)

    def images_of(self, edit: Edit) -> Iterator[str]:
        """The images that an edit is about, where the file that it changes is not theirs alone."""
        if isinstance(edit, EditSize):
            yield edit.path
        elif isinstance(edit, EditAnnotation) and (image := self.annotation_of(edit).image) is not None:
            yield image

    def accept(self, edit: Edit) -> None:
        """Remember what an edit changes."""
        self.images |= set(self.images_of(edit))
        for change in self.changes_of(edit):
            self.keys.add(_key_of(change))
            self.changed.add(change.file)


def stamp_as_read(dataset: Dataset, files: Files, label: str) -> Stamp:
    """The stamp of a label file. Raises Refused when it is not the file whose annotations were read."""
    stamp = files.require_present(label).stamp
    if stamp.sha256 != index(dataset).label_digests.get(label):
        raise Refused(f"{display(label)} changed while the plan was made")
    return stamp


def _key_of(change: Change) -> _Key:
    """What a change is about: two of one key exclude each other."""
    if isinstance(change, Renumber):
        return _Key(change.file, change.line, change.entry)
    return _Key(change.file, change.name if isinstance(change, Resize) else change.old, 0)
