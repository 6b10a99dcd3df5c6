"""A plan and the runs as text for people. Whatever comes from the data is made harmless."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from holdfast.names import display, to_text
from holdfast.repair.fix import Applicability, Fix, Move, Remove, ToSplit
from holdfast.repair.planning.outcome import Decision, Outcome
from holdfast.repair.planning.planner import Draft
from holdfast.repair.plans.plan import MAX_CHANGE, Act, Choices, Op, Plan
from holdfast.repair.policy import OnConflict, OnLeak
from holdfast.repair.runs.state import Run, Stage
from holdfast.reports import PLAN, REPORTS
from holdfast.rules import is_installed

FIRST = 5
"""Lines shown of each group; the plan file holds them all."""

_ENDS = {
    Stage.INTERRUPTED: "; `recover` settles it",
    Stage.UNDO_INTERRUPTED: "; `recover` settles it",
    Stage.PARTLY_UNDONE: "; what changed since, or was purged, was left; `undo` tries again",
}


def plan_lines(draft: Draft, file: Path | None) -> Iterator[str]:
    """What a plan would do: by rule, what is left and why, totals.

    The first lines of each, and `file` (the plan) for the rest; all of them when it is None.
    """
    policy = draft.plan.choices.policy
    planned = [decision for decision in draft.decisions if decision.outcome is Outcome.PLANNED]
    if any(decision.fix and decision.fix.keeps for decision in draft.decisions):
        yield f"of two copies the first in this order stays: {policy.order_in_words()}"
    for rule in sorted({decision.finding.rule for decision in planned}):
        yield from _rule_lines(rule, [d for d in planned if d.finding.rule == rule], file)
    for outcome in Outcome:
        others = sorted((d for d in draft.decisions if d.outcome is outcome), key=_place)
        if outcome is not Outcome.PLANNED and others:
            yield f"{outcome}: {len(others)}"
            yield from _some([f"{d.finding.rule}: {_where(d)}: {d.reason}" for d in others], file)
    yield totals(draft.plan)


def _place(decision: Decision) -> tuple[str, int, str]:
    gone = _going(decision.fix) if decision.fix else None
    return gone or decision.finding.path, decision.finding.line or 0, decision.finding.rule


def _rule_lines(rule: str, decisions: Sequence[Decision], file: Path | None) -> Iterator[str]:
    found = Counter(decision.fix.applicability for decision in decisions if decision.fix)
    kinds = [f"{found[kind]} {kind.name.lower()}" for kind in reversed(Applicability) if found[kind]]
    yield f"{rule}: {' and '.join(kinds)}"
    yield from _some([f"{_where(d)}: {d.reason}" for d in decisions], file)


def _where(decision: Decision) -> str:
    """The file that goes or moves, where one does: for a pair the finding names the other one as well."""
    gone = _going(decision.fix) if decision.fix else None
    return display(gone) if gone else decision.finding.where


def _going(fix: Fix) -> str | None:
    return next((edit.path for edit in fix.edits if isinstance(edit, Remove | Move | ToSplit)), None)


def _some(lines: Sequence[str], file: Path | None) -> Iterator[str]:
    shown = lines if file is None else lines[:FIRST]
    for line in shown:
        yield f"  {line}"
    if len(lines) > len(shown):
        yield f"  ... and {len(lines) - FIRST} more: all are in {file}, or shown with -v"


def allowed(choices: Choices) -> str:
    """Which options of a plan allow more than a plan does by default, '' for none."""
    policy = choices.policy
    options = (
        ("--unsafe-fixes", choices.unsafe),
        (f"--on-conflict={policy.on_conflict}", policy.on_conflict is not OnConflict.SKIP),
        (f"--on-leak={policy.on_leak}", policy.on_leak is OnLeak.MOVE),
        (f"--max-change={choices.max_change:.0%}", choices.max_change > MAX_CHANGE),
        (f"{len(policy.decided)} decisions", bool(policy.decided)),
        ("--allow-dirty", choices.allow_dirty),
        ("--allow-fs", choices.allow_fs),
        (f"--config={choices.config}", choices.config is not None),
    )
    return ", ".join(option for option, given in options if given)


def totals(plan: Plan) -> str:
    """The numbers of a plan in one line."""
    before, after = sum(plan.before.values()), sum(plan.after.values())
    mentioned = {file for group in plan.groups for file in group.written}
    files = acts(plan.ops, len(mentioned - {op.path for op in plan.ops}))
    return f"images: {before} before - {before - after} removed = {after} after; files: {files}"


def acts(ops: Sequence[Op], updated: int = 0) -> str:
    """How many files are removed, edited, created and renamed; `updated` are edited besides."""
    words = {
        Act.REMOVE: "to the quarantine",
        Act.REPLACE: "edited",
        Act.CREATE: "created",
        Act.MOVE: "renamed",
    }
    found = Counter(op.act for op in ops) + Counter({Act.REPLACE: updated})
    counts = [(found[act], word) for act, word in words.items()]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "none"


def run_line(run: Run, ops: Sequence[Op]) -> str:
    """How one run stands, since when, and how many files its acts concern."""
    if not run.trusted:
        return f"{run.name}  not made by this user on this machine: listed, nothing else"
    since = run.finished[:19].replace("T", " ")
    purged = f"; purged: {len(run.purged)}" if run.purged else ""
    return f"{run.name}  {run.stage} {since} UTC; files: {acts(ops)}{purged}{_ENDS.get(run.stage, '')}"


def say(line: str) -> None:
    """Print one harmless line."""
    sys.stdout.write(display(to_text(line)) + "\n")


def fix_command(command: str, root: Path | str) -> str:
    """How to run a command of the fixers on this data, in a clone or installed."""
    return f"{'holdfast fix' if is_installed() else 'python -m fixers'} {command} --data={_quoted(root)}"


def apply_line(root: Path, file: Path) -> str:
    """How to carry out the plan in a file."""
    place = "" if file == REPORTS / PLAN else f" {shlex.quote(str(file))}"
    return f"next: {fix_command('apply', root)}{place}"


def check_command(root: Path) -> str:
    """How to check this data, in a clone or installed."""
    return f"{'holdfast check ' if is_installed() else 'pytest checks --data='}{_quoted(root)}"


def _quoted(path: Path | str) -> str:
    return shlex.quote(str(path))
