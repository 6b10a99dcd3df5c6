"""What a run leaves behind: nothing in the data; facts in a cache that is never wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.checking import REPOSITORY, check, start
from tests.trees import Tree, picture, sound_tree


def measured(outcome_header: dict[str, dict[str, int]]) -> tuple[int, int]:
    return outcome_header["measured"]["read"], outcome_header["measured"]["decoded"]


def faulty(folder: Path) -> Tree:
    data = sound_tree(folder).copy("train/images/train.jpg", "train/images/b.jpg")
    return data.draw("train/images/c.jpg", picture(900), quality=50).file("train/images/d.jpg", "junk")


def test_a_second_run_reads_nothing_and_sees_every_change(tmp_path: Path) -> None:
    data = faulty(tmp_path)
    before = data.state()
    time.sleep(2.1)  # older than the grain of any file system's clock
    first, second = check(data.root), check(data.root)
    assert (first.code, second.code) == (1, 1)
    assert measured(first.header) == (8, 7)  # six files, one no picture; two looked at in full to compare
    assert measured(second.header) == (0, 0)
    assert second.findings == first.findings
    assert data.state() == before

    changed = data.root / "valid/images/valid.jpg"
    status = changed.stat()
    changed.write_bytes(bytes(status.st_size))  # same size, same time
    os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns))
    third = check(data.root)
    assert measured(third.header) == (1, 0)  # it is no picture any more
    assert [f.path for f in third.findings if f.rule == "unreadable_image" and f.unit == "val"] == [
        "valid/images/valid.jpg"
    ]


def test_a_young_file_is_read_again(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    assert measured(check(data.root, "unreadable_image").header) == (3, 3)
    assert measured(check(data.root, "unreadable_image").header) == (3, 0)  # read, and found to be the same


def test_replaced_files_of_one_name_are_seen(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    assert check(data.root, "unreadable_image").code == 0
    data.file("train/images/train.jpg", "junk")
    assert check(data.root, "unreadable_image").code == 1
    data.image("train", "train")
    assert check(data.root, "unreadable_image").code == 0


@pytest.mark.parametrize("damage", ["junk", "half", "holes", "empty", "folder"])
def test_a_damaged_cache_is_measured_again(tmp_path: Path, damage: str) -> None:
    data = faulty(tmp_path)
    expected = check(data.root, "near_duplicate")
    [file] = (tmp_path / "cache").glob("*.sqlite")
    content = file.read_bytes()
    holes = bytearray(content)
    for place in range(4096, len(holes), 4096):
        holes[place : place + 200] = b"\xff" * 200
    damaged = {
        "junk": b"junk" * 999,
        "half": content[: len(content) // 2],
        "holes": bytes(holes),
        "empty": b"",
    }
    file.unlink()
    if damage == "folder":
        file.mkdir()
    else:
        file.write_bytes(damaged[damage])
    outcome = check(data.root, "near_duplicate")
    assert outcome.code == 1, outcome.text
    assert outcome.findings == expected.findings


def test_a_cache_that_cannot_be_written_is_a_note(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    (tmp_path / "file").write_text("")
    outcome = start(
        str(REPOSITORY / "checks"), f"--data={data.root}", f"--cache={tmp_path}/file/cache", beside=tmp_path
    )
    assert outcome.code == 0
    assert "cache not used: " in outcome.text


def test_a_cache_that_another_run_writes_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = faulty(tmp_path)
    expected = check(data.root, "near_duplicate")
    [file] = (tmp_path / "cache").glob("*.sqlite")
    monkeypatch.setattr("holdfast.facts.tables.PATIENCE", 0.1)
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")
    outcome = check(data.root, "near_duplicate")
    other.close()
    assert outcome.findings == expected.findings
    assert "cache not written: database is locked" in outcome.text


def test_two_runs_at_once(tmp_path: Path) -> None:
    data = faulty(tmp_path)
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:html", "checks",
        f"--data={data.root}", f"--cache={tmp_path / 'cache'}",
    ]  # fmt: skip
    runs = [
        subprocess.Popen(
            [*command, f"--findings={tmp_path / str(number)}"], cwd=REPOSITORY,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for number in range(2)
    ]  # fmt: skip
    texts = [run.communicate(timeout=120)[0] for run in runs]
    assert [run.returncode for run in runs] == [1, 1], texts
    first, second = ((tmp_path / str(number)).read_text().splitlines()[1:] for number in range(2))
    assert first == second


def test_without_write_permission_the_data_is_checked_all_the_same(tmp_path: Path) -> None:
    data = sound_tree(tmp_path)
    for path in (data.root, *data.root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert check(data.root).code == 0
    for path in (data.root, *data.root.rglob("*")):
        path.chmod(0o755)
