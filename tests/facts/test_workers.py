from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from holdfast import Fault
from holdfast.facts.levels import Level
from holdfast.facts.messages import Job, Reply, Request, Task
from holdfast.facts.pool import Pool
from tests.trees import picture, tree


@pytest.fixture
def pool() -> Iterator[Pool]:
    opened = Pool()
    yield opened
    opened.close()


def ask(pool: Pool, requests: list[Request]) -> Iterator[tuple[Request, Reply]]:
    return chain.from_iterable(pool.submit(Job(Task.MEASURE, Level.EXACT), requests, len(requests)))


def children() -> list[int]:
    """The workers of this process (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
            command = (entry.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and b"holdfast.facts.worker" in command:
            found.append(int(entry.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")
def test_a_killed_worker_costs_no_file(tmp_path: Path, pool: Pool) -> None:
    data = tree(tmp_path)
    for number in range(60):
        data.draw(f"train/images/{number}.png", picture(number, 320, 240))
    requests = [Request(str(n), str(data.root / f"train/images/{n}.png")) for n in range(60)]
    replies = {}
    for number, (request, reply) in enumerate(ask(pool, requests)):
        replies[request.key] = reply
        if number == 3:
            for worker in children():
                os.kill(worker, signal.SIGKILL)
    assert len(replies) == 60
    assert {reply.fault for reply in replies.values()} == {None}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")
def test_a_file_whose_worker_dies_each_time_is_not_checked(tmp_path: Path, pool: Pool) -> None:
    data = tree(tmp_path).image("train", "a").image("train", "b")
    over = threading.Event()

    def stop_all() -> None:
        while not over.is_set():
            for worker in children():
                os.kill(worker, signal.SIGKILL)
            time.sleep(0.02)

    killer = threading.Thread(target=stop_all)
    killer.start()
    requests = [Request(name, str(data.root / f"train/images/{name}.jpg")) for name in "ab"]
    try:
        replies = {request.key: reply for request, reply in ask(pool, requests)}
    finally:
        over.set()
        killer.join()
    assert set(replies) == {"a", "b"}
    assert {reply.fault for reply in replies.values()} == {Fault.NOT_CHECKED}
    assert all("killed from outside" in str(reply.detail) for reply in replies.values())


@pytest.mark.parametrize("name", ["link", "pipe", "folder", "gone"])
def test_what_is_no_regular_file_is_not_checked(tmp_path: Path, pool: Pool, name: str) -> None:
    data = tree(tmp_path).image("train", "a")
    place = data.root / name
    if name == "link":
        place.symlink_to(data.root / "train/images/a.jpg")
    elif name == "pipe":
        os.mkfifo(place)
    elif name == "folder":
        place.mkdir()
    [(_, reply)] = ask(pool, [Request("x", str(place))])
    assert reply.fault == Fault.NOT_CHECKED
    assert reply.sha256 is None
