"""How the workers are fed, and how everything ends: at its end, at an error, in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from benchmarks.saboteur import Deed, install
from holdfast.facts import pool as pools
from holdfast.facts.messages import Request
from holdfast.facts.pool import Pool
from tests.checking import REPOSITORY
from tests.facts.supervising import JOB, ask, culprit, jpeg, workers_of, write
from tests.trees import picture, tree

HAS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")


@pytest.fixture
def pool() -> Iterator[Pool]:
    opened = Pool()
    yield opened
    opened.close()


@pytest.fixture
def files(tmp_path: Path) -> list[Request]:
    return write(tmp_path / "small", 60)


def sized(requests: list[Request], size: int) -> list[Request]:
    """The same, said to have so many bytes each."""
    return [request._replace(size=size) for request in requests]


@pytest.mark.parametrize(("size", "messages"), [(0, 1), (1 << 18, 5), (1 << 20, 20), (1 << 28, 20)])
def test_a_message_holds_a_mebibyte_of_files(
    pool: Pool, files: list[Request], size: int, messages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "worker_count", lambda files: 1)
    ask(pool, sized(files[:20], size))
    assert pool.round_trips == messages


def test_a_message_fits_into_a_pipe_however_long_the_paths_are(tmp_path: Path, pool: Pool) -> None:
    deep = tmp_path.joinpath(*["d" * 200] * 15)
    requests = [Request(str(number), str(deep / f"{number}.jpg")) for number in range(200)]
    replies = ask(pool, requests)
    assert {reply.detail for reply in replies.values()} == {"no such file or directory"}
    assert pool.round_trips == 100


def test_one_huge_picture_among_many_small_ones(
    tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_BATCH_NAMES", 1 << 15)  # room for paths of any length
    requests = write(tmp_path / "small", 300)
    place = tmp_path / "huge.jpg"
    picture(7).resize((8000, 6000)).save(place)
    requests.insert(100, Request("huge", str(place), 4 << 20))
    replies = ask(pool, requests)
    assert (replies["huge"].width, replies["huge"].height, replies["huge"].full) == (8000, 6000, 0)
    assert [reply.fault for reply in replies.values()] == [None] * 301
    assert pool.round_trips == 6  # 64 + (36 and the huge one) + 3 * 64 + 8


def test_requests_are_drawn_as_they_are_wanted(
    pool: Pool, files: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "worker_count", lambda files: 1)
    drawn = 0

    def source() -> Iterator[Request]:
        nonlocal drawn
        for drawn, request in enumerate(sized(files, 1 << 20), 1):  # noqa: B007 counts
            yield request

    for done, _ in enumerate(pool.submit(JOB, source(), len(files)), 1):
        assert drawn <= done + 2 + 512  # two batches with the worker, the rest of what may wait
    assert drawn == len(files)


def test_a_worker_that_cannot_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[Request]
) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("raise SystemExit('this library is broken')")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with (
        closing(Pool()) as pool,
        pytest.raises(RuntimeError, match=r"does not start: .*this library is broken"),
    ):
        ask(pool, files)


def test_no_program_to_start_is_told(monkeypatch: pytest.MonkeyPatch, files: list[Request]) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with closing(Pool()) as pool, pytest.raises(OSError, match="nowhere"):
        ask(pool, files)


def test_limits_of_the_user_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[Request]
) -> None:
    """Below what a worker would take, the user's own (`ulimit`) hold, and cost no file."""
    pytest.importorskip("resource")
    folder = tmp_path / "limited"
    folder.mkdir()
    lines = [
        "import resource as r",
        "r.setrlimit(r.RLIMIT_CPU, (8, 8))",
        "r.setrlimit(r.RLIMIT_AS, (1 << 30, 1 << 30))",
    ]
    (folder / "sitecustomize.py").write_text("\n".join(lines))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with closing(Pool()) as pool:
        assert {reply.fault for reply in ask(pool, files).values()} == {None}


def test_an_error_in_the_source_of_requests_is_raised(pool: Pool, files: list[Request]) -> None:
    def source() -> Iterator[Request]:
        yield from files
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        list(pool.submit(JOB, source(), 200))


@HAS_PROC
def test_an_error_of_the_reader_ends_the_workers(files: list[Request]) -> None:
    with suppress(ValueError), closing(Pool()) as pool:
        for _ in pool.submit(JOB, sized(files, 1 << 20), 60):
            raise ValueError("a bug")
    assert workers_of() == []


@HAS_PROC
def test_closed_while_a_worker_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[Request]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(install(tmp_path / "saboteur")))
    pool = Pool()
    answers = pool.submit(JOB, [*files[:3], culprit(tmp_path, Deed.SLEEP), *files[3:]], 60)
    next(answers)
    pool.close()
    assert workers_of() == []


@HAS_PROC
@pytest.mark.parametrize("moment", range(4))
def test_closed_while_workers_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[Request], moment: int
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(install(tmp_path / "saboteur")))
    pool = Pool()
    answers = pool.submit(JOB, [*files[:3], *(culprit(tmp_path, Deed.EXIT, str(n)) for n in range(9))], 200)
    next(answers)
    time.sleep(0.1 * moment)
    pool.close()
    for _ in range(100):  # one that was just being started is ended by its own thread
        if not workers_of():
            break
        time.sleep(0.1)
    assert workers_of() == []


def test_closed_twice_or_never_used() -> None:
    pool = Pool()
    pool.close()
    pool.close()


@HAS_PROC
@pytest.mark.parametrize("deed", [Deed.SLEEP, Deed.ENDLESS])
def test_ctrl_c_ends_the_run_and_its_workers(tmp_path: Path, deed: Deed) -> None:
    run, workers = _run_in_the_middle(tmp_path, deed)
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait() == 2
    assert _left(workers) == []


@HAS_PROC
def test_workers_end_where_the_run_is_killed(tmp_path: Path) -> None:
    run, workers = _run_in_the_middle(tmp_path, Deed.ENDLESS)
    run.kill()
    run.wait()
    assert _left(workers) == []


def _run_in_the_middle(folder: Path, deed: Deed) -> tuple[subprocess.Popen[bytes], list[int]]:
    """A check whose worker has come upon a harmful picture, and its workers."""
    data = tree(folder).file("train/images/a.jpg", jpeg(1))
    culprit(data.path("train/images/b.jpg").parent, deed)
    environment = os.environ | {"PYTHONPATH": str(install(folder / "saboteur", fewer_seconds=6))}
    options = (f"--data={data.root}", f"--cache={folder}/cache", f"--findings={folder}/findings.jsonl")
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "checks/unreadable_image.py", *options, "-p", "no:cacheprovider"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (workers := workers_of(run.pid)) and run.poll() is None:
        time.sleep(0.05)
    time.sleep(2)
    return run, workers


def _left(workers: list[int]) -> list[int]:
    """Those of the processes that do not end within half a minute."""
    for _ in range(300):
        if not (left := [pid for pid in workers if Path(f"/proc/{pid}/stat").exists()]):
            return []
        time.sleep(0.1)
    return left
