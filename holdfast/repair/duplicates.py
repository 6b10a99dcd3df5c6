"""Of two proved copies the worse one goes: what the fixers of duplicates and leaks share."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.dataset import Dataset, PairKind
from holdfast.finding import Finding, Severity
from holdfast.names import display
from holdfast.repair.boxes import Contradiction, box, class_key, equal, missing_from
from holdfast.repair.fix import AppendLines, Applicability, Fix, Remove
from holdfast.repair.lookup import Annotation, Image, annotations_of, find_image, index, is_troubled
from holdfast.repair.policy import OnConflict, Policy

_SAMENESS = {
    PairKind.BYTES: "same bytes",
    PairKind.PICTURE: "same picture",
    PairKind.NEAR: "nearly the same picture",
}


@dataclass(frozen=True, slots=True)
class _Copies:
    """Two images that show one picture; `kept` ranks before `gone`."""

    kept: Image
    gone: Image
    kept_annotations: tuple[Annotation, ...]
    gone_annotations: tuple[Annotation, ...]
    by_name: bool
    equal: bool


def remove_copy(finding: Finding, dataset: Dataset, policy: Policy) -> Fix | None:
    """Remove the image of the pair that ranks lower, with its label.

    Safe for equal bytes with equal annotations in one split; unsafe for other proved pairs and when
    `policy.on_conflict` says what to do about differing annotations; display when it does not.
    None for a finding of severity info and for an image that no split has.
    """
    if finding.severity is Severity.INFO or not finding.related:
        return None
    if finding.path == finding.related[0]:
        return Fix(Applicability.DISPLAY, "is said to be a copy of itself")
    if finding.kind not in _SAMENESS:
        return Fix(Applicability.DISPLAY, "how the two are the same is not said")
    one, other = find_image(dataset, finding.path), find_image(dataset, finding.related[0])
    if one is None or other is None:
        return None
    kept, gone = sorted((one, other), key=policy.rank)
    copies = _compare(dataset, kept, gone)
    if not copies.equal:
        return _resolve(copies, finding, dataset, policy.on_conflict)
    safe = finding.kind == PairKind.BYTES and kept.split == gone.split
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    reason = f"{_what(finding, copies)}, equal annotations ({len(copies.kept_annotations)})"
    return Fix(applicability, reason, (Remove(gone.path),), (kept.path,))


def _compare(dataset: Dataset, kept: Image, gone: Image) -> _Copies:
    ours, theirs = annotations_of(dataset, kept.label), annotations_of(dataset, gone.label)
    by_name = all(dataset.classes.get(image.collection) for image in (kept, gone))
    same_file = kept.label == gone.label or (
        kept.has_label
        and gone.has_label
        and kept.collection == gone.collection
        and index(dataset).label_digests.get(kept.label) is not None
        and index(dataset).label_digests.get(kept.label) == index(dataset).label_digests.get(gone.label)
    )
    read = not (is_troubled(dataset, kept.label) or is_troubled(dataset, gone.label))
    same = same_file or (read and kept.has_label == gone.has_label and equal(ours, theirs, by_name))
    return _Copies(kept, gone, ours, theirs, by_name, same)


def _resolve(copies: _Copies, finding: Finding, dataset: Dataset, choice: OnConflict) -> Fix:
    ours, theirs = _count(copies.kept, copies.kept_annotations), _count(copies.gone, copies.gone_annotations)
    differ = f"{_what(finding, copies)}, different annotations (kept {ours}, removed {theirs})"
    remove, keeps = Remove(copies.gone.path), (copies.kept.path,)
    if choice is OnConflict.SKIP:
        ask = f"{differ}: choose with --on-conflict=keep or union"
        return Fix(Applicability.DISPLAY, ask, (remove,), keeps)
    if choice is OnConflict.KEEP:
        return Fix(Applicability.UNSAFE, f"{differ}: {theirs} go to the quarantine", (remove,), keeps)
    try:
        lines = _union(copies, dataset)
    except Contradiction as contradiction:
        return Fix(Applicability.DISPLAY, f"{differ}: {contradiction}; a person decides", (remove,), keeps)
    added = (AppendLines(copies.kept.label, lines),) if lines else ()
    return Fix(Applicability.UNSAFE, f"{differ}: {len(lines)} added to the kept", (remove, *added), keeps)


def _union(copies: _Copies, dataset: Dataset) -> tuple[str, ...]:
    for image in (copies.kept, copies.gone):
        if is_troubled(dataset, image.label):
            raise Contradiction("a label file has lines that cannot be read")
    ours = [box(a, a.class_id, copies.by_name) for a in copies.kept_annotations]
    theirs = [box(a, _translated(a, copies, dataset), copies.by_name) for a in copies.gone_annotations]
    return tuple(new.text for new in missing_from(ours, theirs))


def _translated(annotation: Annotation, copies: _Copies, dataset: Dataset) -> int:
    """The number that the class of a removed annotation has where the kept image lives."""
    names = dataset.classes.get(copies.kept.collection)
    if copies.kept.collection == copies.gone.collection or not copies.by_name or names is None:
        return annotation.class_id
    if annotation.class_name is None or annotation.class_name not in names:
        key = class_key(annotation, copies.by_name)[1:]
        raise Contradiction(f"class {display(key)} is not declared where the kept image is")
    return names.index(annotation.class_name)


def _what(finding: Finding, copies: _Copies) -> str:
    sameness = _SAMENESS[PairKind(finding.kind or "")]
    distance = f", distance {finding.distance}" if finding.kind == PairKind.NEAR else ""
    return f"{sameness} as {display(copies.kept.path)}{distance}"


def _count(image: Image, annotations: tuple[Annotation, ...]) -> str:
    return str(len(annotations)) if image.has_label else "no label"
