"""The cache is never wrong, whatever happens to it: at worst it is empty."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from holdfast import cli
from holdfast.facts import places, scan, states, tables
from holdfast.facts import store as stores
from holdfast.facts.cache import Cache
from holdfast.facts.levels import Level
from holdfast.facts.messages import Reply, Stamp
from holdfast.facts.scan import Counts, Progress, open_scanner, quiet
from holdfast.facts.tables import MEASURED
from holdfast.pairing import find_pairs
from holdfast.pairs import Signals
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
        dataset = find_pairs(scanner.measure(read_tree(root), Level.SKETCH), Signals(8), scanner)
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
    left, execute = good, stores._execute

    def run_full(base: sqlite3.Connection, statements: Any) -> None:
        nonlocal left
        left -= 1
        on_disk = base.execute("PRAGMA database_list").fetchone()[2]
        if left < 0 and on_disk:
            raise sqlite3.OperationalError("database or disk is full")
        execute(base, statements)

    monkeypatch.setattr(stores, "_execute", run_full)
    found = seen(data.root, tmp_path / "cache")
    assert found.facts == expected
    assert found.note == "cache not written: database or disk is full"
    monkeypatch.setattr(stores, "_execute", execute)
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


HOWS = ("bytes", "blocks", "zeros", "cut")


@pytest.mark.parametrize("how", HOWS)
def test_a_damaged_file_is_no_reason_to_end_nor_to_err(tmp_path: Path, data: Tree, how: str) -> None:
    first = seen(data.root, tmp_path / "cache")
    place, chance = database(tmp_path / "cache"), random.Random(how)
    whole = place.read_bytes()
    for _ in range(8):
        for file in place.parent.glob("*.sqlite*"):
            file.unlink()
        place.write_bytes(_damaged(whole, how, chance))
        again = seen(data.root, tmp_path / "cache")
        assert (again.facts, again.note) == (first.facts, "")


def _damaged(whole: bytes, how: str, chance: random.Random) -> bytes:
    if how == "cut":
        return whole[: chance.randrange(len(whole))]
    found = bytearray(whole)
    for _ in range(chance.randrange(1, 40) if how == "bytes" else 2):
        place, size = chance.randrange(len(whole)), 1 if how == "bytes" else 4096
        place -= place % size
        found[place : place + size] = bytes(size) if how == "zeros" else chance.randbytes(size)
    return bytes(found)


@pytest.mark.parametrize("how", HOWS)
def test_whatever_a_damaged_file_still_says_is_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Rows of all tables, in trees of some depth; the file is also written after the damage."""
    monkeypatch.setattr(stores, "connect", _connect_without_syncs)
    root, place, chance = tmp_path / "data", tmp_path / "a.sqlite", random.Random(how)
    with closing(Cache(place, root)) as cache:
        _fill(cache, range(300))
        true = _said(cache)
    whole, kept = place.read_bytes(), 0
    for _ in range(100):
        for file in tmp_path.glob("*.sqlite*"):
            file.unlink()
        place.write_bytes(_damaged(whole, how, chance))
        with closing(Cache(place, root)) as cache:
            said = _said(cache)
            kept += len(said)
            assert said <= true
            _fill(cache, range(0, 300, 50))
            assert _said(cache) <= true
            assert cache.note == ""
    assert kept > 0 or how == "cut"  # a cache that knows nothing is right, too


def _connect_without_syncs(file: Path | str) -> sqlite3.Connection:
    base = tables.connect(file)
    base.execute("PRAGMA synchronous = OFF")
    return base


def _fill(cache: Cache, numbers: Iterable[int]) -> None:
    """Facts, looks, codes, previews and a search that follow from their numbers."""
    names = {number: hashlib.sha256(b"%d" % number).hexdigest() for number in numbers}
    cache.keep(
        Level.EXACT, [(f"train/images/{number}.jpg", _reply(number, names[number])) for number in names]
    )
    drawn = {number: random.Random(number).randbytes(4096) for number in names}
    cache.keep_looks((names[n], n << 54, n, names[n], drawn[n]) for n in names)
    cache.keep_codes((names[n], f"{names[n]}:{n % 8}") for n in names)
    cache.keep_previews((names[n], drawn[n][: 900 + n]) for n in names)
    cache.keep_search(8, *(np.arange(3000, dtype=np.uint64) for _ in range(3)))


def _reply(number: int, digest: str) -> Reply:
    stamp, thumbnail = Stamp(1, number, 900, 1, 2, 10**18 + number), bytes([number % 256]) * 256
    return Reply(
        stamp, digest, None, None, "JPEG", 640, 480, number << 54, True, number / 7,
        data=base64.b64encode(thumbnail).decode(),
    )  # fmt: skip


def _said(cache: Cache) -> set[Any]:
    """All that the cache says, each row once."""
    names = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(300)]
    known = cache.known(Level.BYTES).rows()
    assert len({row[0] for row in known}) == len(known)
    facts = cache.facts(names, Level.BYTES).rows()
    assert len({row[0] for row in facts}) == len(facts)
    by_digest = (cache.thumbnails(names), cache.codes(names), cache.previews(names))
    search = cache.search(8)
    found = {("search", *(array.tobytes() for array in search))} if search else set()
    return found.union(known, facts, cache.looks(names), *(answers.items() for answers in by_digest))


def test_a_damaged_file_that_another_run_has_open_stays(tmp_path: Path, data: Tree) -> None:
    first = seen(data.root, tmp_path / "cache")
    file = database(tmp_path / "cache")
    with closing(Cache(file, data.root)) as other:
        expected = other.known(Level.SKETCH).height
        content = b"no database" + file.read_bytes()[11:]
        file.write_bytes(content)
        assert seen(data.root, tmp_path / "cache") == first
        assert file.read_bytes() == content
        assert seen(data.root, tmp_path / "cache").counts.read < first.counts.read
        assert other.known(Level.SKETCH).height in (expected, 0)
    assert sorted(place.suffix for place in file.parent.iterdir()) == [".sqlite", ".sqlite-2"]


def test_many_damaged_files_are_told(tmp_path: Path, data: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    first, folder = seen(data.root, tmp_path / "cache"), tmp_path / "cache"
    place = database(folder)
    for number in range(1, 10):
        place.with_name(place.name + f"-{number}" * (number > 1)).write_bytes(b"no database" * 100)
    found = seen(data.root, folder)
    assert found.facts == first.facts
    assert found.note == (
        f"cache not used: {folder}: 9 damaged files; forget them with: holdfast cache clear"
    )
    assert cli.main(["cache", "clear", f"--cache={folder}"]) == 0
    assert "in 9 files" in capsys.readouterr().out
    assert not list(folder.iterdir())
    assert seen(data.root, folder).note == ""


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
