"""From findings to a plan: ask the fixers, choose, and turn what was chosen into acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import holdfast
from holdfast.dataset import Dataset
from holdfast.finding import Finding, Severity
from holdfast.names import display, to_text
from holdfast.repair.fix import Applicability, Fix
from holdfast.repair.fixers import Fixer
from holdfast.repair.planning.choose import Desk, choose
from holdfast.repair.planning.files import Files
from holdfast.repair.planning.labels import edited
from holdfast.repair.planning.outcome import Accepted, Decision, Outcome
from holdfast.repair.planning.refusals import refusals
from holdfast.repair.plans.plan import Act, Choices, Group, Mention, Op, Plan, Reason, Root
from holdfast.repair.plans.resolve import untaken
from holdfast.repair.plans.shared import sharing
from holdfast.repair.policy import Policy
from holdfast.repair.runs.fit import Tick, stamp_of
from holdfast.repair.runs.journal import now
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree

_ELSEWHERE = "not in the dataset as it is read now: run the checks again with the same settings"


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted of a plan. `judged` says when the findings were made, in seconds since 1970, None
    if they do not say."""

    choices: Choices
    judged: float | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan, and what became of every fix. `refusal` says why the plan as a whole must not be used."""

    plan: Plan
    decisions: tuple[Decision, ...]
    refusal: str | None = None


def make_plan(
    dataset: Dataset, findings: Sequence[Finding], fixers: Mapping[str, Fixer], options: Options, tick: Tick
) -> Draft:
    """The plan for these findings. Reads the files that it concerns, changes nothing."""
    choices = options.choices
    with Tree(dataset.root) as tree:
        desk = Desk(dataset, choices.policy, Files(tree), choices.unsafe)
        refused: list[Decision] = []
        fixes: list[tuple[Finding, Fix]] = []
        for done, finding in enumerate(findings, 1):
            fix = _asked(fixers[finding.rule], finding, dataset, choices.policy)
            if isinstance(fix, Refused):
                refused.append(Decision(finding, None, Outcome.REFUSED, str(fix)))
            elif fix is not None and fix.applicability is Applicability.DISPLAY:
                fixes.append((finding, fix))
            elif (reason := _stale(desk.files, finding, options.judged)) is not None:
                refused.append(Decision(finding, None, Outcome.REFUSED, reason))
            elif fix is None:
                refused.append(Decision(finding, None, Outcome.REFUSED, _ELSEWHERE))
            else:
                fixes.append((finding, fix))
            tick(done, len(findings))
        chosen = choose(desk, fixes)
        groups, chosen = _taken_over(tree, _groups(desk), chosen)
        decisions = (*refused, *chosen)
        before = _count_units(dataset, frozenset())
        after = _count_units(dataset, frozenset(desk.removed))
        state = tree.root.state()
        plan = Plan(
            tool=holdfast.__version__,
            created=now(),
            root=Root(to_text(str(dataset.root)), state.st_dev, state.st_ino),
            choices=choices,
            groups=groups,
            before=before,
            after=after,
        )
        refused_as_a_whole = refusals(dataset, plan, tree)
    return Draft(plan, decisions, "; ".join(refused_as_a_whole) or None)


def _asked(fixer: Fixer, finding: Finding, dataset: Dataset, policy: Policy) -> Fix | Refused | None:
    """What a fixer makes of a finding, or that a file which it has to know cannot be read."""
    try:
        return fixer(finding, dataset, policy)
    except Refused as refusal:
        return refusal


def is_candidate(finding: Finding, fixers: Iterable[str]) -> bool:
    """Whether a fixer is to be asked: infos and waived findings stay as they are."""
    return finding.rule in fixers and not finding.waived and finding.severity is not Severity.INFO


def _stale(files: Files, finding: Finding, judged: float | None) -> str | None:
    """Why the files of a finding are not those that were judged, None if they are."""
    digests = finding.related_sha256 or (None,) * len(finding.related)
    judged_files = zip((finding.path, *finding.related), (finding.sha256, *digests), strict=True)
    for path, digest in judged_files:
        try:
            file = files.inspect(path)
        except Refused as refusal:
            return f"{display(path)} {refusal}"
        except OSError as error:
            return f"{display(path)} cannot be read: {error.strerror}"
        if file is None:
            return f"{display(path)} is not there any more: run the checks again"
        older = judged is not None and file.changed < judged
        if (digest is None and not older) or (digest is not None and digest != file.stamp.sha256):
            return f"{display(path)} changed since it was checked: run the checks again"
    return None


def _taken_over(
    tree: Tree, groups: tuple[Group, ...], decisions: Sequence[Decision]
) -> tuple[tuple[Group, ...], list[Decision]]:
    """Without the groups of which an image goes to a split whose file cannot say what is on it."""
    why = untaken(tree, groups)
    left: list[Group] = []
    places: dict[tuple[object, ...], str] = {}
    for group in groups:
        said = next((why[m.file] for m in group.mentions if m.source and m.file in why), None)
        if said is None:
            left.append(group)
        else:
            places |= {(r.rule, r.path, r.line, r.entry): said for r in group.reasons}
    judged = []
    for one in decisions:
        finding = one.finding
        said = places.get((finding.rule, finding.path, finding.line, finding.entry))
        refused = said is not None and one.outcome is Outcome.PLANNED
        judged.append(replace(one, outcome=Outcome.REFUSED, reason=said or "") if refused else one)
    return tuple(left), judged


def _groups(desk: Desk) -> tuple[Group, ...]:
    """Fixes that share a file are one group."""
    together = sharing([one.files for one in desk.accepted])
    return tuple(_group(desk, [desk.accepted[number] for number in numbers]) for numbers in together)


def _group(desk: Desk, members: Sequence[Accepted]) -> Group:
    reasons = tuple(
        Reason(
            one.finding.rule,
            one.finding.path,
            one.finding.line,
            one.fix.applicability.name.lower(),
            one.reason,
            one.finding.entry,
        )
        for one in members
    )
    paths = sorted(set().union(*(one.files for one in members)))
    ops = tuple(op for path in paths if (op := _op(desk, path)) is not None)
    # a label that stays may be edited here; a kept file that goes stays in the proof, and apply refuses it
    keeps = tuple(
        kept
        for one in members
        for kept in one.keeps
        if kept.path not in paths or kept.path in desk.removed or kept.proof != "label"
    )
    found = (change for one in members for change in one.changes if change.file not in desk.removed)
    changes = tuple(change for change in found if not isinstance(change, Mention))
    return Group(reasons, ops, keeps, _mentions(desk, members), changes)


def _mentions(desk: Desk, members: Sequence[Accepted]) -> tuple[Mention, ...]:
    found = {mention for one in members for mention in one.following.mentions}
    found |= {change for one in members for change in one.changes if isinstance(change, Mention)}
    staying = (mention for mention in found if mention.file not in desk.removed)
    return tuple(sorted(staying, key=lambda mention: (mention.file, mention.old or "", mention.new or "")))


def _op(desk: Desk, path: str) -> Op | None:
    if path in desk.removed:
        return Op(Act.REMOVE, path, desk.files.require(path).stamp)
    if path in desk.moved:
        return Op(Act.MOVE, path, desk.files.require(path).stamp, to=desk.moved[path])
    editing = desk.editing
    if path in editing.whole and desk.files.inspect(path) is None:
        return Op(Act.CREATE, path, post=stamp_of(editing.whole[path]), data=editing.whole[path])
    if path in editing.whole:
        old, data = desk.files.require(path).stamp, editing.whole[path]
        return Op(Act.REPLACE, path, old, stamp_of(data), data=data) if stamp_of(data) != old else None
    lines = editing.appended.get(path, [])
    if desk.files.inspect(path) is None:
        data = edited(b"", {}, lines)
        return Op(Act.CREATE, path, post=stamp_of(data), data=data)
    content = desk.files.content(path)
    data = edited(content, editing.lines.get(path, {}), lines)
    if data == content:
        return None
    return Op(Act.REPLACE, path, stamp_of(content), stamp_of(data), data=data)


def _count_units(dataset: Dataset, removed: frozenset[str]) -> dict[str, int]:
    counts = dict.fromkeys(sorted(set(dataset.images["unit"])), 0)
    for path, unit in dataset.images.select("path", "unit").iter_rows():
        counts[unit] += path not in removed
    return counts
