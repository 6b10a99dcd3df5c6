"""A plan file is never trusted: the plan is made anew from the data; what is equal in both is carried out.

So nothing that a plan says of itself counts: a forged digest, reason or proof, an edit that no fixer made, a
copy that is none. What became stale, or follows from nothing, is refused group by group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from holdfast.dataset import Dataset
from holdfast.finding import Finding
from holdfast.names import display
from holdfast.repair.fixers import load_fixers
from holdfast.repair.judging.examine import Examined
from holdfast.repair.planning.outcome import Outcome
from holdfast.repair.planning.planner import Draft, Options, is_candidate, make_plan
from holdfast.repair.planning.refusals import refusals
from holdfast.repair.plans.plan import Act, Group, Plan, Reason
from holdfast.repair.resplit.limits import counts, refusal
from holdfast.repair.resplit.moving import RULE as RESPLIT
from holdfast.repair.resplit.moving import moves_of, regrouped
from holdfast.repair.runs.fit import Tick, unfit_groups
from holdfast.repair.runs.tree import Tree

_Place = tuple[str, str, int | None, int | None]
"""Rule, path, line, entry: what a reason answers."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What is left of a plan, made anew from the data; the groups that were refused, a line each; and why the
    rest as a whole must not be carried out, None if it may."""

    plan: Plan
    refused: tuple[str, ...]
    refusal: str | None


def proved(tree: Tree, plan: Plan, examined: Examined, judged: float, tick: Tick) -> Proved:
    """The groups of the plan that follow from the data, examined at `judged` (seconds since 1970)."""
    unfit = unfit_groups(tree, plan, tick)
    refused = [failure for failures in unfit.values() for failure in failures]
    fitting = [group for number, group in enumerate(plan.groups) if number not in unfit]
    draft = _made_anew(fitting, plan, examined, judged, tick)
    moved = regrouped(examined.dataset, replace(plan, groups=tuple(fitting)))
    derived = {_content(group): group for group in (*draft.plan.groups, *moved)}
    why = _Why(draft, frozenset(place for finding in examined.findings for place in _places(finding)))
    kept = []
    for group in fitting:
        same = derived.get(_content(group))
        if same is None:
            refused += [why.of(reason) for reason in group.reasons] or ["a group without a reason"]
        else:
            kept.append(same)
    left = counted(examined.dataset, replace(draft.plan, groups=tuple(kept)))
    return Proved(left, tuple(refused), draft.refusal or _refused_moves(examined.dataset, left, tree))


def counted(dataset: Dataset, plan: Plan) -> Plan:
    """The plan with the numbers of images that its groups leave, by unit."""
    after = counts(dataset, moves_of(dataset, plan.groups))
    gone = [op.path for op in plan.ops if op.act is Act.REMOVE]
    units = dataset.images.filter(pl.col("path").is_in(gone)).select(pl.col("unit").cast(pl.String))
    for unit in units["unit"]:
        after[unit] -= 1
    return replace(plan, before=counts(dataset, ()), after=after)


def _refused_moves(dataset: Dataset, plan: Plan, tree: Tree) -> str | None:
    """Why the moves of a resplit must not be made together, None if they may or there are none."""
    moves = moves_of(dataset, plan.groups)
    if not moves:
        return None
    reasons = [refusal(dataset, moves, plan.choices.max_change), *refusals(dataset, plan, tree)]
    return next((reason for reason in reasons if reason is not None), None)


def _made_anew(groups: Sequence[Group], plan: Plan, examined: Examined, judged: float, tick: Tick) -> Draft:
    """The plan of what these groups answer, and of nothing else."""
    asked = {_place(reason) for group in groups for reason in group.reasons}
    fixers = load_fixers()
    findings = [f for f in examined.findings if asked & _places(f) and is_candidate(f, fixers)]
    return make_plan(examined.dataset, findings, fixers, Options(plan.choices, judged), tick)


@dataclass(frozen=True, slots=True)
class _Why:
    """Why a reason of the plan file is none."""

    draft: Draft
    found: frozenset[_Place]

    def of(self, reason: Reason) -> str:
        where = f"{display(reason.path)}{f':{reason.line}' if reason.line else ''}: {display(reason.rule)}"
        place = _place(reason)
        if reason.rule == RESPLIT:
            return f"{where}: the image cannot go there: run resplit again"
        if place not in self.found:
            return f"{where}: the checks do not find that: make a new plan"
        for decision in self.draft.decisions:
            if place in _places(decision.finding) and decision.outcome is not Outcome.PLANNED:
                return f"{where}: {decision.outcome}: {decision.reason}"
        return f"{where}: another repair follows from the data than the plan says: make a new plan"


def _place(one: Finding | Reason) -> _Place:
    return one.rule, one.path, one.line, one.entry


def _places(finding: Finding) -> set[_Place]:
    """What it may be called: a report of an earlier version gives no entries."""
    return {_place(finding), (finding.rule, finding.path, finding.line, None)}


def _content(group: Group) -> tuple[object, ...]:
    """What a group does, and on whose account."""
    return group.ops, group.keeps, group.shared
