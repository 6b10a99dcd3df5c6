"""Two copies with different annotations: what each policy would do, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.dataset import Dataset
from holdfast.names import display
from holdfast.repair.copies.boxes import Box, Contradiction, box, class_key, equal, missing_from
from holdfast.repair.lookup import Annotation, Image, annotations_of, index, is_troubled

_BEYOND = 1e-5
"""Share of the image by which rounding may take an edge beyond it."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Two images that show one picture: `kept` stays, `gone` goes. `by_name`: classes are compared by name.
    `agree`: their annotations are equal, or neither has a label."""

    kept: Image
    gone: Image
    ours: tuple[Annotation, ...]
    theirs: tuple[Annotation, ...]
    by_name: bool
    agree: bool


@dataclass(frozen=True, slots=True)
class Union:
    """What the annotations of the image that goes would add to those of the one that stays.

    `added` are new, each once; `common` are there already; `repeated` say again what is added. `doubt` is
    why a program must not unite the two: then nothing is added.
    """

    added: tuple[Box, ...] = ()
    common: int = 0
    repeated: int = 0
    doubt: str | None = None


def compare(dataset: Dataset, kept: Image, gone: Image) -> Copies:
    """The two, with their annotations. A label that was not read whole agrees with its own bytes only."""
    ours, theirs = annotations_of(dataset, kept), annotations_of(dataset, gone)
    by_name = all(a.class_name is not None for a in (*ours, *theirs)) or _declares(dataset, kept, gone)
    read = not (is_troubled(dataset, kept) or is_troubled(dataset, gone))
    same = read and kept.has_label == gone.has_label and equal(ours, theirs, by_name)
    return Copies(kept, gone, ours, theirs, by_name, same or _have_one_file(dataset, kept, gone))


def _declares(dataset: Dataset, *images: Image) -> bool:
    return all(dataset.names_of(image.collection) for image in images)


def _have_one_file(dataset: Dataset, kept: Image, gone: Image) -> bool:
    if kept.label is None or gone.label is None:
        return False
    if kept.label == gone.label:
        return True
    digests = index(dataset).label_digests
    digest = digests.get(kept.label)
    both = kept.has_label and gone.has_label and kept.collection == gone.collection
    return both and digest is not None and digest == digests.get(gone.label)


def unite(copies: Copies, dataset: Dataset) -> Union:
    """What a union would do; nothing, with its doubt, where that is for a person."""
    try:
        return _united(copies, dataset)
    except Contradiction as contradiction:
        return Union(doubt=str(contradiction))


def _united(copies: Copies, dataset: Dataset) -> Union:
    for image in (copies.kept, copies.gone):
        if is_troubled(dataset, image):
            raise Contradiction("a label file has lines that cannot be read")
        if image.label is None or not image.label.lower().endswith(".txt"):
            raise Contradiction("annotations are added to YOLO's labels only")
    ours = [box(a, a.class_id, copies.by_name) for a in copies.ours]
    theirs = [box(a, _translated(a, copies, dataset), copies.by_name) for a in copies.theirs]
    added = missing_from(ours, theirs)
    for one in added:
        _require_sound(one, copies.by_name)
    texts = {new.text for new in added}
    new = sum(1 for their in theirs if their.text in texts)
    return Union(added, len(theirs) - new, new - len(added))


def _require_sound(new: Box, by_name: bool) -> None:
    """Raises Contradiction for what a check would call an error in the label that it is added to."""
    left, upper, right, lower = new.bounds
    where = f"line {new.line} of the one that goes"
    if min(left, upper) < -_BEYOND or max(right, lower) > 1 + _BEYOND:
        raise Contradiction(f"{where} reaches beyond the image")
    if right <= left or lower <= upper:
        raise Contradiction(f"{where} has no area")
    if by_name and new.class_key.startswith("#"):
        raise Contradiction(f"{where} has a class that is not declared")


def _translated(annotation: Annotation, copies: Copies, dataset: Dataset) -> int:
    """The number that the class of a removed annotation has where the kept image lives."""
    names = dataset.names_of(copies.kept.collection)
    if copies.kept.collection == copies.gone.collection or not copies.by_name or names is None:
        return annotation.class_id
    numbers = {name: number for number, name in reversed(names.items())}
    if annotation.class_name is None or annotation.class_name not in numbers:
        key = class_key(annotation, copies.by_name)[1:]
        raise Contradiction(f"class {display(key)} is not declared where the kept image is")
    return numbers[annotation.class_name]


def in_words(copies: Copies, union: Union) -> str:
    """How the two differ, and what skip, keep and union would each do."""
    ours, theirs = _count(copies.kept, copies.ours), _count(copies.gone, copies.theirs)
    differ = f"different annotations (kept {ours}, removed {theirs})"
    keep = f"keep: {len(copies.theirs)} go to the quarantine"
    if union.doubt is not None:
        return f"{differ}; skip: both stay; {keep}; union: not possible, {union.doubt}"
    repeated = f", {union.repeated} repeated" if union.repeated else ""
    united = f"union: {len(union.added)} added, {union.common} in common{repeated}"
    only = len(copies.theirs) - union.common
    return f"{differ}; skip: both stay; {keep}, {only} of them nowhere else; {united}"


def _count(image: Image, annotations: tuple[Annotation, ...]) -> str:
    return str(len(annotations)) if image.has_label else "no label"
