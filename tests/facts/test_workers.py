"""A file that harms its worker costs one answer, its own: all others are those of a clean run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.saboteur import Deed, install
from holdfast import Fault
from holdfast.facts import pool as pools
from holdfast.facts import supervised
from holdfast.facts.messages import Reply, Request
from holdfast.facts.pool import Pool
from tests.facts.supervising import JOB, among, ask, culprit, workers_of, write
from tests.trees import tree

HAS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers in /proc")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the deeds are those of POSIX")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Request]:
    """Two hundred small pictures."""
    return write(tmp_path_factory.mktemp("files") / "small", 200)


@pytest.fixture(scope="module")
def clean(files: list[Request]) -> dict[str, Reply]:
    """What is said of them where nothing goes wrong."""
    opened = Pool()
    replies = ask(opened, files)
    opened.close()
    assert {(reply.fault, reply.width) for reply in replies.values()} == {(None, 24)}
    return replies


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """A pool whose workers obey the comments of pictures."""
    monkeypatch.setenv("PYTHONPATH", str(install(tmp_path / "saboteur")))
    opened = Pool()
    yield opened
    opened.close()


def test_each_deed_costs_its_own_answer_only(
    tmp_path: Path, pool: Pool, files: list[Request], clean: dict[str, Reply]
) -> None:
    deeds = (Deed.KILL, Deed.MEMORY, Deed.ENDLESS, Deed.CRASH, Deed.ABORT, Deed.EXIT, Deed.LEAVE, Deed.SPEAK)
    placed = [(9 + 23 * number, culprit(tmp_path, deed)) for number, deed in enumerate(deeds)]
    replies = ask(pool, among(files, placed))
    harmful = {str(deed): replies.pop(deed) for deed in deeds}
    assert replies == clean
    assert harmful.pop("speak").fault is None  # what a decoder prints is no answer
    assert {reply.fault for reply in harmful.values()} == {Fault.NOT_CHECKED}
    assert {deed: reply.detail for deed, reply in harmful.items()} == {
        "kill": "no answer within 60 s, or killed from outside",
        "memory": "needs more memory than a worker may take",
        "endless": "more than 10 s of processor time",
        "crash": "its decoder crashed (segmentation fault)",
        "abort": "its decoder ended with -6",
        "exit": "its decoder ended with 0",
        "leave": "its decoder ended with 0",
    }


@pytest.mark.parametrize(
    "places", [(0,), (63,), (30, 31), (5, 70), (62, 63, 64), (200,)],
    ids=["first of a batch", "last", "two in a batch", "two batches at the door", "at the seam", "end"],
)  # fmt: skip
def test_killers_at_awkward_places(
    tmp_path: Path,
    pool: Pool,
    files: list[Request],
    clean: dict[str, Reply],
    places: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pools, "worker_count", lambda files: 1)
    placed = [(place, culprit(tmp_path, Deed.EXIT, str(place))) for place in places]
    replies = ask(pool, among(files, placed))
    assert [replies.pop(request.key).fault for _, request in placed] == [Fault.NOT_CHECKED] * len(places)
    assert replies == clean


@pytest.mark.parametrize("deed", [Deed.SLEEP, Deed.CLOSE])
def test_a_worker_that_says_nothing_any_more_is_replaced(
    tmp_path: Path, pool: Pool, files: list[Request], clean: dict[str, Reply], deed: Deed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(supervised, "TIMEOUT", 4.0)
    replies = ask(pool, among(files[:3], [(1, culprit(tmp_path, deed))]))
    assert replies.pop(deed).fault == Fault.NOT_CHECKED
    assert replies == {key: clean[key] for key in "012"}


@HAS_PROC
def test_a_worker_killed_from_outside_costs_no_file(
    pool: Pool, files: list[Request], clean: dict[str, Reply]
) -> None:
    replies = {}
    for batch, answers in enumerate(pool.submit(JOB, files, len(files))):
        replies |= {request.key: reply._replace(stamp=None) for request, reply in answers}
        if batch < 2:
            for worker in workers_of():
                os.kill(worker, 9)
    assert replies == clean


@HAS_PROC
def test_a_file_whose_worker_dies_each_time_is_not_checked(tmp_path: Path, pool: Pool) -> None:
    data = tree(tmp_path).image("train", "a").image("train", "b")
    over = threading.Event()

    def stop_all() -> None:
        while not over.is_set():
            for worker in workers_of():
                os.kill(worker, 9)
            time.sleep(0.02)

    killer = threading.Thread(target=stop_all)
    killer.start()
    try:
        replies = ask(pool, [Request(name, str(data.root / f"train/images/{name}.jpg")) for name in "ab"])
    finally:
        over.set()
        killer.join()
    assert {reply.fault for reply in replies.values()} == {Fault.NOT_CHECKED}
    assert all("killed from outside" in str(reply.detail) for reply in replies.values())


@pytest.mark.parametrize("name", ["link", "pipe", "folder", "gone"])
def test_what_is_no_regular_file_is_not_checked(tmp_path: Path, name: str) -> None:
    data = tree(tmp_path).image("train", "a")
    place = data.root / name
    if name == "link":
        place.symlink_to(data.root / "train/images/a.jpg")
    elif name == "pipe":
        os.mkfifo(place)
    elif name == "folder":
        place.mkdir()
    opened = Pool()
    reply = ask(opened, [Request("x", str(place))])["x"]
    opened.close()
    assert (reply.fault, reply.sha256) == (Fault.NOT_CHECKED, None)
