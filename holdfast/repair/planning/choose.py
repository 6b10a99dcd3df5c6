"""Which fixes go into a plan: in a fixed order, each checked against the files and those before it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from os.path import splitext

from holdfast.dataset import Dataset, PairKind
from holdfast.finding import Finding
from holdfast.names import display
from holdfast.repair.fix import AppendLines, Applicability, Edit, EditPixels, Fix, Move, Remove
from holdfast.repair.lookup import find_image, index, users_of
from holdfast.repair.planning.changing import stamp_as_read
from holdfast.repair.planning.editing import Editing
from holdfast.repair.planning.files import Files
from holdfast.repair.planning.following import followed, require_agreeing, require_same_said
from holdfast.repair.planning.outcome import Accepted, Decision, Declined, Outcome
from holdfast.repair.planning.placing import Placing
from holdfast.repair.plans.plan import Kept
from holdfast.repair.policy import Policy, Rank
from holdfast.repair.references.follow import Following
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import folded


@dataclass(slots=True)
class Desk:
    """What has been accepted so far."""

    dataset: Dataset
    policy: Policy
    files: Files
    unsafe: bool
    accepted: list[Accepted] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    leaving: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)
    placing: Placing = field(init=False)
    editing: Editing = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is read before the first image needs a name."""
        self.placing = Placing(self.dataset, self.files.tree)
        self.editing = Editing(self.dataset, self.policy, self.files)

    def consider(self, finding: Finding, fix: Fix) -> Decision:
        """Accept a fix, or say why not."""
        try:
            if self.unsafe or fix.applicability is not Applicability.UNSAFE:
                fix = self.placing.placed(fix, self.leaving)
            fix = self.editing.translated(fix)
            files = self._check(fix)
            added = [self.editing.added(edit) for edit in fix.edits if isinstance(edit, AppendLines)]
            changes = tuple(change for edit in fix.edits for change in self.editing.changing.changes_of(edit))
            require_agreeing(self.dataset, fix, added, self.removed)
            following = self._follow(finding, fix)
            files |= following.files
            keeps = self._keeps(finding, fix, files)
        except Declined as declined:
            return Decision(finding, fix, declined.outcome, str(declined))
        except Refused as refusal:
            return Decision(finding, fix, Outcome.REFUSED, str(refusal))
        except OSError as error:
            return Decision(finding, fix, Outcome.REFUSED, f"cannot be read: {error.strerror}")
        origins = [origin for edit in added for origin in edit.origins]
        reason = f"{fix.reason}; added: {', '.join(origins)}" if origins else fix.reason
        reason += following.in_words()
        self._accept(Accepted(finding, fix, files, keeps, reason, following, changes))
        return Decision(finding, fix, Outcome.PLANNED, reason)

    def _check(self, fix: Fix) -> frozenset[str]:
        """The files that the fix changes. Raises Declined, Refused or OSError if it must not."""
        removes = [edit for edit in fix.edits if isinstance(edit, Remove)]
        if fix.applicability is Applicability.DISPLAY or not fix.edits:
            raise Declined(Outcome.PERSON, fix.reason)
        if removes and all(edit.path in self.removed for edit in removes):
            raise Declined(Outcome.SETTLED, "goes already")
        if gone := [path for path in fix.keeps if path in self.removed]:
            raise Declined(Outcome.SETTLED, f"{display(gone[0])}, which would be kept, goes itself")
        if moving := [path for path in fix.keeps if path in self.moved]:
            raise Declined(Outcome.LATER, f"{display(moving[0])} moves itself")
        if changed := [path for path in fix.keeps if path in self.editing.whole]:
            raise Declined(Outcome.LATER, f"{display(changed[0])} is changed itself")
        if fix.applicability is Applicability.UNSAFE and not self.unsafe:
            raise Declined(Outcome.UNSAFE, fix.reason)
        return frozenset(path for edit in fix.edits for path in self._check_edit(edit))

    def _check_edit(self, edit: Edit) -> tuple[str, ...]:
        if self.policy.protects(edit.path):
            raise Refused("is protected by --protect")
        if isinstance(edit, Remove):
            return self._check_remove(edit.path)
        if edit.path in self.removed:
            raise Declined(Outcome.SETTLED, "goes with its image")
        if edit.path in self.moved and not isinstance(edit, Move):
            raise Declined(Outcome.LATER, "moves with its image")
        if isinstance(edit, Move):
            return self._check_move(edit)
        for image in self.editing.changing.images_of(edit):
            if image in self.removed:
                raise Declined(Outcome.SETTLED, "goes with its image")
            if image in self.leaving:
                raise Declined(Outcome.LATER, "moves with its image")
        if edit.path in self.kept and isinstance(edit, EditPixels):
            raise Declined(Outcome.LATER, "stays as it is, as another copy goes on its account")
        return self.editing.check(edit)

    def _check_remove(self, path: str) -> tuple[str, ...]:
        if path in self.kept:
            raise Declined(Outcome.SETTLED, "stays, as another copy goes on its account")
        self.files.require(path)
        image = find_image(self.dataset, path)
        if image is None:
            if staying := [user for user in users_of(self.dataset, path) if user not in self.removed]:
                raise Refused(f"belongs to {display(staying[0])}")
            self.editing.require_as_read(path)
            return (path,)
        label = image.label
        if label is None:
            return (path,)
        if any(user not in self.removed and user != path for user in users_of(self.dataset, label)):
            return (path,)  # another image has the same label file
        if not image.has_label and self.files.inspect(label) is None:
            return (path,)
        if self.policy.protects(label):
            raise Refused("its label is protected by --protect")
        if label in index(self.dataset).label_digests:
            self.editing.require_as_read(label)
        else:
            self.files.require(label)
        return (path, label)

    def _check_move(self, move: Move) -> tuple[str, ...]:
        if move.path in self.moved:
            raise Declined(Outcome.LATER, "gets another name already")
        self.files.require(move.path)
        self.files.require_free(move.to)
        if folded(move.to) in self.claimed:
            raise Refused(f"the name {display(move.to)} is taken by another fix")
        image = find_image(self.dataset, move.path)
        if image and splitext(move.path)[0] != splitext(move.to)[0]:
            if image.path in self.editing.changing.images:
                raise Declined(Outcome.LATER, "what is said of it is changed by another fix already")
            if image.label in self.editing.appended:
                raise Declined(Outcome.LATER, f"{display(image.label)} is changed by another fix already")
        return (move.path,)

    def _follow(self, finding: Finding, fix: Fix) -> Following:
        following = followed(self.dataset, fix, self.leaving, self.policy, self.files)
        for move in following.moves:
            if self.editing.touches(move.path):
                raise Declined(Outcome.LATER, f"{display(move.path)} is changed by another fix already")
            if folded(move.to) in self.claimed:
                raise Refused(f"the name {display(move.to)} is taken by another fix")
        require_same_said(self.dataset, finding.rule, fix, self.policy, self.unsafe)
        return following

    def _keeps(self, finding: Finding, fix: Fix, files: frozenset[str]) -> tuple[Kept, ...]:
        """The images on whose account others go, with their labels. Raises Refused if one is not sound."""
        keeps: list[Kept] = []
        for removed in (edit.path for edit in fix.edits if isinstance(edit, Remove)):
            for path in fix.keeps:
                file, gone = self.files.require_present(path), self.files.require(removed)
                stamp = file.stamp
                if path in files or file.is_same(gone):
                    raise Refused(f"is the same file as {display(path)}, which stays")
                if finding.kind == PairKind.BYTES and gone.stamp != stamp:
                    raise Refused(f"is not byte for byte {display(path)}")
                keeps.append(Kept(path, stamp, finding.kind or "", removed))
                image = find_image(self.dataset, path)
                label = image.label if image is not None and image.has_label else None
                if label is not None and label in index(self.dataset).label_digests and label not in files:
                    keeps.append(
                        Kept(label, stamp_as_read(self.dataset, self.files, label), "label", removed)
                    )
        return tuple(keeps)

    def _accept(self, accepted: Accepted) -> None:
        self.accepted.append(accepted)
        self.kept |= set(accepted.fix.keeps)
        moves = accepted.following.moves
        for edit in (*accepted.fix.edits, *moves):
            if isinstance(edit, Remove):
                others = {e.path for e in (*accepted.fix.edits, *moves) if not isinstance(e, Remove)}
                self.removed |= accepted.files - others
                self.leaving |= accepted.files - others
            elif isinstance(edit, Move):
                self.moved[edit.path] = edit.to
                self.leaving.add(edit.path)
                self.claimed.add(folded(edit.to))
            else:
                self.editing.accept(edit)


def choose(desk: Desk, fixes: Iterable[tuple[Finding, Fix]]) -> list[Decision]:
    """Decide about every fix: what a person decided comes first; then removals that need no kept copy;
    then copies in the order of the image that is kept, so that a copy goes only if it is a direct copy of
    one that stays; then removals of images to which a copy's annotations are added; then the edits, safe
    ones first; then moves to another split, in the order of the image that is there."""
    fixes = list(fixes)
    gaining = {path for _, fix in fixes if _of_kind(fix, AppendLines) for path in fix.keeps}
    ordered = sorted(fixes, key=lambda pair: _order(desk, gaining, *pair))
    return [desk.consider(finding, fix) for finding, fix in ordered]


def _order(desk: Desk, gaining: Set[str], finding: Finding, fix: Fix) -> tuple[int, Rank, int, str, int]:
    keeper = find_image(desk.dataset, fix.keeps[0]) if fix.keeps else None
    rank = desk.policy.rank(keeper) if keeper else ()
    phase = 1 if keeper else 2 if finding.path in gaining else 0
    if fix.applicability is Applicability.DECIDED:
        phase = -1
    return (
        phase if _of_kind(fix, Remove) else 3,
        rank,
        -fix.applicability,
        finding.path,
        finding.line or 0,
    )


def _of_kind(fix: Fix, kind: type[Edit]) -> bool:
    return any(isinstance(edit, kind) for edit in fix.edits)
