"""Edits of files while a plan is made: of lines, of annotations wherever they stand, of sizes, of files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from holdfast.dataset import Dataset
from holdfast.finding import Finding
from holdfast.names import display
from holdfast.repair.copies.boxes import Contradiction, box_of_line, decimal, missing_from
from holdfast.repair.fix import (
    AppendLines,
    Edit,
    EditAnnotation,
    EditFile,
    EditLine,
    EditPixels,
    EditSize,
    Fix,
)
from holdfast.repair.lookup import (
    Annotation,
    annotations_in,
    annotations_of,
    find_annotation,
    find_image,
    index,
)
from holdfast.repair.pixels.making import made
from holdfast.repair.planning.files import Files
from holdfast.repair.planning.labels import holds
from holdfast.repair.planning.outcome import Declined, Outcome
from holdfast.repair.plans.plan import Renumber, Resize
from holdfast.repair.policy import Policy
from holdfast.repair.references.index import references
from holdfast.repair.references.kinds import Kind, kind_of
from holdfast.repair.runs.fit import stamp_of
from holdfast.repair.runs.places import Refused, Stamp

_LIMIT_WHOLE = 256 << 20
"""Bytes of new files in one plan, which holds them all; the others wait for the next round."""
_EDITABLE = (Kind.COCO, Kind.VOC, Kind.TABLE, Kind.JSON_LINES)


class _Key(NamedTuple):
    """What a change is about: a file; a line of it, or what it calls an image; which annotation there."""

    file: str
    place: int | str | None
    number: int


@dataclass(slots=True)
class Editing:
    """What has been accepted of edits. `images` are those of which other files say something else then."""

    dataset: Dataset
    policy: Policy
    files: Files
    lines: dict[str, dict[int, str | None]] = field(default_factory=dict)
    appended: dict[str, list[str]] = field(default_factory=dict)
    whole: dict[str, bytes] = field(default_factory=dict)
    changes: set[_Key] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)
    _made: dict[str, bytes] = field(default_factory=dict)

    def touches(self, path: str) -> bool:
        """Whether the file gets other content by a fix that was accepted."""
        return path in self.lines or path in self.appended or path in self.whole or path in self.changed

    def translated(self, fix: Fix) -> Fix:
        """The fix with lines in place of annotations that are lines of a label file."""
        return replace(fix, edits=tuple(self._translated(edit) for edit in fix.edits))

    def _translated(self, edit: Edit) -> Edit:
        if not isinstance(edit, EditAnnotation) or kind_of(edit.path) not in (Kind.LIST, Kind.IMAGE_SET):
            return edit
        annotation = self._annotation(edit)
        assert annotation.line is not None
        text = None
        if edit.values is not None:
            text = " ".join([str(annotation.class_id), *(decimal(value, 10) for value in edit.values)])
        return EditLine(edit.path, annotation.line, text)

    def check(self, edit: Edit) -> tuple[str, ...]:
        """The files that an edit changes as acts of its group. Raises Declined, Refused, OSError."""
        if isinstance(edit, EditLine):
            return self._check_line(edit)
        if isinstance(edit, AppendLines):
            return self._check_append(edit)
        if isinstance(edit, EditFile | EditPixels):
            return self._check_file(edit)
        for change in self.changes_of(edit):
            self._check_change(change)
        return ()

    def changes_of(self, edit: Edit) -> Iterator[Renumber | Resize]:
        """What becomes of an edit in a file that other groups may change as well. Raises Refused."""
        if isinstance(edit, EditAnnotation):
            annotation = self._annotation(edit)
            numbers = (*annotation.values, *(edit.values or ()))
            if not annotation.values or not all(map(math.isfinite, numbers)):
                raise Refused(f"annotation {edit.entry} has no numbers to know it by: edit it by hand")
            entry = self._in_its_line(annotation) if kind_of(edit.path) is Kind.JSON_LINES else edit.entry
            yield Renumber(edit.path, entry, annotation.line, annotation.values, edit.values)
        elif isinstance(edit, EditSize):
            yield from self._resizes(edit)

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

    def _annotation(self, edit: EditAnnotation) -> Annotation:
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

    def _check_change(self, change: Renumber | Resize) -> None:
        if kind_of(change.file) not in _EDITABLE:
            raise Refused(f"{display(change.file)} is of a kind that is not edited: change it by hand")
        if key_of(change) in self.changes:
            raise Declined(Outcome.LATER, "is changed by another fix already")
        if self.policy.protects(change.file):
            raise Refused(f"{display(change.file)} is protected by --protect")
        self.files.require_own(change.file)
        if change.file in index(self.dataset).label_digests:
            self.stamp_as_read(change.file)
        goes = isinstance(change, Renumber) and change.after is None and kind_of(change.file) is Kind.TABLE
        if goes and self._is_last(change):
            raise Refused("is the only row of its image, which no row would name then: edit it by hand")

    def _is_last(self, change: Renumber | Resize) -> bool:
        """Whether all rows of an image but this one go already."""
        key = key_of(change)
        annotation = find_annotation(self.dataset, Finding(key.file, "", entry=key.number))
        image = find_image(self.dataset, annotation.image or "") if annotation else None
        rows = annotations_of(self.dataset, image) if image else ()
        places = (_Key(a.label, a.line, a.entry or 0) for a in rows)
        return image is not None and all(place == key or place in self.changes for place in places)

    def _check_line(self, edit: EditLine) -> tuple[str, ...]:
        if edit.line in self.lines.get(edit.path, {}):
            raise Declined(Outcome.LATER, f"line {edit.line} is changed by another fix already")
        self.require_as_read(edit.path)
        self.files.require_own(edit.path)
        annotation = find_annotation(self.dataset, Finding(edit.path, "", line=edit.line))
        if annotation is None or not holds(self.files.content(edit.path), edit.line, annotation):
            raise Refused(f"line {edit.line} is not what was checked")
        return (edit.path,)

    def _check_append(self, edit: AppendLines) -> tuple[str, ...]:
        if self.files.inspect(edit.path) is None:
            self.files.require_free(edit.path)
        else:
            self.require_as_read(edit.path)
            self.files.require_own(edit.path)
        try:
            self.added(edit)
        except Contradiction as contradiction:
            raise Declined(Outcome.PERSON, f"another copy's annotations: {contradiction}") from None
        return (edit.path,)

    def _check_file(self, edit: EditFile | EditPixels) -> tuple[str, ...]:
        if self.touches(edit.path) or edit.path in self.images:
            raise Declined(Outcome.LATER, "is changed by another fix already")
        if sum(map(len, self.whole.values())) > _LIMIT_WHOLE:
            raise Declined(Outcome.LATER, f"the plan holds {_LIMIT_WHOLE >> 20} MiB of new files")
        stamp = self.files.require(edit.path).stamp
        if isinstance(edit, EditFile) and stamp.sha256 != edit.before:
            raise Refused("changed while the plan was made")
        self.files.require_own(edit.path)
        self._made[edit.path] = edit.data if isinstance(edit, EditFile) else self._pixels(edit)
        return (edit.path,)

    def _pixels(self, edit: EditPixels) -> bytes:
        image = find_image(self.dataset, edit.path)
        if image is None:
            raise Refused("is no image of a split any more")
        data = self.files.tree.read(edit.path) or b""
        if stamp_of(data) != self.files.require(edit.path).stamp:
            raise Refused("changed while the plan was made")
        return made(data, edit.how, image.orientation or 1)

    def added(self, edit: AppendLines) -> AppendLines:
        """What copies accepted before have not added yet."""
        before = [box_of_line(text) for text in self.appended.get(edit.path, ())]
        new = {new.text for new in missing_from(before, [box_of_line(text) for text in edit.lines])}
        origins = edit.origins or ("",) * len(edit.lines)
        left = [(line, origin) for line, origin in zip(edit.lines, origins, strict=True) if line in new]
        return AppendLines(edit.path, tuple(line for line, _ in left), tuple(o for _, o in left if o))

    def require_as_read(self, label: str) -> None:
        """The label must be one that may be touched, and the file whose annotations were compared."""
        self.files.require(label)
        self.stamp_as_read(label)

    def stamp_as_read(self, label: str) -> Stamp:
        """The stamp of a label file. Raises Refused when it is not the file whose annotations were read."""
        stamp = self.files.require_present(label).stamp
        digests = index(self.dataset).label_digests
        if stamp.sha256 != digests.get(label):
            raise Refused(f"{display(label)} changed while the plan was made")
        return stamp

    def images_of(self, edit: Edit) -> Iterator[str]:
        """The images that an edit is about, where the file that it changes is not theirs alone."""
        if isinstance(edit, EditSize):
            yield edit.path
        elif isinstance(edit, EditAnnotation) and (image := self._annotation(edit).image) is not None:
            yield image

    def accept(self, edit: Edit) -> None:
        """Remember an edit."""
        if isinstance(edit, EditLine):
            self.lines.setdefault(edit.path, {})[edit.line] = edit.text
        elif isinstance(edit, AppendLines):
            self.appended.setdefault(edit.path, []).extend(self.added(edit).lines)
        elif isinstance(edit, EditFile | EditPixels):
            self.whole[edit.path] = self._made[edit.path]
            self.images.add(edit.path)
        else:
            self.images |= set(self.images_of(edit))
            keys = {key_of(change) for change in self.changes_of(edit)}
            self.changes |= keys
            self.changed |= {file for file, *_ in keys}


def key_of(change: Renumber | Resize) -> _Key:
    """What a change is about: two of one key exclude each other."""
    if isinstance(change, Resize):
        return _Key(change.file, change.name, 0)
    return _Key(change.file, change.line, change.entry)
