"""What a repair made worse: errors that were not there before, and which of its groups made them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.check import Per, Rule
from holdfast.dataset import Dataset
from holdfast.finding import WHOLE_SPLIT, Finding, Severity
from holdfast.names import display
from holdfast.repair.copies.conflicts import compare
from holdfast.repair.judging.examine import Examined
from holdfast.repair.judging.unread import concerns, newly_read
from holdfast.repair.lookup import Image, find_image, users_of
from holdfast.repair.plans.plan import Act, Group, Plan
from holdfast.repair.plans.shared import sharing

_Key = tuple[str, tuple[str, ...]]
"""Rule and the files, by their names of before."""


@dataclass(frozen=True, slots=True)
class Worse:
    """Groups, by position in the plan, that go back, and why: a line each."""

    groups: frozenset[int]
    reasons: tuple[str, ...]


class MadeWorse(Exception):
    """A repair made a new error; everything was put back."""

    def __init__(self, worse: Worse) -> None:
        super().__init__("; ".join(worse.reasons))
        self.worse = worse


def worse(plan: Plan, rules: Iterable[Rule], before: Examined, after: Examined) -> Worse | None:
    """Which groups made a new error; None if there is none.

    An error that concerns no file of any group, a number of images say, is on the account of the groups that
    take images away or elsewhere, or of all if there are none. An error in files that nothing read before, of
    a split that was missing, is no new one where the plan leaves them as they are.
    """
    past = _Past.of(plan, rules, before)
    newly = newly_read(plan, before.dataset, after.dataset)
    errors = past.new_errors([finding for finding in after.findings if not concerns(finding, newly)])
    if not errors:
        return None
    users = _users(plan, before.dataset)
    guilty: set[int] = set()
    reasons = []
    for error in errors:
        here = {number for path in past.files(error) for number in users.get(path, ())}
        guilty |= here or _leaving(plan) or set(range(len(plan.groups)))
        reasons.append(f"{error.where}: {error.rule}: {display(error.message)}")
    return Worse(frozenset(guilty), tuple(reasons))


@dataclass(frozen=True, slots=True)
class _Past:
    """What was there before, and what the plan did to it.

    `old_names` are the files' names of before, `moved` images in another folder or list now, `written` labels
    that were changed; `inside` are the rules about pairs in one split, `said` those that read annotations.
    """

    dataset: Dataset
    findings: Sequence[Finding]
    old_names: Mapping[str, str]
    moved: frozenset[str]
    written: frozenset[str]
    inside: frozenset[str]
    said: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, rules: Iterable[Rule], before: Examined) -> _Past:
        """What the plan does to files, and what was found before it was done."""
        rules = list(rules)
        old_names = {op.to: op.path for op in plan.ops if op.to is not None}
        # what a file takes over from another is said there now: both count as one
        given = sorted({(m.source, m.file) for group in plan.groups for m in group.mentions if m.source})
        for numbers in sharing(given):
            files = sorted({file for number in numbers for file in given[number]})
            old_names |= dict.fromkeys(files, files[0])
        # an image that is only listed elsewhere moves without a new name
        relisted = [group for group in plan.groups if any(m.old is None for m in group.mentions)]
        moved = {op.path for op in plan.ops if op.to is not None}
        moved |= {reason.path for group in relisted for reason in group.reasons}
        return cls(
            before.dataset,
            before.findings,
            old_names,
            frozenset(moved),
            frozenset(op.path for op in plan.ops if op.data is not None) | _rewritten(plan),
            frozenset(rule.name for rule in rules if rule.per is Per.SPLIT_NAME),
            frozenset(rule.name for rule in rules if "annotations" in rule.tables),
        )

    def new_errors(self, after: Sequence[Finding]) -> list[Finding]:
        """Errors of after beyond those of before. Lines may shift, so they are counted by rule and files."""
        known = Counter(self._key(finding) for finding in self.findings if _is_error(finding))
        pairs = {paths for (_, paths) in known if len(paths) > 1}
        wide = {(f.rule, f.unit) for f in self.findings if f.kind == WHOLE_SPLIT and _is_error(f)}
        groups = _groups(self.findings)
        found = []
        for finding in filter(_is_error, after):
            key = self._key(finding)
            if finding.related and (self._is_settled(key, pairs) or self._was_together(groups, key)):
                continue
            if (finding.rule, finding.unit) in wide and self.moved.isdisjoint(self.files(finding)):
                continue  # it was said of all of the split, by the name of its first image
            known[key] -= 1
            if known[key] < 0:
                found.append(finding)
        return found

    def files(self, finding: Finding) -> list[str]:
        """The files of a finding, by their names of before."""
        return [self.old_names.get(path, path) for path in (finding.path, *finding.related)]

    def _key(self, finding: Finding) -> _Key:
        return finding.rule, tuple(sorted(self.files(finding)))

    def _is_settled(self, key: _Key, pairs: set[tuple[str, ...]]) -> bool:
        """Whether a pair of two splits is one of one split now: a leak whose copy moved is a duplicate."""
        rule, paths = key
        return rule in self.inside and paths in pairs and not self.moved.isdisjoint(paths)

    def _was_together(self, groups: Mapping[_Key, set[str]], key: _Key) -> bool:
        """Whether the two were in one group of that rule, for of a large one not every pair is told; but not
        two that said the same until a label was changed."""
        rule, paths = key
        if not set.intersection(*(groups.get((rule, (path,)), set()) for path in paths)):
            return False
        return rule not in self.said or not self._parted(paths)

    def _parted(self, paths: Sequence[str]) -> bool:
        one, other = (find_image(self.dataset, path) for path in (paths[0], paths[-1]))
        if one is None or other is None or not (self.written & _said_in(one, other)):
            return False
        return compare(self.dataset, one, other).agree


def _said_in(*images: Image) -> set[str | None]:
    """The files that say what is on these images."""
    return {file for image in images for file in (image.label, image.declared_in)}


def _rewritten(plan: Plan) -> frozenset[str]:
    return frozenset(change.file for group in plan.groups for change in group.changes)


def _groups(findings: Sequence[Finding]) -> dict[_Key, set[str]]:
    """The groups of a rule that a file is in."""
    groups: dict[_Key, set[str]] = {}
    for finding in findings:
        if finding.group is not None:
            for path in (finding.path, *finding.related):
                groups.setdefault((finding.rule, (path,)), set()).add(finding.group)
    return groups


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and not finding.waived


def _leaving(plan: Plan) -> set[int]:
    """The groups that take files away or elsewhere."""
    return {number for number, group in enumerate(plan.groups) if group.mentions or _takes(group)}


def _takes(group: Group) -> bool:
    return any(op.act in (Act.REMOVE, Act.MOVE) for op in group.ops)


def _users(plan: Plan, dataset: Dataset) -> dict[str, set[int]]:
    """The groups that change a file, or the label of an image, or on whose account one stays."""
    users: dict[str, set[int]] = {}
    for number, group in enumerate(plan.groups):
        paths = {op.path for op in group.ops} | {kept.path for kept in group.keeps} | group.written
        paths |= {reason.path for reason in group.reasons}
        paths |= {image for path in paths for image in users_of(dataset, path)}
        for path in paths:
            users.setdefault(path, set()).add(number)
    return users
