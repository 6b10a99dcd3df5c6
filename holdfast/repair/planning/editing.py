"""Edits of files while a plan is made: of lines, of annotations wherever they stand, of sizes, of files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from holdfast.dataset import Dataset
from holdfast.finding import Finding
from holdfast.repair.copies.boxes import Contradiction, box_of_line, decimal, missing_from
from holdfast.repair.fix import (
    AppendLines,
    Edit,
    EditAnnotation,
    EditFile,
    EditLine,
    EditPixels,
    Fix,
)
from holdfast.repair.lookup import (
    find_annotation,
    find_image,
)
from holdfast.repair.pixels.making import made
from holdfast.repair.planning.changing import Changing, stamp_as_read
from holdfast.repair.planning.files import Files
from holdfast.repair.planning.labels import holds
from holdfast.repair.planning.outcome import Declined, Outcome
from holdfast.repair.policy import Policy
from holdfast.repair.references.kinds import Kind, kind_of
from holdfast.repair.runs.fit import stamp_of
from holdfast.repair.runs.places import Refused

_LIMIT_WHOLE = 256 << 20
"""Bytes of new files in one plan, which holds them all; the others wait for the next round."""
_EDITABLE = (Kind.COCO, Kind.VOC, Kind.TABLE, Kind.JSON_LINES)


@dataclass(slots=True)
class Editing:
    """What has been accepted of edits."""

    dataset: Dataset
    policy: Policy
    files: Files
    lines: dict[str, dict[int, str | None]] = field(default_factory=dict)
    appended: dict[str, list[str]] = field(default_factory=dict)
    whole: dict[str, bytes] = field(default_factory=dict)
    changing: Changing = field(init=False)
    _made: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is accepted yet."""
        self.changing = Changing(self.dataset, self.policy, self.files)

    def touches(self, path: str) -> bool:
        """Whether the file gets other content by a fix that was accepted."""
        return (
            path in self.lines or path in self.appended or path in self.whole or path in self.changing.changed
        )

    def translated(self, fix: Fix) -> Fix:
        """The fix with lines in place of annotations that are lines of a label file."""
        return replace(fix, edits=tuple(self._translated(edit) for edit in fix.edits))

    def _translated(self, edit: Edit) -> Edit:
        if not isinstance(edit, EditAnnotation) or kind_of(edit.path) not in (Kind.LIST, Kind.IMAGE_SET):
            return edit
        annotation = self.changing.annotation_of(edit)
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
        for change in self.changing.changes_of(edit):
            self.changing.check(change)
        return ()

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
        if self.touches(edit.path) or edit.path in self.changing.images:
            raise Declined(Outcome.LATER, "is changed by another fix already")
        if sum(map(len, self.whole.values())) > _LIMIT_WHOLE:
            raise Declined(Outcome.LATER, f"the plan holds {_LIMIT_WHOLE >> 20} MiB of new files")
        if isinstance(edit, EditFile) and edit.before is None:
            self.files.require_free(edit.path)
            self._made[edit.path] = edit.data
            return (edit.path,)
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
        try:
            return made(data, edit.how, image.orientation or 1)
        except Refused as refusal:
            raise Declined(Outcome.PERSON, str(refusal)) from None

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
        stamp_as_read(self.dataset, self.files, label)

    def accept(self, edit: Edit) -> None:
        """Remember an edit."""
        if isinstance(edit, EditLine):
            self.lines.setdefault(edit.path, {})[edit.line] = edit.text
        elif isinstance(edit, AppendLines):
            self.appended.setdefault(edit.path, []).extend(self.added(edit).lines)
        elif isinstance(edit, EditFile | EditPixels):
            self.whole[edit.path] = self._made[edit.path]
            self.changing.images.add(edit.path)
        else:
            self.changing.accept(edit)
