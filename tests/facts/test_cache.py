"""The cache is never wrong, whatever happens to it: at worst it is empty."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from holdfast import cli
from holdfast.facts import cache as caches
from holdfast.facts import places, scan, states
from holdfast.facts.cache import Cache
from holdfast.facts.levels import Level
from holdfast.facts.scan import Counts, Progress, open_scanner, quiet
from holdfast.facts.tables import MEASURED
from holdfast.pairing import find_pairs
from tests.checking import REPOSITORY
from tests.formats.reading import read_tree
from tests.trees import Tree, picture, tree

IMAGES = 26


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan found of a dataset, what it cost, and what the cache had to say."""

    facts: list[Any]
    counts: Counts
    note: str


def seen(root: Path, cache: Path, progress: Progress = quiet) -> Seen:
    """Measure and pair the images of a folder."""
    with open_scanner(root, cache, progress) as scanner:
        dataset = find_pairs(scanner.measure(read_tree(root), Level.SKETCH), 8, scanner)
        rows = dataset.images.drop("phash").rows() + dataset.pairs.rows()
        return Seen(rows, scanner.counts, scanner.cache.note)


@pytest.fixture
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file just written is at rest."""
    monkeypatch.setattr(states, "_GRAIN", 0)


@pytest.fixture
def data(tmp_path: Path, at_rest: None) -> Tree:
    """Pictures, copies of them in all ways, and a broken one."""
    built = tree(tmp_path)
    for number in range(10):
        built.draw(f"train/images/{number}.jpg", picture(number, 160, 130))
        built.draw(f"valid/images/{number}.png", picture(number + 5, 160, 130))
    for number in range(5):
        built.copy(f"train/images/{number}.jpg", f"test/images/{number}.jpg")
    return built.file("test/images/broken.jpg", built.path("train/images/7.jpg").read_bytes()[:900])


def database(cache: Path) -> Path:
    [file] = cache.glob("*.sqlite")
    return file


@pytest.mark.parametrize("grain", [0, None])
def test_a_file_rewritten_with_its_size_and_time_restored_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grain: int | None
) -> None:
    """Without a grain the time of the inode alone tells; with one also a rewrite within a tick is seen."""
    if grain is not None:
        monkeypatch.setattr(states, "_GRAIN", grain)
    data = tree(tmp_path).file("train/images/a.jpg", b"0" * 40)
    place, chance = data.path("train/images/a.jpg"), random.Random(1)
    before, stale = place.stat(), 0
    with open_scanner(data.root, tmp_path / "cache") as scanner:
        dataset = read_tree(data.root)
        for _ in range(60 if grain == 0 else 400):
            content = chance.randbytes(40)
            place.write_bytes(content)
            os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
            found = scanner.measure(dataset, Level.BYTES).images["sha256"][0]
            stale += found != hashlib.sha256(content).hexdigest()
            time.sleep(0.02 if grain == 0 else 0)
    assert stale == 0


def test_a_file_replaced_by_an_older_one_of_its_size(tmp_path: Path, at_rest: None) -> None:
    data = tree(tmp_path).file("train/images/a.jpg", b"0" * 40).file("other", b"1" * 40)
    os.utime(data.path("train/images/a.jpg"), (1_000_000_000, 1_000_000_000))
    os.utime(data.path("other"), (1_000_000_000, 1_000_000_000))
    first = seen(data.root, tmp_path / "cache")
    os.replace(data.path("other"), data.path("train/images/a.jpg"))
    again = seen(data.root, tmp_path / "cache")
    assert (first.counts.read, again.counts.read) == (1, 1)
    assert first.facts != again.facts


def test_a_moved_dataset_is_read_and_not_decoded(tmp_path: Path, data: Tree) -> None:
    first = seen(data.root, tmp_path / "cache")
    moved = data.root.rename(tmp_path / "moved")
    again = seen(moved, tmp_path / "cache")
    assert again.facts == first.facts
    assert (again.counts.read, again.counts.decoded) == (IMAGES, 0)


def test_a_copied_dataset_is_read_and_not_decoded(tmp_path: Path, data: Tree) -> None:
    first = seen(data.root, tmp_path / "cache")
    again = seen(Path(shutil.copytree(data.root, tmp_path / "copied")), tmp_path / "cache")
    assert again.facts == first.facts
    assert (again.counts.read, again.counts.decoded) == (IMAGES, 0)


def test_another_version_starts_anew(tmp_path: Path, data: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    first = seen(data.root, tmp_path / "cache")
    monkeypatch.setattr(places, "_VERSION", "another")
    again = seen(data.root, tmp_path / "cache")
    assert again == first
    assert len(list((tmp_path / "cache").glob("*.sqlite"))) == 2


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, data: Tree) -> None:
    (tmp_path / "file").write_text("")
    found = seen(data.root, tmp_path / "file" / "cache")
    assert found.note.startswith("cache not used: ")
    assert found.facts == seen(data.root, tmp_path / "cache").facts


@pytest.mark.parametrize("good", range(4))
def test_a_disk_that_is_full_from_some_write_on(
    tmp_path: Path, data: Tree, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    expected = seen(data.root, tmp_path / "whole").facts
    monkeypatch.setattr(scan, "_LOT", 5)
    left, execute = good, caches._execute

    def run_full(base: sqlite3.Connection, statements: Any) -> None:
        nonlocal left
        left -= 1
        on_disk = base.execute("PRAGMA database_list").fetchone()[2]
        if left < 0 and on_disk:
            raise sqlite3.OperationalError("database or disk is full")
        execute(base, statements)

    monkeypatch.setattr(caches, "_execute", run_full)
    found = seen(data.root, tmp_path / "cache")
    assert found.facts == expected
    assert found.note == "cache not written: database or disk is full"
    monkeypatch.setattr(caches, "_execute", execute)
    assert seen(data.root, tmp_path / "cache").facts == expected


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A file system of 80 kB, where it may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=80k", "none", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_disk_that_is_full_and_then_closed(tmp_path: Path, data: Tree, small_disk: Path) -> None:
    expected = seen(data.root, tmp_path / "whole").facts
    found = seen(data.root, small_disk)
    assert found.facts == expected
    assert found.note.startswith("cache not written: ")
    (small_disk / "large").write_bytes(b"")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    closed = seen(data.root, small_disk)
    assert closed.facts == expected
    assert closed.note == "cache not written: attempt to write a readonly database"


@pytest.mark.parametrize("how", ["bytes", "blocks", "zeros", "cut"])
def test_a_damaged_file_is_no_reason_to_end(tmp_path: Path, data: Tree, how: str) -> None:
    first = seen(data.root, tmp_path / "cache")
    whole, chance = database(tmp_path / "cache").read_bytes(), random.Random(how)
    for _ in range(8):
        file = database(tmp_path / "cache")
        file.write_bytes(_damaged(whole, how, chance))
        again = seen(data.root, tmp_path / "cache")
        assert len(again.facts) >= IMAGES
        if how == "cut":  # SQLite cannot tell a changed value from another
            assert again.facts == first.facts


def _damaged(whole: bytes, how: str, chance: random.Random) -> bytes:
    if how == "cut":
        return whole[: chance.randrange(len(whole))]
    found = bytearray(whole)
    for _ in range(20 if how == "bytes" else 2):
        place, size = chance.randrange(len(whole)), 1 if how == "bytes" else 4096
        place -= place % size
        found[place : place + size] = bytes(size) if how == "zeros" else chance.randbytes(size)
    return bytes(found)


@pytest.mark.parametrize("column", [name for name in MEASURED if name != "sha256"])
def test_a_row_of_wrong_types_is_measured_anew(tmp_path: Path, data: Tree, column: str) -> None:
    first = seen(data.root, tmp_path / "cache")
    with sqlite3.connect(database(tmp_path / "cache")) as base:
        base.execute(f"UPDATE facts SET {column} = x'00ff' WHERE id = 3")
    base.close()
    assert seen(data.root, tmp_path / "cache").facts == first.facts


@pytest.mark.parametrize(
    ("table", "column"),
    [("facts", "thumbnail"), ("looks", "hash"), ("looks", "fingerprint"), ("looks", "picture"),
     ("looks", "grey"), ("codes", "code"), ("searches", "hashes"), ("searches", "first"),
     ("searches", "second")],
)  # fmt: skip
@pytest.mark.parametrize("value", ["x'00ff'", "'text'"])
def test_values_of_wrong_types_are_not_used(
    tmp_path: Path, data: Tree, table: str, column: str, value: str
) -> None:
    first = seen(data.root, tmp_path / "cache")
    with sqlite3.connect(database(tmp_path / "cache")) as base:
        base.execute(f"UPDATE {table} SET {column} = {value}")
    base.close()
    assert seen(data.root, tmp_path / "cache").facts == first.facts


def test_what_the_cache_knows_and_does_not_give_is_measured(
    tmp_path: Path, data: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = seen(data.root, tmp_path / "cache")
    moved = data.root.rename(tmp_path / "moved")
    give = Cache.facts
    monkeypatch.setattr(Cache, "facts", lambda self, digests, level: give(self, [], level))
    assert seen(moved, tmp_path / "cache").facts == first.facts


_SCAN = """
import json, sys
from pathlib import Path
from holdfast.facts import scan, states
from tests.facts.test_cache import seen
scan._LOT, states._GRAIN = 3, 0
found = seen(Path(sys.argv[1]), Path(sys.argv[2]), lambda what, done, total: print(what, done, flush=True))
print(json.dumps([found.facts, found.counts.decoded], default=str))
"""


def start(data: Tree, cache: Path) -> subprocess.Popen[str]:
    """A process that scans and says how far it is."""
    command = [sys.executable, "-c", _SCAN, str(data.root), str(cache)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def as_json(facts: list[Any]) -> Any:
    return json.loads(json.dumps(facts, default=str))


def test_killed_at_any_time_it_keeps_what_was_measured(tmp_path: Path, data: Tree) -> None:
    expected = seen(data.root, tmp_path / "whole")
    for lines in range(1, 9):
        run = start(data, tmp_path / "cache")
        assert run.stdout is not None
        for _ in range(lines):
            run.stdout.readline()
        run.kill()
        run.communicate()
    found = seen(data.root, tmp_path / "cache")
    assert found.facts == expected.facts
    assert found.counts.decoded < expected.counts.decoded


def test_two_runs_at_once(tmp_path: Path, data: Tree) -> None:
    expected = as_json(seen(data.root, tmp_path / "whole").facts)
    runs = [start(data, tmp_path / "cache") for _ in range(2)]
    outputs = [run.communicate()[0] for run in runs]
    assert [json.loads(output.splitlines()[-1])[0] for output in outputs] == [expected] * 2
    after = seen(data.root, tmp_path / "cache")
    assert (as_json(after.facts), after.counts.decoded, after.note) == (expected, 0, "")


def test_the_command_says_where_it_is_and_forgets_it(
    tmp_path: Path, data: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    seen(data.root, cache)
    cache.joinpath("mine.txt").write_text("not the cache's")
    size = database(cache).stat().st_size / 1e6
    assert cli.main(["cache", f"--cache={cache}"]) == 0
    assert capsys.readouterr().out == f"{cache}: {size:.1f} MB in 1 files\n"
    assert cli.main(["cache", "clear", f"--cache={cache}"]) == 0
    assert capsys.readouterr().out == f"{cache}: forgot {size:.1f} MB in 1 files\n"
    assert [file.name for file in cache.iterdir()] == ["mine.txt"]
    assert seen(data.root, cache).counts.read >= IMAGES
