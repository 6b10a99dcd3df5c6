"""`undo`, `status` and `recover`: each says what it did and returns an exit code."""

from __future__ import annotations

from pathlib import Path

from holdfast.errors import UsageError
from holdfast.names import display, to_text
from holdfast.repair.commands.progress import Progress
from holdfast.repair.commands.show import acts, fix_command, run_line, say
from holdfast.repair.plans.plan import Op
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.state import Run, Stage, find_runs, held, run_folder, unfinished
from holdfast.repair.runs.tree import Tree
from holdfast.repair.runs.undo import plan_of
from holdfast.repair.runs.undo import recover as settle
from holdfast.repair.runs.undo import undo as take_back


def undo(root: Path, name: str | None, disk: Disk | None = None) -> int:
    """Take a run back: 0, or 1 if files that changed since were left. Raises UsageError, OSError."""
    disk = disk or Disk()
    with held(root, disk), Tree(root) as tree:
        run = _chosen(root, name)
        if run is None:
            say("nothing to undo")
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
        say("nothing to recover")
    return code


def status(root: Path) -> int:
    """List the runs on this data and where they are kept."""
    runs = find_runs(root)
    if not runs:
        say("no repair was made on this data")
    for run in runs:
        say(run_line(run, _ops_of(run)))
    for place in sorted({str(run.location.parent / run.location.name) for run in runs}):
        say(f"quarantine and journals: {place}")
    elsewhere = {run.root for run in unfinished(root)} - {to_text(str(root))}
    for other in sorted(elsewhere):
        say(f"interrupted: a repair of {other}; `{fix_command('recover', other)}` settles it")
    return 0


def _ops_of(run: Run) -> tuple[Op, ...]:
    try:
        with run_folder(run, Disk()) as folder:
            return plan_of(run, folder).ops
    except (UsageError, OSError, Refused):
        return ()


def require_settled(root: Path) -> None:
    """Raises UsageError if a repair of this data was interrupted."""
    if interrupted := unfinished(root):
        run = interrupted[0]
        raise UsageError(f"run {run.name} was interrupted: `{fix_command('recover', run.root)}` first")


def _chosen(root: Path, name: str | None) -> Run | None:
    """The run to take back: the named one, else the last that was applied."""
    runs = find_runs(root)
    require_settled(root)
    if name is None:
        applied = [run for run in runs if run.trusted and run.stage is Stage.APPLIED]
        partly = [run for run in runs if run.trusted and run.stage is Stage.PARTLY_UNDONE]
        candidates = applied or partly
        return candidates[-1] if candidates else None
    run = next((run for run in runs if run.name == name), None)
    if run is None:
        raise UsageError(f"no run {name} on this data; `{fix_command('status', root)}` lists them")
    return run if run.stage in (Stage.APPLIED, Stage.PARTLY_UNDONE) else None


def _told(run: Run, word: str, left: tuple[Op, ...]) -> int:
    if not left:
        say(f"{run.name} {word}: every file is as it was before")
        return 0
    why = "they or what goes with them changed since" + (", or were purged" if run.purged else "")
    say(f"{run.name} {word} in part; left, as {why}: {acts(left)}")
    for op in left:
        say(f"  {display(op.path)}")
    say(f"quarantine: {run.location.parent / run.location.name}/runs/{run.name}/q")
    return 1
