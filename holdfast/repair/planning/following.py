"""What follows the images that a fix moves or removes, if repair may touch all of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Set

from holdfast.dataset import Dataset
from holdfast.formats.tree import lies_in
from holdfast.names import display
from holdfast.repair.copies.conflicts import compare
from holdfast.repair.fix import AppendLines, Fix, Move, Remove
from holdfast.repair.lookup import find_image, partners_of
from holdfast.repair.planning.files import Files
from holdfast.repair.planning.outcome import Declined, Outcome
from holdfast.repair.policy import OnConflict, Policy
from holdfast.repair.references.follow import Following, followers
from holdfast.repair.references.handover import Handover, handover
from holdfast.repair.references.said import said_otherwise
from holdfast.repair.runs.places import Refused


def followed(dataset: Dataset, fix: Fix, leaving: Container[str], policy: Policy, files: Files) -> Following:
    """What follows the images of this fix. `leaving` are images that move or go by other fixes.

    Raises Refused or OSError where something must not be touched.
    """
    parts = list(_parts(dataset, fix, leaving))
    own = {edit.path for edit in fix.edits}
    found = Following(
        tuple(move for part in parts for move in part.moves if move.path not in own),
        tuple(dict.fromkeys(mention for part in parts for mention in part.mentions)),
        tuple(path for part in parts for path in part.removes if path not in own),
    )
    for path in sorted(found.files):
        _require(path, "which goes with it", policy, files.require)
    for file in sorted({mention.file for mention in found.mentions}):
        _require(file, "which names it", policy, files.require_own)
    for move in found.moves:
        files.require_free(move.to)
    return found


def require_same_said(dataset: Dataset, rule: str, fix: Fix, policy: Policy, unsafe: bool) -> None:
    """Masks and the like go with a copy only where the one that stays has equal ones, or as was chosen.

    Labels are compared elsewhere. Raises Declined, and Refused for a file that cannot be read.
    """
    for edit in fix.edits:
        for kept in fix.keeps if isinstance(edit, Remove) else ():
            if (file := said_otherwise(dataset, edit.path, kept)) is None:
                continue
            differs = f"{display(file)} says of it what is not said of {display(kept)}"
            if (ruling := policy.ruling(rule, edit.path, kept)) is not None:
                if ruling.annotations is OnConflict.KEEP:
                    continue
                raise Declined(Outcome.PERSON, f'{differs}: decided, but not with annotations = "keep"')
            if policy.on_conflict is not OnConflict.KEEP:
                raise Declined(Outcome.PERSON, f"{differs}: choose with --on-conflict=keep")
            if not unsafe:
                raise Declined(Outcome.UNSAFE, differs)


def require_agreeing(dataset: Dataset, fix: Fix, added: Iterable[AppendLines], removed: Set[str]) -> None:
    """Raises Declined where added lines would make an image that stays contradict an equal one that stays."""
    goes = {edit.path for edit in fix.edits if isinstance(edit, Remove)} | removed
    labels: set[str | None] = {edit.path for edit in added if edit.lines}
    for image in filter(None, (find_image(dataset, path) for path in fix.keeps)):
        for other in partners_of(dataset, image.path, exact=True) if image.label in labels else ():
            staying = find_image(dataset, other)
            if other not in goes and staying and compare(dataset, image, staying).agree:
                pair = f"{display(image.path)} would contradict its copy {display(other)}"
                raise Declined(Outcome.LATER, f"{pair}: settle those two first")


def _parts(dataset: Dataset, fix: Fix, leaving: Container[str]) -> Iterator[Following]:
    for edit in fix.edits:
        if isinstance(edit, Move | Remove) and find_image(dataset, edit.path) is not None:
            new = edit.to if isinstance(edit, Move) else None
            handed = _handed(dataset, edit.path, new) if new else None
            yield followers(dataset, edit.path, new, leaving, handed)


def _handed(dataset: Dataset, path: str, new: str) -> Handover | None:
    """Whether the image gets to another split of its collection, which is told by folders."""
    image = find_image(dataset, path)
    assert image is not None
    old = next(split for split in dataset.splits if split.unit == image.unit)
    if any(lies_in(new, folder) for folder in old.folders):
        return None
    for split in dataset.splits:
        if split.collection == image.collection and any(lies_in(new, folder) for folder in split.folders):
            return handover(dataset, old, split)
    return None


def _require(path: str, what: str, policy: Policy, require: Callable[[str], object]) -> None:
    if policy.protects(path):
        raise Refused(f"{display(path)}, {what}, is protected by --protect")
    try:
        require(path)
    except Refused as refusal:
        raise Refused(f"{display(path)}, {what}, {refusal}") from None
