"""`apply`, `undo`, `status` and `recover`: each says what it did and returns an exit code."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.names import display, to_text
from holdfast.repair.apply import apply as carry_out
from holdfast.repair.disk import Disk
from holdfast.repair.plan import NotAPlan, Op, Plan
from holdfast.repair.plan_json import from_json
from holdfast.repair.progress import Progress
from holdfast.repair.show import acts, run_line, totals
from holdfast.repair.state import Run, Stage, find_runs, held, unfinished
from holdfast.repair.tree import Tree
from holdfast.repair.undo import recover as settle
from holdfast.repair.undo import undo as take_back


def apply(root: Path, file: Path, disk: Disk | None = None) -> int:
    """Carry out the plan in a file. Raises UsageError, `Unfit` and OSError; 0 when done."""
    disk = disk or Disk()
    plan = _read_plan(file)
    with Tree(root) as tree:
        state = tree.root.state()
        if plan.root.path != to_text(str(root)) and (plan.root.device, plan.root.inode) != (
            state.st_dev,
            state.st_ino,
        ):
            raise UsageError(f"{file} is a plan for {plan.root.path}, not for {root}")
        if not plan.groups:
            _say("nothing to do")
            return 0
        with held(root, disk, create=True):
            if interrupted := unfinished(root):
                raise UsageError(
                    f"run {interrupted[0].name} was interrupted: run `recover --data={_quoted(root)}` first"
                )
            name = carry_out(root, tree, plan, disk, Progress("applying, files"))
    _say(totals(plan))
    _say(f"applied as {name}; next: pytest checks --data={_quoted(root)}")
    _say(f"to take it back: python -m fixers undo --data={_quoted(root)}")
    return 0


def undo(root: Path, name: str | None, disk: Disk | None = None) -> int:
    """Take a run back: 0, or 1 if files that changed since were left. Raises UsageError, OSError."""
    disk = disk or Disk()
    with held(root, disk), Tree(root) as tree:
        run = _chosen(root, name)
        if run is None:
            _say("nothing to undo")
            return 0
        return _told(run, "undone", take_back(run, tree, disk, Progress("undoing, groups")))


def recover(root: Path, disk: Disk | None = None) -> int:
    """Settle interrupted runs: 0, or 1 if something was left. Raises UsageError, OSError."""
    disk = disk or Disk()
    code = 0
    with held(root, disk), Tree(root) as tree:
        runs = [run for run in unfinished(root) if run.root == to_text(str(root))]
        for run in runs:
            word = "rolled back" if run.stage is Stage.INTERRUPTED else "undone"
            code |= _told(run, word, settle(run, tree, disk, Progress("recovering, groups")))
    if not runs:
        _say("nothing to recover")
    return code


def status(root: Path) -> int:
    """List the runs on this data and where they are kept."""
    runs = find_runs(root)
    if not runs:
        _say("no repair was made on this data")
    for run in runs:
        _say(run_line(run))
    for place in sorted({str(run.location.parent / run.location.name) for run in runs}):
        _say(f"quarantine and journals: {place}")
    elsewhere = {run.root for run in unfinished(root)} - {to_text(str(root))}
    for other in sorted(elsewhere):
        _say(f"interrupted: a repair of {other}; `recover --data={_quoted(other)}` settles it")
    return 0


def _chosen(root: Path, name: str | None) -> Run | None:
    """The run to take back: the named one, else the last that was applied."""
    runs = find_runs(root)
    if any(run.is_unfinished and run.trusted for run in runs):
        raise UsageError(f"a run was interrupted: run `recover --data={_quoted(root)}` first")
    if name is None:
        applied = [run for run in runs if run.trusted and run.stage is Stage.APPLIED]
        partly = [run for run in runs if run.trusted and run.stage is Stage.PARTLY_UNDONE]
        candidates = applied or partly
        return candidates[-1] if candidates else None
    run = next((run for run in runs if run.name == name), None)
    if run is None:
        raise UsageError(f"no run {name} on this data; `status --data={_quoted(root)}` lists them")
    return run if run.stage in (Stage.APPLIED, Stage.PARTLY_UNDONE) else None


def _told(run: Run, word: str, left: tuple[Op, ...]) -> int:
    if not left:
        _say(f"{run.name} {word}: every file is as it was before")
        return 0
    _say(f"{run.name} {word} in part; left, since they changed meanwhile: {acts(left)}")
    for op in left:
        _say(f"  {display(op.path)}: its former content is in the quarantine")
    _say(f"quarantine: {run.location.parent / run.location.name}/runs/{run.name}/q")
    return 1


def _read_plan(file: Path) -> Plan:
    try:
        return from_json(file.read_bytes())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{file}: {reason}; `python -m fixers plan` makes a plan") from None
    except NotAPlan as error:
        raise UsageError(f"{file}: {error}") from None


def _say(line: str) -> None:
    sys.stdout.write(display(to_text(line)) + "\n")


def _quoted(path: Path | str) -> str:
    return shlex.quote(str(path))
