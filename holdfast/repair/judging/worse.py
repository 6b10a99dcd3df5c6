"""What a repair made worse: errors that were not there before, and which of its groups made them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.finding import Finding, Severity
from holdfast.names import display
from holdfast.repair.plans.plan import Plan

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


def worse(plan: Plan, before: Sequence[Finding], after: Sequence[Finding]) -> Worse | None:
    """Which groups made a new error; None if there is none.

    An error that concerns no file of any group is on the account of all of them.
    """
    old_names = {op.to: op.path for op in plan.ops if op.to is not None}
    # an image that is only listed elsewhere moves without a new name
    old_names |= {reason.path: reason.path for g in plan.groups if g.mentions for reason in g.reasons}
    errors = new_errors(before, after, old_names)
    if not errors:
        return None
    users = _users(plan)
    guilty: set[int] = set()
    reasons = []
    for error in errors:
        paths = _files(error, old_names)
        here = {number for path in paths for number in users.get(path, ())} or set(range(len(plan.groups)))
        guilty |= here
        reasons.append(f"{error.where}: {error.rule}: {display(error.message)}")
    return Worse(frozenset(guilty), tuple(reasons))


def new_errors(
    before: Sequence[Finding], after: Sequence[Finding], old_names: Mapping[str, str]
) -> list[Finding]:
    """Errors of after beyond those of before.

    Lines may shift, so they are counted by rule and files. Two images that were in one group of a rule before
    are no new pair, nor are two of which one moved and that were a pair under another rule: a leak whose copy
    moved is a duplicate now.
    """
    known = Counter(_key(finding, {}) for finding in before if _is_error(finding))
    pairs = {_key(finding, {})[1] for finding in before if _is_error(finding) and finding.related}
    groups = _groups(before)
    found = []
    for finding in filter(_is_error, after):
        key = _key(finding, old_names)
        moved = any(path in old_names for path in (finding.path, *finding.related))
        if finding.related and ((moved and key[1] in pairs) or _share_group(groups, key)):
            continue
        known[key] -= 1
        if known[key] < 0:
            found.append(finding)
    return found


def _groups(findings: Sequence[Finding]) -> dict[_Key, set[str]]:
    """The groups of a rule that a file is in."""
    groups: dict[_Key, set[str]] = {}
    for finding in findings:
        if finding.group is not None:
            for path in (finding.path, *finding.related):
                groups.setdefault((finding.rule, (path,)), set()).add(finding.group)
    return groups


def _share_group(groups: Mapping[_Key, set[str]], key: _Key) -> bool:
    rule, paths = key
    return bool(set.intersection(*(groups.get((rule, (path,)), set()) for path in paths)))


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and not finding.waived


def _key(finding: Finding, old_names: Mapping[str, str]) -> _Key:
    return finding.rule, tuple(sorted(_files(finding, old_names)))


def _files(finding: Finding, old_names: Mapping[str, str]) -> list[str]:
    return [old_names.get(path, path) for path in (finding.path, *finding.related)]


def _users(plan: Plan) -> dict[str, set[int]]:
    """The groups that change a file, or on whose account one stays."""
    users: dict[str, set[int]] = {}
    for number, group in enumerate(plan.groups):
        paths = [op.path for op in group.ops] + [kept.path for kept in group.keeps]
        paths += [reason.path for reason in group.reasons]
        for path in paths:
            users.setdefault(path, set()).add(number)
    return users
