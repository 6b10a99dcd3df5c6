"""What repair refuses because it looks wrong: each with one line that says what to do."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from holdfast.repair.commands.cli import main
from holdfast.repair.planning import filesystems, git
from holdfast.repair.runs import places, tree
from tests.repair.tools import BOX, COPY, COPY_LABEL, LABEL, OTHER, TRAIN, Data, one_line, repaired
from tests.trees import picture

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n"


@pytest.fixture
def sound(copies: Data) -> Data:
    """A pair of copies, a box that is there twice, and enough images besides."""
    for number in range(6):
        copies.image(f"train/images/more{number}.png")
        copies.label(f"train/labels/more{number}.txt", OTHER)
    copies.label("train/labels/more0.txt", OTHER + OTHER)
    copies.found("duplicate_box", "train/labels/more0.txt", line=2)
    return copies


def refuses(data: Data, capsys: pytest.CaptureFixture[str], line: str, *arguments: str) -> None:
    """`plan` refuses and leaves nothing to apply; a plan that was made before is refused by `apply`."""
    data.report()
    capsys.readouterr()
    assert data.run("plan", "--output=late.json", *arguments) == 1
    said = one_line(capsys)
    assert said.startswith("error: the plan is refused: ")
    assert line in said
    if Path("early.json").exists():
        before = _data_of(data)
        assert data.run("apply", "early.json") == 4
        assert line in one_line(capsys)
        assert _data_of(data) == before


def _data_of(data: Data) -> dict[str, tuple[bytes | None, int, int]]:
    return {path: what for path, what in data.snapshot().items() if not path.startswith(".git")}


def early(data: Data, *arguments: str) -> None:
    """Make a plan while all is well."""
    assert data.plan("--output=early.json", *arguments) == 0


def test_a_class_that_would_be_gone(sound: Data, capsys: pytest.CaptureFixture[str]) -> None:
    sound.label("data.yaml", "train: train/images\nval: valid/images\nnames: [hold, jug]\n")
    sound.label(COPY_LABEL, "1 0.2 0.2 0.1 0.1\n" * 2)
    arguments = ("--unsafe-fixes", "--on-conflict=keep")
    refuses(sound, capsys, "class jug would lose all of its 2 annotations", *arguments)
    sound.label("train/labels/more1.txt", "1 0.5 0.5 0.2 0.2\n")
    sound.findings.clear()
    sound.pair("exact_duplicate", TRAIN, COPY)
    assert sound.plan(*arguments) == 0


def _lfs(data: Data) -> None:
    for number in (1, 2):
        data.path(f"train/images/more{number}.png").write_text(POINTER.format("0" * 64))


def _unlocked(data: Data) -> None:
    for number in (1, 2):
        data.path(f"train/images/more{number}.png").write_text(f"/annex/objects/SHA256E-s{number}--0.png\n")


def _locked(data: Data) -> None:
    image = data.path("train/images/more1.png")
    image.unlink()
    image.symlink_to("../../.git/annex/objects/Wx/0k/SHA256E-s9--0.png/SHA256E-s9--0.png")


def _dvc(data: Data) -> None:
    data.path("train/images/more1.png").rename(data.path("train/images/more1.png.dvc"))


def _dvc_folder(data: Data) -> None:
    data.label("extra.dvc", "outs:\n- path: extra\n")


@pytest.mark.parametrize(
    ("leave", "line"),
    [
        (_lfs, "2 of 16 images are a Git LFS pointer each, as train/images/more1.png: run `git lfs pull`"),
        (_unlocked, "2 of 16 images are a git-annex pointer each, as train/images/more1.png: run `git annex"),
        (_locked, "train/images/more1.png is a link of git-annex, which is not followed: run `git annex"),
        (_dvc, "train/images/more1.png.dvc is a DVC pointer to what is not here: run `dvc pull`"),
        (_dvc_folder, "extra.dvc is a DVC pointer to what is not here"),
    ],
)
def test_images_that_are_elsewhere(
    sound: Data, capsys: pytest.CaptureFixture[str], leave: Callable[[Data], None], line: str
) -> None:
    early(sound)
    leave(sound)
    refuses(sound, capsys, line)


def test_a_single_pointer_is_only_left_alone(sound: Data) -> None:
    sound.path("train/images/more1.png").write_text(POINTER.format("0" * 64))
    assert sound.plan() == 0


def test_many_unreadable_images(sound: Data, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(11):
        broken = f"train/images/broken{number}.png"
        sound.path(broken).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number]))
        sound.label(f"train/labels/broken{number}.txt", OTHER)
        sound.found("unreadable_image", broken, kind="damaged")
    refuses(sound, capsys, "11 of 27 images (40.7 %) cannot be read: fetch them again, or plan with --rule")
    arguments = ("--unsafe-fixes", "--max-change=50%")
    assert sound.run("plan", "--rule", "unreadable_image", *arguments) == 0
    assert sound.run("apply") == 0
    assert "train/images/broken0.png" not in sound.files()


@pytest.fixture
def tracked(sound: Data) -> Data:
    """The same, committed in a git work tree above the data."""
    _git(sound, "init", "-q")
    _git(sound, "add", ".")
    _git(sound, "commit", "-q", "-m", "data")
    return sound


def _git(data: Data, *arguments: str) -> None:
    who = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "core.autocrlf=false"]
    subprocess.run(["git", *who, *arguments], cwd=data.root, check=True, capture_output=True)


def test_changes_that_git_does_not_hold(tracked: Data, capsys: pytest.CaptureFixture[str]) -> None:
    _edit(tracked, OTHER * 2 + BOX)
    line = "train/labels/more0.txt has changes that git does not hold: commit them, or --allow-dirty"
    refuses(tracked, capsys, line)
    assert tracked.run("plan", "--allow-dirty") == 0
    assert tracked.run("apply") == 0
    assert tracked.text("train/labels/more0.txt") == OTHER + BOX


def _edit(data: Data, text: str) -> None:
    """Write that label anew, and find again that its second line repeats the first."""
    label = data.label("train/labels/more0.txt", text)
    data.findings.pop()
    data.found("duplicate_box", label, line=2)


def test_apply_looks_at_git_again(tracked: Data, capsys: pytest.CaptureFixture[str]) -> None:
    early(tracked)
    _git(tracked, "rm", "-q", "--cached", "train/labels/more0.txt")
    tracked.label("empty.txt", "")
    _git(tracked, "update-index", "--add", "--cacheinfo", f"100644,{_empty(tracked)},train/labels/more0.txt")
    _git(tracked, "commit", "-q", "-m", "other")
    refuses(tracked, capsys, "train/labels/more0.txt has changes that git does not hold")


def _empty(data: Data) -> str:
    made = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=data.root, input=b"", capture_output=True, check=True
    )
    return made.stdout.decode().strip()


@pytest.mark.parametrize("how", ["staged", "line ends", "pointer", "other file", "untracked"])
def test_what_git_holds_is_no_change(tracked: Data, how: str) -> None:
    label = "train/labels/more0.txt"
    if how == "staged":
        tracked.label(label, OTHER * 3)
        _git(tracked, "add", label)
    elif how == "line ends":
        tracked.label(label, (OTHER * 2).replace("\n", "\r\n"))
    elif how == "pointer":
        content = tracked.path(COPY).read_bytes()
        tracked.path(COPY).write_text(POINTER.format(tracked.findings[0].related_sha256[0]))
        _git(tracked, "commit", "-q", "-a", "-m", "pointer")
        tracked.path(COPY).write_bytes(content)
    elif how == "other file":
        tracked.label("train/labels/more1.txt", BOX)
    else:
        _git(tracked, "rm", "-q", "--cached", label)
        _git(tracked, "commit", "-q", "-m", "gone")
    tracked.findings.pop()
    tracked.found("duplicate_box", label, line=2)
    assert tracked.plan() == 0


def test_what_our_own_repair_wrote_is_no_change(tracked: Data) -> None:
    label = tracked.label("train/labels/more0.txt", OTHER * 3)
    _git(tracked, "commit", "-q", "-a", "-m", "three")
    for count in (2, 1):
        tracked.findings.pop()
        tracked.found("duplicate_box", label, line=2)
        assert tracked.plan("--rule", "duplicate_box") == 0
        assert tracked.run("apply") == 0
        assert tracked.text(label) == OTHER * count


def test_git_runs_nothing_of_the_data(tracked: Data, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "core.pager", "diff.x.textconv"):
        _git(tracked, "config", key, str(trap))
    tracked.label(".gitattributes", "*.txt filter=x diff=x\n")
    _edit(tracked, OTHER * 2 + BOX)
    assert tracked.plan() == 1
    assert not (tmp_path / "sprung").exists()


def test_without_git_nothing_is_refused(tracked: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    _edit(tracked, OTHER * 2 + BOX)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert tracked.plan() == 0


def test_a_git_that_hangs_is_not_waited_for(
    tracked: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(git, "SECONDS", 0.2)
    monkeypatch.setattr(shutil, "which", lambda _: str(slow))
    refuses(tracked, capsys, "whether all is committed is not known; --allow-dirty goes on")


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ("20 1 DEVICE / / rw - nfs4 server:/data rw\n", "nfs4"),
        ("20 1 DEVICE / / rw shared:1 master:2 - fuse.sshfs me@there rw\n", "fuse.sshfs"),
        ("20 1 0:99 / / rw - ext4 /dev/a rw\n21 20 0:98 / ROOT rw - 9p host rw\n", "9p"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_file_systems_where_repair_was_not_tried(
    sound: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    mounts: str | None, kind: str,
) -> None:  # fmt: skip
    early(sound)
    _mount(sound, monkeypatch, mounts)
    line = f"the data is on a file system ({kind}) where repair was not tried: --allow-fs"
    refuses(sound, capsys, line)
    assert sound.run("plan", "--allow-fs") == 0
    assert sound.run("apply") == 0


def test_resplit_is_refused_there_too(
    sound: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _mount(sound, monkeypatch, None)
    arguments = ("--ratios", "40", "30", "30", "--max-change=100%")
    assert sound.run("resplit", *arguments) == 1
    assert "the data is on a file system (unknown)" in capsys.readouterr().err
    assert sound.run("apply") == 4
    assert sound.run("resplit", "--allow-fs", *arguments) == 0
    assert sound.run("apply") == 0


def test_a_file_system_whose_device_is_not_listed_is_known_by_its_place(
    sound: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    _mount(sound, monkeypatch, "20 1 0:99 / / rw - nfs4 a rw\n21 20 0:98 /sub ROOT rw - btrfs /dev/b rw\n")
    assert sound.plan() == 0


def _mount(data: Data, monkeypatch: pytest.MonkeyPatch, mounts: str | None) -> None:
    state, file = data.root.stat(), Path("mounts")
    device = f"{os.major(state.st_dev)}:{os.minor(state.st_dev)}"
    if mounts is not None:
        file.write_text(mounts.replace("DEVICE", device).replace("ROOT", str(data.root)))
    monkeypatch.setattr(filesystems, "MOUNTS", file.absolute())


@pytest.mark.parametrize(
    ("created", "line"),
    [
        (timedelta(days=8), "the plan is 8 days old: make a new one"),
        ("yesterday", "when the plan was made is not said: make a new one"),
        ("2026-01-01T00:00:00", "when the plan was made is not said: make a new one"),
    ],
)
def test_an_old_plan(
    sound: Data, capsys: pytest.CaptureFixture[str], created: str | timedelta, line: str
) -> None:
    early(sound)
    if isinstance(created, timedelta):
        created = (datetime.now(UTC) - created).isoformat()
    plan = json.loads(Path("early.json").read_text())
    Path("early.json").write_text(json.dumps(plan | {"created": created}))
    assert sound.run("apply", "early.json") == 4
    assert line in one_line(capsys)


def test_locks_that_do_not_work(
    sound: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def flock(*_: object) -> NoReturn:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    early(sound)
    before = sound.snapshot()
    monkeypatch.setattr("fcntl.flock", flock)
    assert sound.run("apply", "early.json") == 4
    assert "locks do not work where the state of repair is kept: no locks available" in one_line(capsys)
    assert sound.snapshot() == before


def left(data: Data, capsys: pytest.CaptureFixture[str], path: str, line: str) -> None:
    """The fix of that file alone is refused."""
    assert data.plan() == 1
    output = capsys.readouterr().out
    assert line in output
    assert data.run("apply") == 0
    assert path in data.files()


def test_an_immutable_file(
    sound: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inode = sound.path(COPY).stat().st_ino
    monkeypatch.setattr(places, "is_fixed", lambda _, state: state.st_ino == inode)
    left(sound, capsys, COPY, "is immutable or append-only: `chattr -ia` first")


def test_a_file_that_chattr_fixed(sound: Data, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["chattr", "+i", str(sound.path(COPY))]
    if shutil.which("chattr") is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("chattr does not work here")
    try:
        left(sound, capsys, COPY, "is immutable or append-only: `chattr -ia` first")
    finally:
        subprocess.run(["chattr", "-i", str(sound.path(COPY))], check=True)


def test_a_new_version_of_a_file_of_another_user(
    sound: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = sound.root.stat().st_uid
    sound.report()
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: 4242)
        assert sound.run("plan", "--rule", "duplicate_box") == 1
    assert f"belongs to another user ({owner}), a new version would not" in capsys.readouterr().out


def test_a_file_on_another_device(
    sound: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inspect = places.inspect
    inode = sound.path(COPY).stat().st_ino

    def elsewhere(place: places.Place) -> places.File | None:
        file = inspect(place)
        return file if file is None or file.inode != inode else _on(file, -1)

    with monkeypatch.context() as patch:
        patch.setattr(tree, "inspect", elsewhere)
        assert sound.plan() == 1
    assert "lies on another device than the root" in capsys.readouterr().out


def _on(file: places.File, device: int) -> places.File:
    return places.File(file.stamp, device, file.inode, file.links, file.mode, file.owner, file.changed)


@pytest.mark.parametrize("taken", ["wall.JPG", "WALL.jpg"])
def test_a_name_that_is_one_where_case_is_folded(
    data: Data, capsys: pytest.CaptureFixture[str], taken: str
) -> None:
    data.image(f"train/images/{taken}")
    data.found("wrong_extension", data.image("train/images/wall.png", format="JPEG"))
    assert data.plan() == 1
    assert "the name train/images/wall.jpg is taken" in capsys.readouterr().out


def test_a_name_that_is_one_where_names_are_normalised(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    data.image("train/images/e\u0301.jpg")
    data.found("wrong_extension", data.image("train/images/\u00e9.png", format="JPEG"))
    assert data.plan() == 1
    assert "is taken" in capsys.readouterr().out


def test_a_link_in_place_of_a_label(sound: Data, capsys: pytest.CaptureFixture[str]) -> None:
    sound.report()
    real = sound.path(LABEL.replace("train0", "real"))
    sound.path(COPY_LABEL).rename(real)
    sound.path(COPY_LABEL).symlink_to(real)
    assert sound.run("plan") in (0, 1)
    assert f"{COPY}: " in capsys.readouterr().out
    assert sound.run("apply") in (0, 1)
    assert sound.path(COPY_LABEL).is_symlink()


def test_an_image_in_a_shard_is_only_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """WebDataset's shards are checked in place; a folder that is called like one is a folder."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    root = tmp_path / "shards"
    root.mkdir()
    with tarfile.open(root / "train-000.tar", "w") as shard:
        for number in range(2):
            data = picture_bytes(number // 2)
            info = tarfile.TarInfo(f"{number}.png")
            info.size = len(data)
            shard.addfile(info, io.BytesIO(data))
            text = tarfile.TarInfo(f"{number}.cls")
            text.size = 1
            shard.addfile(text, io.BytesIO(b"0"))
    before = (root / "train-000.tar").read_bytes()
    assert main(["plan", f"--data={root}", "--rule=exact_duplicate"]) == 1
    assert "lies in train-000.tar, an archive, which is only read: unpack it first" in capsys.readouterr().out
    assert (root / "train-000.tar").read_bytes() == before


def test_a_folder_called_like_a_shard_is_repaired(data: Data) -> None:
    os.rename(data.root / "train", data.root / "train.tar")
    data.label("data.yaml", "train: train.tar/images\nval: valid/images\nnames: [hold]\n")
    copy = data.copy("train.tar/images/train0.png", "train.tar/images/zcopy.png")
    label = data.label("train.tar/labels/zcopy.txt", BOX)
    data.pair("exact_duplicate", "train.tar/images/train0.png", copy)
    assert repaired(data) == {copy, label}


def picture_bytes(seed: int) -> bytes:
    """A picture as a PNG file."""
    stream = io.BytesIO()
    picture(seed).save(stream, "PNG")
    return stream.getvalue()
