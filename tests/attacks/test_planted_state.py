"""What somebody else put where repair keeps its state: it is believed in nothing, and leads nowhere."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.journal import Journal, Kind, Record
from holdfast.repair.runs.places import Folder
from holdfast.repair.runs.state import find_runs, held
from tests.attacks.ground import FAILURES, Ground, KillingDisk, State, digests, exit_of, forked, snapshot

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="links, pipes and killed processes"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
RUN = "20260101T000000Z-0123abcd"
Plant = Callable[[Path, Path], None]


def link_of_state(state: Path, outside: Path) -> None:
    state.symlink_to(outside)


def link_of_runs(state: Path, outside: Path) -> None:
    state.mkdir()
    (state / "runs").symlink_to(outside)


def link_of_a_run(state: Path, outside: Path) -> None:
    (state / "runs").mkdir(parents=True)
    (state / "runs" / RUN).symlink_to(outside)


def link_of_a_journal(state: Path, outside: Path) -> None:
    (state / "runs" / RUN / "q").mkdir(parents=True)
    (state / "runs" / RUN / "journal.0").symlink_to(outside / "file")


def pipe_as_a_journal(state: Path, outside: Path) -> None:
    (state / "runs" / RUN).mkdir(parents=True)
    os.mkfifo(state / "runs" / RUN / "journal.0")


def folder_as_a_journal(state: Path, outside: Path) -> None:
    (state / "runs" / RUN / "journal.0").mkdir(parents=True)


def huge_journal(state: Path, outside: Path) -> None:
    (state / "runs" / RUN).mkdir(parents=True)
    (state / "runs" / RUN / "journal.0").write_bytes(b"a 0 {}\n" * 100_000)


def file_as_runs(state: Path, outside: Path) -> None:
    state.mkdir()
    (state / "runs").write_text("")


def journal_of_another_key(state: Path, outside: Path) -> None:
    """It says that a file was moved from outside into the data."""
    folder = state / "runs" / RUN
    (folder / "q").mkdir(parents=True)
    (folder / "q/000000").write_text("evil")
    with Folder.at(str(folder), private=True) as opened, Journal(Disk(), opened, b"guessed") as journal:
        journal.append(Record(Kind.BEGIN, plan="0" * 64, root="../outside"))
        journal.append(Record(Kind.INTENT, ops=(0,)))


def link_as_a_lock(state: Path, outside: Path) -> None:
    state.mkdir()
    (state / "lock").symlink_to(outside / "file")


def hard_link_as_a_lock(state: Path, outside: Path) -> None:
    state.mkdir()
    (state / "lock").hardlink_to(outside / "file")


def data_as_a_lock(state: Path, outside: Path) -> None:
    state.mkdir()
    (state / "lock").write_text("somebody's only copy of these words")


PLANTS: list[Plant] = [
    link_of_state, link_of_runs, link_of_a_run, link_of_a_journal, pipe_as_a_journal, folder_as_a_journal,
    huge_journal, file_as_runs, journal_of_another_key, link_as_a_lock, hard_link_as_a_lock, data_as_a_lock,
]  # fmt: skip


@pytest.mark.parametrize("plant", PLANTS)
def test_planted_state_leads_nowhere(ground: Ground, plant: Plant) -> None:
    outside = ground.scratch / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    plant(ground.root / ".holdfast", outside)
    before, there, state = digests(ground.root), snapshot(outside), snapshot(ground.root)
    for act in (ground.recover, ground.undo):
        with suppress(*FAILURES):
            act()
        assert snapshot(ground.root) == state
    with suppress(*FAILURES):
        ground.apply()
    assert snapshot(outside) == there
    assert not before - digests(ground.root)
    assert ground.state() in (State.BEFORE, State.AFTER)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_state_of_somebody_else_is_refused(ground: Ground) -> None:
    ground.apply()
    os.chown(ground.root / ".holdfast", 12345, 12345)
    for act in (ground.undo, ground.apply, ground.recover):
        with pytest.raises(FAILURES, match="belongs to another user"):
            act()
    assert ground.state() is State.AFTER


@pytest.mark.parametrize("done", [True, False])
def test_a_run_of_ours_that_was_put_into_other_data_harms_nothing(ground: Ground, done: bool) -> None:
    """The key proves it; what it would move is looked at all the same."""
    if done:
        ground.apply()
    else:
        exit_of(forked(lambda: ground.apply(KillingDisk(6))))
    kept = ground.scratch / "kept"
    shutil.copytree(ground.root / ".holdfast", kept)
    ground.renew()
    for path in ("a/images/keep0.png", "a/labels/copy1.txt", "b/images/p.jpeg"):
        (ground.root / path).write_text(f"other data: {path}")
    shutil.copytree(kept, ground.root / ".holdfast")
    before, tree = digests(ground.root), snapshot(ground.root)
    for act in (ground.recover, ground.undo):
        with suppress(*FAILURES):
            act()
    now = snapshot(ground.root)
    assert not before - digests(ground.root)
    assert all(now[path].digest == entry.digest for path, entry in tree.items())


@pytest.mark.parametrize("done", [True, False])
def test_any_bit_of_the_state_may_be_another(ground: Ground, done: bool) -> None:
    chance = random.Random(4)
    for number in range(40):
        ground.renew()
        if done:
            ground.apply()
        else:
            exit_of(forked(lambda: ground.apply(KillingDisk(6))))
        folder = ground.root / ".holdfast/runs" / find_runs(ground.root)[-1].name
        file = chance.choice(
            sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
        )
        content = bytearray(file.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        file.write_bytes(content)
        tree, before = snapshot(ground.root), digests(ground.root)
        for act in (ground.recover, ground.undo):
            with suppress(*FAILURES):
                act()
        assert not before - digests(ground.root), (number, file.name)
        assert ground.state() is State.BEFORE or kept(tree, snapshot(ground.root)), (number, file.name)


def kept(before: dict[str, object], after: dict[str, object]) -> bool:
    """Whether every file that was there still is, with its content or as the first version of it."""
    return before.keys() - {"b/images/p.png", "b/images/even.png", "b/labels/new.txt"} <= after.keys()


def test_a_lock_is_taken_over_from_the_dead_and_shown_for_the_living(ground: Ground) -> None:
    (ground.root / ".holdfast").mkdir()
    (ground.root / ".holdfast/lock").write_text("99999")
    ground.apply()
    with held(ground.root, Disk()):
        child = forked(ground.undo)
        assert exit_of(child) == 1
        with pytest.raises(
            FAILURES, match=rf"another repair is running on this data \(process {os.getpid()}\)"
        ):
            ground.undo()
    ground.undo()
    assert ground.state() is State.BEFORE


def git_file_into_the_data(entry: Path) -> None:
    (entry.parent / "a/HEAD").write_text("ref: refs/heads/main")
    entry.write_text("gitdir: a")


def git_link_into_the_data(entry: Path) -> None:
    (entry.parent / "a/HEAD").write_text("ref: refs/heads/main")
    entry.symlink_to("a")


def git_pipe(entry: Path) -> None:
    os.mkfifo(entry)


def endless_git_file(entry: Path) -> None:
    entry.write_bytes(b"gitdir: " + b"x" * 1_000_000 + b"\0")


@pytest.mark.parametrize(
    "plant", [git_file_into_the_data, git_link_into_the_data, git_pipe, endless_git_file]
)
def test_a_planted_git_folder_is_none(ground: Ground, plant: Callable[[Path], None]) -> None:
    plant(ground.root / ".git")
    ground.apply()
    assert (ground.root / ".holdfast/runs").is_dir()
    assert not (ground.root / "a/holdfast").exists()
    ground.undo()
    assert not (ground.root / "b/images/p.png").exists()
