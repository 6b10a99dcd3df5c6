"""Places that bite: full, read-only and foreign disks, missing rights, file systems that can do less."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.errors import UsageError
from holdfast.repair.plans.plan import Act, Group, Kept, Op
from holdfast.repair.runs.apply import Stopped
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import Unfit, stamp_of
from holdfast.repair.runs.places import Place
from tests.attacks.ground import FAILURES, Ground, State, files
from tests.attacks.machine import (
    BIND,
    READ_ONLY,
    REMOUNT,
    as_nobody,
    in_a_process,
    memory,
    mount,
    require_root,
    with_mounts,
)

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a process of its own"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
PAGE = 4096


def with_ops(ground: Ground, *ops: Op, keeps: tuple[Kept, ...] = ()) -> None:
    """These acts are the plan, in one group."""
    ground.plan = replace(ground.plan, groups=(Group((), ops, keeps),))


def fill(folder: Path, free: int) -> Path:
    """Leave so many bytes of the file system."""
    state, filler = os.statvfs(folder), folder / "filler"
    with filler.open("wb") as file:
        file.write(bytes(max(0, state.f_bavail * state.f_frsize - free)))
    return filler


def refused_or_done(ground: Ground) -> bool:
    """Apply; whether it failed. Then everything is as before, at once."""
    try:
        ground.apply()
    except FAILURES:
        return True
    assert ground.state() is State.AFTER
    return False


def test_a_disk_that_is_nearly_full_is_refused_before_anything_is_done() -> None:
    def act() -> None:
        memory(Path("/mnt"), "size=1m")
        ground = Ground.__new__(Ground)
        with pytest.raises(UsageError, match="KiB of free space"):
            ground.__init__(Path("/mnt"))  # type: ignore[misc]

    with_mounts(act)


def test_a_disk_that_is_full_at_any_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.repair.runs.apply._require_space", lambda *_: None)

    def act() -> None:
        memory(Path("/mnt"), "size=2m")
        monkeypatch.setenv("XDG_STATE_HOME", "/mnt/state")
        ground = Ground(Path("/mnt"))
        failed = 0
        for pages in range(40):
            ground.renew()
            filler = fill(Path("/mnt"), pages * PAGE)
            bad = refused_or_done(ground)
            assert ground.lost() == 0
            filler.unlink()
            ground.recover()
            assert ground.fault() is None, pages
            failed += bad
            if not bad:
                break
        assert 3 < failed < 40

    with_mounts(act)


def test_no_new_names_at_any_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        memory(Path("/mnt"), "size=8m")
        monkeypatch.setenv("XDG_STATE_HOME", "/mnt/state")
        ground = Ground(Path("/mnt"))
        failed = 0
        for free in range(20):
            ground.renew()
            state = os.statvfs("/mnt")
            used = state.f_files - state.f_ffree
            mount(Path("/mnt"), flags=REMOUNT, options=f"nr_inodes={used + free}")
            bad = refused_or_done(ground)
            mount(Path("/mnt"), flags=REMOUNT, options="nr_inodes=10000")
            ground.recover()
            assert ground.fault() is None, free
            assert ground.lost() == 0
            failed += bad
            if not bad:
                break
        assert 3 < failed < 20

    with_mounts(act)


@pytest.mark.parametrize("limit", [0, 1, 20, 31, 32, 100, 1000, 3000, 4000, 5000])
def test_files_may_not_grow(ground: Ground, limit: int) -> None:
    def act() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        refused_or_done(ground)

    in_a_process(act)
    ground.recover()
    assert ground.fault() is None
    assert ground.lost() == 0


def test_a_read_only_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        memory(Path("/mnt"), "size=8m")
        monkeypatch.setenv("XDG_STATE_HOME", "/mnt/state")
        ground = Ground(Path("/mnt"))
        mount(Path("/mnt"), flags=REMOUNT | READ_ONLY)
        with pytest.raises(UsageError, match="not writable"):
            ground.apply()
        mount(Path("/mnt"), flags=REMOUNT)
        assert ground.state() is State.BEFORE
        ground.apply()
        mount(Path("/mnt"), flags=REMOUNT | READ_ONLY)
        with pytest.raises(OSError, match="Read-only"):
            ground.undo()
        mount(Path("/mnt"), flags=REMOUNT)
        assert ground.state() is State.AFTER
        ground.undo()
        assert ground.state() is State.BEFORE

    with_mounts(act)


@pytest.mark.parametrize("path", ["a/labels/copy2.txt", "a/labels"])
def test_what_is_immutable_stays(ground: Ground, path: str) -> None:
    chattr = shutil.which("chattr")
    target = str(ground.root / path)
    if chattr is None or subprocess.run([chattr, "+i", target], capture_output=True, check=False).returncode:
        pytest.skip("no file can be made immutable here")
    try:
        with pytest.raises((Stopped, UsageError, Unfit), match=path):
            ground.apply()
        assert ground.state() is State.BEFORE
    finally:
        subprocess.run([chattr, "-i", target], check=True)


def rights_of(ground: Ground, prepare: Callable[[Path], None], check: Callable[[], None]) -> None:
    """As somebody without rights, to whom the tree belongs but for what `prepare` did."""

    def act() -> None:
        require_root()
        for path in (ground.scratch, *ground.scratch.rglob("*")):
            os.chown(path, 65534, 65534)
        prepare(ground.root)
        as_nobody()
        check()

    in_a_process(act)


def test_a_folder_without_the_right_to_write(ground: Ground) -> None:
    def check() -> None:
        with pytest.raises(UsageError, match="a/labels: the folder is not writable"):
            ground.apply()
        (ground.root / "a/labels").chmod(0o755)
        assert ground.state() is State.BEFORE

    rights_of(ground, lambda root: (root / "a/labels").chmod(0o555), check)


def test_no_right_in_the_middle(ground: Ground) -> None:
    """In a folder with the sticky bit nobody moves the files of others; only the attempt tells."""

    def prepare(root: Path) -> None:
        (root / "a/labels").chmod(0o1777)
        os.chown(root / "a/labels", 0, 0)
        os.chown(root / "a/labels/copy2.txt", 0, 0)

    def check() -> None:
        with pytest.raises(Stopped, match=r"copy2.txt: Operation not permitted; everything was put back"):
            ground.apply()
        assert ground.lost() == 0
        assert {path for path, _ in digests_by_path(ground)} == set(map(Path, files()))

    rights_of(ground, prepare, check)


def digests_by_path(ground: Ground) -> list[tuple[Path, int]]:
    paths = [path for path in ground.root.rglob("*") if path.is_file() and ".holdfast" not in path.parts]
    return [(path.relative_to(ground.root), path.stat().st_size) for path in paths]


def test_a_file_that_may_not_be_read(ground: Ground) -> None:
    def check() -> None:
        with pytest.raises(Unfit, match=r"copy2\.txt: Permission denied"):
            ground.apply()

    rights_of(ground, lambda root: (root / "a/labels/copy2.txt").chmod(0), check)


def test_a_file_of_somebody_else_comes_back_as_it_was(ground: Ground) -> None:
    def check() -> None:
        before = (ground.root / "a/labels/keep0.txt").stat()
        ground.apply()
        assert ground.state() is State.AFTER
        ground.undo()
        assert ground.state() is State.BEFORE
        after = (ground.root / "a/labels/keep0.txt").stat()
        assert (after.st_uid, after.st_ino) == (before.st_uid, before.st_ino)

    def prepare(root: Path) -> None:
        os.chown(root / "a/labels/keep0.txt", 0, 65534)

    rights_of(ground, prepare, check)


def test_a_file_seen_twice_through_a_mount_is_no_copy_of_itself(ground: Ground) -> None:
    def act() -> None:
        (ground.root / "c").mkdir()
        mount(ground.root / "c", str(ground.root / "a/images"), flags=BIND)
        content = stamp_of(files()["a/images/keep0.png"])
        kept = Kept("a/images/keep0.png", content, "identical bytes", "c/keep0.png")
        with_ops(ground, Op(Act.REMOVE, "c/keep0.png", content), keeps=(kept,))
        with pytest.raises(Unfit, match="is the same file as"):
            ground.apply()

    with_mounts(act)
    assert (ground.root / "a/images/keep0.png").exists()


@pytest.mark.parametrize("act", [Act.REMOVE, Act.MOVE, Act.REPLACE])
def test_nothing_goes_through_a_mount(ground: Ground, tmp_path: Path, act: Act) -> None:
    """A folder from outside the root, on the same device."""
    outside = ground.scratch / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")

    def mounted() -> None:
        (ground.root / "c").mkdir()
        mount(ground.root / "c", str(outside), flags=BIND)
        data = b"other" if act is Act.REPLACE else None
        post, to = (stamp_of(data), None) if data else (None, "a/file" if act is Act.MOVE else None)
        with_ops(ground, Op(act, "c/file", stamp_of(b"mine"), post, to, data))
        with pytest.raises((Unfit, Stopped, UsageError)):
            ground.apply()

    with_mounts(mounted)
    assert (outside / "file").read_text() == "mine"
    assert [entry.name for entry in outside.iterdir()] == ["file"]


def test_another_device_in_the_root(ground: Ground) -> None:
    def act() -> None:
        memory(ground.root / "c", "size=1m")
        (ground.root / "c/file").write_text("mine")
        with_ops(ground, Op(Act.REMOVE, "c/file", stamp_of(b"mine")))
        with pytest.raises(Unfit, match="another device"):
            ground.apply()
        with_ops(
            ground,
            Op(Act.REMOVE, "a/labels/copy0.txt", stamp_of(files()["a/labels/copy0.txt"])),
            Op(Act.MOVE, "a/images/copy0.png", stamp_of(files()["a/images/copy0.png"]), to="c/copy0.png"),
        )
        with pytest.raises((Unfit, Stopped)):
            ground.apply()
        assert (ground.root / "a/images/copy0.png").exists()
        assert (ground.root / "a/labels/copy0.txt").exists()
        assert (ground.root / "c/file").read_text() == "mine"

    with_mounts(act)


class Lesser(Disk):
    """A file system without flagged renames, and perhaps without hard links."""

    def __init__(self, flags: int, links: int | None) -> None:
        self._flags, self._links = flags, links

    def flagged(self, source: Place, target: Place, flag: int) -> None:
        raise OSError(self._flags, os.strerror(self._flags))

    def link(self, source: Place, target: Place) -> None:
        if self._links is not None:
            raise OSError(self._links, os.strerror(self._links))
        super().link(source, target)


@pytest.mark.parametrize("flags", [errno.ENOSYS, errno.EINVAL, errno.ENOTSUP])
@pytest.mark.parametrize("links", [None, errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def test_file_systems_that_can_do_less(ground: Ground, flags: int, links: int | None) -> None:
    ground.apply(Lesser(flags, links))
    assert ground.state() is State.AFTER
    ground.undo(Lesser(flags, links))
    assert ground.state() is State.BEFORE
    assert ground.lost() == 0


def test_a_system_without_the_call(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Disk, "_call", None)
    ground.apply()
    assert ground.state() is State.AFTER
    ground.undo()
    assert ground.state() is State.BEFORE


def test_folders_that_cannot_be_synced(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def sync(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, "not for folders")
        real(descriptor)

    monkeypatch.setattr("os.fsync", sync)
    ground.apply()
    assert ground.state() is State.AFTER


@pytest.mark.parametrize(
    "name", [b"\xff" * 251 + b".png", "é".encode() * 127 + b"x", b"a\n\x1b[2J", b"-rf", b"CON"]
)
def test_names_of_any_bytes(ground: Ground, name: bytes) -> None:
    from holdfast.names import to_text

    target = "a/images/" + to_text(os.fsdecode(name))
    content = files()["b/images/p.jpeg"]
    made = "b/labels/" + to_text(os.fsdecode(name))
    with_ops(
        ground,
        Op(Act.MOVE, "b/images/p.jpeg", stamp_of(content), to=target),
        Op(Act.CREATE, made, post=stamp_of(b"new"), data=b"new"),
    )
    ground.apply()
    assert Path(os.fsdecode(os.fsencode(ground.root) + b"/a/images/" + name)).read_bytes() == content
    ground.undo()
    assert ground.state() is State.BEFORE


def test_a_name_that_is_too_long_is_refused(ground: Ground) -> None:
    content = stamp_of(files()["b/images/p.jpeg"])
    with_ops(ground, Op(Act.MOVE, "b/images/p.jpeg", content, to="b/images/" + "x" * 256))
    with pytest.raises(Unfit, match="File name too long"):
        ground.apply()
    assert ground.state() is State.BEFORE
