"""`apply`: a plan file is proved from the data, carried out, judged by the checks, and only then final."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.names import to_os, to_text
from holdfast.repair.commands.progress import Progress
from holdfast.repair.commands.runs import require_settled
from holdfast.repair.commands.show import allowed, check_command, fix_command, say, totals
from holdfast.repair.judging.examine import Examined, Examiner, open_examiner
from holdfast.repair.judging.prove import counted, proved
from holdfast.repair.judging.unread import newly_read, told
from holdfast.repair.judging.worse import MadeWorse, worse
from holdfast.repair.planning.refusals import too_old
from holdfast.repair.plans.plan import NotAPlan, Plan
from holdfast.repair.plans.plan_json import from_json
from holdfast.repair.plans.resolve import resolved
from holdfast.repair.runs.apply import apply as carry_out
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import Unfit
from holdfast.repair.runs.state import held
from holdfast.repair.runs.tree import Tree


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """What was asked for. `strict`: all of the plan or nothing; without `config` the plan's own holds."""

    root: Path
    plan: Path
    strict: bool = False
    config: Path | None = None
    cache: Path | None = None


def apply(request: ApplyRequest, disk: Disk | None = None) -> int:
    """Carry a plan file out: 0, or 1 when part of it was refused.

    Raises Unfit when nothing of it is left, or with `strict` any part was refused; UsageError; OSError.
    """
    disk, root, plan = disk or Disk(), request.root, _read_plan(request.plan)
    with Tree(root) as tree:
        _require_own(request, tree, plan)
        if not plan.groups:
            say("nothing to do")
            return 0
        config = request.config or (Path(to_os(plan.choices.config)) if plan.choices.config else None)
        progress = Progress("checking, images")
        with (
            held(root, disk, create=True),
            open_examiner(
                root, config, request.cache, lambda _, done, total: progress(done, total)
            ) as examiner,
        ):
            require_settled(root)
            return _Applying(request, tree, disk, examiner).run(plan)


@dataclass(frozen=True, slots=True)
class _Applying:
    """One application, under the lock. `read_now` are lines about what is read from then on."""

    request: ApplyRequest
    tree: Tree
    disk: Disk
    examiner: Examiner
    read_now: list[str] = field(default_factory=list)

    def run(self, plan: Plan) -> int:
        """Prove, carry out, judge; without the groups that made an error, as often as it takes."""
        if options := allowed(plan.choices):
            say(f"the plan was made with {options}")
        judged = time.time()
        before = self.examiner.examine()
        found = proved(self.tree, plan, before, judged, Progress("proving, acts"))
        plan, refused = found.plan, found.refused
        if found.refusal is not None:
            raise UsageError(f"the plan is refused: {found.refusal}")
        while True:
            if not plan.groups or (refused and self.request.strict):
                raise Unfit(refused)
            try:
                name = self._carry_out(plan, before)
            except MadeWorse as error:
                groups = [g for n, g in enumerate(plan.groups) if n not in error.worse.groups]
                plan = counted(before.dataset, replace(plan, groups=tuple(groups)))
                refused += tuple(f"made a new error, was put back: {line}" for line in error.worse.reasons)
            else:
                return self._tell(name, plan, refused)

    def _carry_out(self, plan: Plan, before: Examined) -> str:
        progress = Progress("applying, files")
        verify = partial(self._require_no_worse, plan, before)
        return carry_out(self.tree, resolved(self.tree, plan), self.disk, progress, verify)

    def _require_no_worse(self, plan: Plan, before: Examined) -> None:
        """Raises MadeWorse for an error that was not there before."""
        after = self.examiner.examine()
        if found := worse(plan, self.examiner.rules, before, after):
            raise MadeWorse(found)
        newly = newly_read(plan, before.dataset, after.dataset)
        self.read_now[:] = told(before.dataset, after.dataset, after.findings, newly)

    def _tell(self, name: str, plan: Plan, refused: tuple[str, ...]) -> int:
        root = self.request.root
        for line in refused:
            say(f"refused: {line}")
        say(totals(plan))
        for line in self.read_now:
            say(line)
        say(f"applied as {name}; to take it back: {fix_command('undo', root)}")
        say(f"next: {check_command(root)}")
        return int(bool(refused))


def _require_own(request: ApplyRequest, tree: Tree, plan: Plan) -> None:
    """Raises UsageError for a plan about another folder, and for an old one."""
    if reason := too_old(plan):
        raise UsageError(f"{request.plan}: {reason}")
    state = tree.root.state()
    same = (plan.root.device, plan.root.inode) == (state.st_dev, state.st_ino)
    if plan.root.path != to_text(str(request.root)) and not same:
        raise UsageError(f"{request.plan} is a plan for {plan.root.path}, not for {request.root}")


def _read_plan(file: Path) -> Plan:
    try:
        return from_json(file.read_bytes())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{file}: {reason}; the command `plan` makes one") from None
    except NotAPlan as error:
        raise UsageError(f"{file}: {error}") from None
