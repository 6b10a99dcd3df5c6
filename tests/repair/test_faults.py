"""Kills and failing calls at every step of a repair: before or after, nothing in between, nothing lost."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from holdfast.repair import commands
from holdfast.repair.apply_command import ApplyRequest, apply
from holdfast.repair.disk import Disk
from holdfast.repair.places import Folder, Place
from holdfast.repair.state import Stage, find_runs
from tests.repair.tools import BOX, OTHER, Data

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
PLAN = Path("reports/plan.json")
CALLS = ("make_folder", "create", "write", "sync", "sync_folder", "take_after", "set_modified")
NAME_CALLS = ("rename", "exchange", "link", "drop_second_name")


class FaultyDisk(Disk):
    """Does something else at one step; `flags` False is a file system without flagged renames."""

    def __init__(
        self, step: int, fault: Callable[[], None], flags: bool = True, sticky: bool = False
    ) -> None:
        self.steps = 0
        self._step, self._fault, self._flags, self._sticky = step, fault, flags, sticky

    def flagged(self, source: Place, target: Place, flag: int) -> None:
        if not self._flags:
            raise OSError(errno.EINVAL, "no such flag")
        super().flagged(source, target, flag)

    def _count(self) -> None:
        self.steps += 1
        if self.steps == self._step or (self._sticky and self.steps > self._step):
            self._fault()


def _counted(name: str) -> Callable[..., Any]:
    def call(self: FaultyDisk, *arguments: Any) -> Any:
        if name == "write":  # a fault in the middle of a write leaves half of it
            descriptor, data = arguments
            super(FaultyDisk, self).write(descriptor, data[: len(data) // 2])
            self._count()
            return super(FaultyDisk, self).write(descriptor, data[len(data) // 2 :])
        self._count()
        return getattr(super(FaultyDisk, self), name)(*arguments)

    return call


for _name in (*CALLS, *NAME_CALLS):
    setattr(FaultyDisk, _name, _counted(_name))


class Trial:
    """One dataset with a plan of all four acts, put back between faults."""

    def __init__(self, data: Data, keep: Path) -> None:
        for name in ("wall", "rock"):  # two copies, one with more annotations
            data.copy(f"train/images/train{int(name == 'rock')}.png", f"train/images/z{name}.png")
            data.label(f"train/labels/z{name}.txt", BOX + OTHER)
            data.pair(
                "exact_duplicate", f"train/images/train{int(name == 'rock')}.png", f"train/images/z{name}.png"
            )
        data.path("train/labels/train1.txt").unlink()
        data.found("wrong_extension", data.image("valid/images/p.png", format="JPEG"))
        assert data.plan("--unsafe-fixes", "--on-conflict=union", "--keep=first") == 0
        self.data, self._keep = data, keep
        shutil.copytree(data.root, keep)
        self.before = data.snapshot()
        assert data.run("apply") == 0
        self.after = contents(data)
        assert {op for op in ("remove", "replace", "create", "move") if op in PLAN.read_text()} == {
            "remove", "replace", "create", "move"
        }  # fmt: skip

    def reset(self) -> None:
        shutil.rmtree(self.data.root)
        shutil.copytree(self._keep, self.data.root)

    def settled(self) -> str:
        """Recover, and say whether the tree is as before or as after."""
        assert self.lost() == Counter()
        assert commands.recover(self.data.root) == 0
        assert self.lost() == Counter()
        assert not any(run.is_unfinished for run in find_runs(self.data.root))
        now = self.data.snapshot()
        now["."] = self.before["."]  # a kill between making `.holdfast` and restoring the root's time shows
        if now == self.before:
            return "before"
        assert contents(self.data) == self.after
        return "after"

    def lost(self) -> Counter[str]:
        """Contents of before that are nowhere now."""
        now = Counter(digest(path) for path in self.data.root.rglob("*") if path.is_file())
        return Counter(digest(path) for path in self._keep.rglob("*") if path.is_file()) - now

    def killed(self, step: int, act: Callable[[Disk], int], flags: bool = True) -> bool:
        """Do something in a process that is killed at a step; False if it ended before."""
        child = os.fork()
        if child == 0:
            kill = partial(os.kill, os.getpid(), signal.SIGKILL)
            os._exit(act(FaultyDisk(step, kill, flags)))
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])

    def apply(self, disk: Disk) -> int:
        return apply(ApplyRequest(self.data.root, PLAN), disk)

    def undo(self, disk: Disk) -> int:
        return commands.undo(self.data.root, None, disk)

    def recover(self, disk: Disk) -> int:
        return commands.recover(self.data.root, disk)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(data: Data) -> dict[str, tuple[bytes | None, int]]:
    return contents_of(data.snapshot())


def contents_of(snapshot: dict[str, tuple[bytes | None, int, int]]) -> dict[str, tuple[bytes | None, int]]:
    return {path: state[:2] for path, state in snapshot.items()}


@pytest.fixture
def trial(data: Data, tmp_path: Path) -> Trial:
    return Trial(data, tmp_path / "keep")


@pytest.mark.parametrize("flags", [True, False])
def test_killed_at_every_step_of_apply(trial: Trial, flags: bool) -> None:
    seen = []
    for step in range(1, 1000):
        trial.reset()
        if not trial.killed(step, trial.apply, flags):
            break
        seen.append(trial.settled())
    assert len(seen) > 40
    assert seen == sorted(seen, reverse=True)
    assert seen[0] == "before"


@pytest.mark.parametrize("flags", [True, False])
def test_killed_at_every_step_of_undo(trial: Trial, flags: bool) -> None:
    seen = []
    for step in range(1, 1000):
        trial.reset()
        assert trial.apply(Disk()) == 0
        if not trial.killed(step, trial.undo, flags):
            break
        seen.append(trial.settled())
    assert len(seen) > 15
    assert seen == sorted(seen)
    assert seen[-1] == "before"


def test_killed_at_every_step_of_recover(trial: Trial) -> None:
    for step in range(1, 1000):
        trial.reset()
        assert trial.killed(45, trial.apply)
        if not trial.killed(step, trial.recover):
            break
        assert trial.settled() == "before"
    assert step > 10


@pytest.mark.parametrize("flags", [True, False])
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_call_that_fails_once_rolls_back(trial: Trial, fault: BaseException, flags: bool) -> None:
    def fail() -> None:
        raise fault

    for step in range(1, 1000):
        trial.reset()
        disk = FaultyDisk(step, fail, flags)
        with suppress(OSError, KeyboardInterrupt):
            trial.apply(disk)
        if disk.steps < step:
            break
        assert contents(trial.data) == contents_of(trial.before)
        assert all(run.stage is Stage.ROLLED_BACK for run in find_runs(trial.data.root))
    assert step > 40


def test_a_disk_that_stays_broken_is_settled_later(trial: Trial) -> None:
    def fail() -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    seen = []
    for step in range(1, 1000):
        trial.reset()
        try:
            trial.apply(FaultyDisk(step, fail, sticky=True))
        except OSError:
            seen.append(trial.settled())
        else:
            break
    # the sync of the last line failed: it may be there
    assert seen == ["before"] * (len(seen) - 1) + ["after"]


def test_without_flagged_renames_undo_is_exact(trial: Trial) -> None:
    trial.reset()
    assert trial.apply(FaultyDisk(0, lambda: None, flags=False)) == 0
    assert contents(trial.data) == trial.after
    assert trial.undo(FaultyDisk(0, lambda: None, flags=False)) == 0
    assert trial.data.snapshot() == trial.before


def test_an_interrupted_run_blocks_the_next(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    trial.reset()
    assert trial.killed(45, trial.apply)
    assert trial.data.run("apply") == 4
    assert trial.data.run("plan") == 4
    assert trial.data.run("undo") == 4
    assert capsys.readouterr().err.count("fixers recover --data=") == 3
    assert trial.data.run("recover") == 0


class RacingDisk(Disk):
    """Another process writes a new version of a file in the instant before it is moved."""

    def __init__(self, file: Path, text: str) -> None:
        self._file, self._text = file, text

    def _race(self, place: Place) -> None:
        if place.name == self._file.name and not place.private:
            new = self._file.with_suffix(".new")
            new.write_text(self._text)
            new.replace(self._file)

    def rename(self, source: Place, target: Place) -> None:
        self._race(source)
        super().rename(source, target)

    def exchange(self, one: Place, other: Place, spare: Place) -> None:
        self._race(one)
        super().exchange(one, other, spare)


@pytest.mark.parametrize(
    "path", ["train/images/zwall.png", "train/labels/zwall.txt", "train/labels/train0.txt"]
)
def test_an_edit_in_the_last_instant_is_kept(trial: Trial, path: str) -> None:
    trial.reset()
    with pytest.raises(Exception, match="changed while the plan was carried out"):
        trial.apply(RacingDisk(trial.data.path(path), "newer"))
    now = contents(trial.data)
    assert now[path][0] == b"newer"
    del now[path], trial.before[path]
    assert now == contents_of(trial.before)


def test_folders_are_synced(trial: Trial) -> None:
    synced: list[str] = []

    class Watching(Disk):
        def sync_folder(self, folder: Folder) -> None:
            synced.append(os.path.relpath(folder.path, trial.data.root))
            super().sync_folder(folder)

    trial.reset()
    trial.apply(Watching())
    assert {"train/images", "train/labels", "valid/images", ".", ".holdfast"} <= set(synced)
