"""`plan`: from findings to a plan file, shown."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.finding import Finding
from holdfast.formats.tree import walk
from holdfast.names import display, to_os
from holdfast.repair.commands.output import require_writable_name, write_whole
from holdfast.repair.commands.progress import Progress
from holdfast.repair.commands.runs import require_settled
from holdfast.repair.commands.show import apply_line, plan_lines, say
from holdfast.repair.fixers import Fixer, load_fixers
from holdfast.repair.judging.examine import Examined, Examiner, open_examiner
from holdfast.repair.planning.decisions import require_found, template, undecided
from holdfast.repair.planning.gather import Checked, read_checked, why_not
from holdfast.repair.planning.outcome import Outcome
from holdfast.repair.planning.planner import Draft, Options, is_candidate, make_plan
from holdfast.repair.plans.plan import Choices
from holdfast.repair.plans.plan_json import to_json
from holdfast.repair.policy import Policy, unmatched_globs
from holdfast.reports import FINDINGS, PLAN, reports_folder


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What was asked for.

    Without `findings` or `output` these are in `reports_folder`. `template` is where a decisions file is
    written that holds what is left to a person.
    """

    root: Path
    choices: Choices
    findings: Path | None = None
    cache: Path | None = None
    output: Path | None = None
    template: Path | None = None
    verbose: bool = False

    @property
    def config(self) -> Path | None:
        """The settings file that was given."""
        return None if self.choices.config is None else Path(to_os(self.choices.config))


@dataclass(frozen=True, slots=True)
class Start:
    """What a plan is made from."""

    dataset: Dataset
    fixers: Mapping[str, Fixer]
    findings: Sequence[Finding]
    judged: float | None


def plan(request: PlanRequest) -> int:
    """Show what would be done and write the plan file. Exit code 0, or 1 when part was refused.

    Raises UsageError.
    """
    output = request.output or reports_folder(request.root, request.cache) / PLAN
    for option, file in (("output", output), ("decisions-template", request.template)):
        if file is not None:
            require_writable_name(file, request.root, option)
    require_settled(request.root)
    start = _start(request)
    _require_matches(request.choices.policy, start.dataset)
    require_found(request.choices.policy.decided, start.findings)
    options = Options(request.choices, start.judged)
    progress = Progress("planning, findings")
    draft = make_plan(start.dataset, start.findings, start.fixers, options, progress)
    for line in plan_lines(draft, None if request.verbose else output):
        say(line)
    _offer_decisions(request.template, draft)
    return _finish(request.root, output, draft)


def _start(request: PlanRequest) -> Start:
    fixers = load_fixers()
    if unknown := sorted(set(request.choices.rules) - set(fixers)):
        raise UsageError(f"no fixer {display(unknown[0])!r}; there are {', '.join(sorted(fixers))}")
    progress = Progress("checking, images")
    with open_examiner(
        request.root, request.config, request.cache, lambda _, done, total: progress(done, total)
    ) as examiner:
        checked = _checked(request, examiner)
        moment = time.time() if checked is None else checked.moment
        examined = examiner.examine() if checked is None else Examined(examiner.read(), checked.findings)
    wanted = request.choices.rules or tuple(fixers)
    findings = [finding for finding in examined.findings if is_candidate(finding, wanted)]
    return Start(examined.dataset, fixers, findings, moment)


def _offer_decisions(file: Path | None, draft: Draft) -> None:
    """Write what is left to a person as a file to fill in, or say how to get it."""
    if file is not None:
        write_whole(file, template(draft.decisions).encode("utf-8"))
        say(f"{file}: {len(undecided(draft.decisions))} pairs to decide; then plan with --decisions={file}")
    elif pairs := undecided(draft.decisions):
        say(f"to decide the {len(pairs)} pairs that are left to a person: --decisions-template=FILE")


def _finish(root: Path, output: Path, draft: Draft) -> int:
    others = [decision for decision in draft.decisions if decision.outcome is not Outcome.PLANNED]
    # a refused plan takes the place of an older one, which `apply` would carry out
    plan = draft.plan if draft.refusal is None else replace(draft.plan, groups=())
    write_whole(output, to_json(plan, others, draft.refusal))
    if draft.refusal is not None:
        sys.stderr.write(f"error: the plan is refused: {draft.refusal}\n")
        return 1
    left = any(d.outcome is Outcome.UNSAFE for d in draft.decisions)
    if left:
        say("add --unsafe-fixes for those that may lose information or mean something")
    say(apply_line(root, output) if draft.plan.groups else "nothing to apply")
    return int(any(decision.outcome is Outcome.REFUSED for decision in draft.decisions))


def _checked(request: PlanRequest, examiner: Examiner) -> Checked | None:
    """The findings given, or those in `reports_folder`; None where the latter do not fit.

    Raises UsageError when those that were given do not fit.
    """
    file = request.findings or reports_folder(request.root, request.cache) / FINDINGS
    if request.findings is None and not file.exists():
        reason = f"there is no {file}"
    else:
        checked = read_checked(file)
        misfit = why_not(checked, request.root, examiner.layout)
        if misfit is None:
            if not checked.header.complete:
                say(f"{file} is of a partial run: what it did not look at is not repaired")
            return checked
        if request.findings is not None:
            raise UsageError(f"{file} cannot be used: {misfit}; run the checks again")
        reason = f"{file} is not used, {misfit}"
    say(f"running the checks first: {reason}")
    return None


def _require_matches(policy: Policy, dataset: Dataset) -> None:
    """Raises UsageError for a glob that protects or prefers nothing: a misspelt one would go unnoticed."""
    paths = [*dataset.images["path"], *dataset.labels["path"]]
    for option, globs in (("protect", policy.protect), ("prefer", policy.prefer)):
        for glob in unmatched_globs(globs, paths):
            if option == "protect" and not unmatched_globs((glob,), walk(dataset.root).below("")):
                continue  # a list, say, or a mask
            raise UsageError(
                f"--{option}={glob} matches no image and no label; "
                "globs are relative to the root of the data, as in train/images/*"
            )
