"""`purge`: empties the quarantine of old runs, and says what it deleted and what it left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.names import display
from holdfast.repair.commands.runs import require_settled
from holdfast.repair.commands.show import fix_command, say
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.purge import Purged, age_of, purge
from holdfast.repair.runs.state import Run, find_runs, held
from holdfast.repair.runs.tree import Tree


@dataclass(frozen=True, slots=True)
class PurgeRequest:
    """What was asked for: the run of that name, or all, if it is older than `age`; `unique`: also what has no
    copy left in the data."""

    root: Path
    run: str | None
    age: timedelta
    unique: bool = False


def purge_runs(request: PurgeRequest, disk: Disk | None = None) -> int:
    """Purge the runs: 0, or 1 if something of them was left. Raises UsageError, OSError."""
    disk = disk or Disk()
    with held(request.root, disk), Tree(request.root) as tree:
        require_settled(request.root)
        runs = _chosen(request)
        if not runs:
            say(f"nothing to purge: no repair of this data is older than {_words(request.age)}")
        return max(
            (_tell(run, purge(run, tree, disk, include_unique=request.unique)) for run in runs), default=0
        )


def _chosen(request: PurgeRequest) -> list[Run]:
    """The runs that are old enough. Raises UsageError for a named one that is not, or that is not there."""
    runs = [run for run in find_runs(request.root) if request.run in (None, run.name)]
    if request.run is None:
        return [run for run in runs if run.trusted and age_of(run) >= request.age]
    if not runs:
        raise UsageError(
            f"no run {request.run} on this data; `{fix_command('status', request.root)}` lists them"
        )
    if age_of(runs[0]) < request.age:
        raise UsageError(
            f"run {request.run} is {_words(age_of(runs[0]))} old, under --older-than={_words(request.age)}: "
            "give a lower age, as 0d, if it shall go"
        )
    return runs


def _tell(run: Run, purged: Purged) -> int:
    say(f"{run.name}: {purged.files} files deleted for good, {purged.size / 1e6:.1f} MB")
    if purged.unique:
        count = len(purged.unique)
        beside = f", and {purged.beside} that go with them" if purged.beside else ""
        say(f"  left: {count} files of which no copy stayed{beside}; --include-unique deletes them too")
    for op in purged.other:
        say(f"  left: {display(op.path)}: what lies in the quarantine is not what the plan says")
    return int(bool(purged.unique or purged.other))


def _words(age: timedelta) -> str:
    hours = age // timedelta(hours=1)
    return f"{hours} hours" if hours % 24 and hours < 48 else f"{hours // 24} days"
