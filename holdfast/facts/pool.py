"""Worker processes under supervision: what one file does to its worker costs that file only.

A standard process pool loses its tasks when a worker dies, or waits for ever. Here each worker has
a thread that feeds it and knows which file it is at.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from holdfast.fault import Fault

TIMEOUT = 60.0
"""Wall seconds after which a silent worker is killed."""
_CHUNK = 4
"""Files a message: their requests fit into a pipe at once, whatever the names."""
_ENDINGS = {
    -24: "more than 10 s of processor time",
    -9: f"no answer within {TIMEOUT:.0f} s, or killed from outside",
    -11: "its decoder crashed (segmentation fault)",
}


class Request(NamedTuple):
    """One file and what is asked of it; `path` is the system's name of it."""

    key: str
    path: str
    task: str
    level: int = 0


Reply = dict[str, Any]


@dataclass(slots=True)
class _Worker:
    """One process and the moment since which it owes an answer (None: it owes none)."""

    process: subprocess.Popen[str] = field(default_factory=lambda: _start())
    since: float | None = None

    def ask(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """The answers, in order; ends early when the process ends."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        lines = "".join(json.dumps(request._asdict()) + "\n" for request in requests)
        try:
            self.process.stdin.write(lines)
            self.process.stdin.flush()
        except (BrokenPipeError, OSError):
            return
        for _ in range(len(requests)):
            self.since = time.monotonic()
            line = self.process.stdout.readline()
            self.since = None
            if not line.endswith("\n"):
                return
            yield json.loads(line)

    def stop(self) -> None:
        """End the process now."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


def worker_count(files: int) -> int:
    """How many workers a scan of so many files is worth: one a processor, fewer for a handful of files."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, files // 40 + 1))


class Pool:
    """Workers that start with the first request and stay until `close`."""

    def __init__(self) -> None:
        self._workers: list[_Worker] = []
        self._chunks: queue.SimpleQueue[Sequence[Request]] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[tuple[Request, Reply] | BaseException] = queue.SimpleQueue()
        self._over = threading.Event()

    def warm_up(self) -> None:
        """Start the workers now: they load their libraries while the caller does other things."""
        self._grow(worker_count(1000))

    def submit(self, requests: Sequence[Request]) -> None:
        """Begin to work on these; their answers wait for `answers`."""
        for start in range(0, len(requests), _CHUNK):
            self._chunks.put(requests[start : start + _CHUNK])
        self._grow(worker_count(len(requests)) if requests else 0)

    def answers(self, count: int) -> Iterator[tuple[Request, Reply]]:
        """The next answers, in the order in which they come. Exactly one for each request.

        A file whose worker died or fell silent twice, the second time alone, is answered as `not checked`.
        """
        for _ in range(count):
            item = self._replies.get()
            if isinstance(item, BaseException):
                raise item
            yield item

    def close(self) -> None:
        """End everything, finished or not."""
        self._over.set()
        for worker in self._workers:
            worker.stop()

    def _grow(self, count: int) -> None:
        if count and not self._workers:
            threading.Thread(target=self._watch, daemon=True).start()
        for index in range(len(self._workers), count):
            self._workers.append(_Worker())
            threading.Thread(target=self._serve, args=(index,), daemon=True).start()

    def _serve(self, index: int) -> None:
        try:
            while not self._over.is_set():
                self._serve_chunk(index, list(self._chunks.get()))
        except BaseException as error:  # a bug here must reach the main thread, which waits for answers
            self._replies.put(error)

    def _serve_chunk(self, index: int, waiting: list[Request]) -> None:
        """Have every file of a chunk answered; replace the worker each time it dies."""
        alone = False
        while waiting and not self._over.is_set():
            batch = waiting[:1] if alone else waiting[:]
            answered = 0
            for reply in self._workers[index].ask(batch):
                self._replies.put((waiting.pop(0), reply))
                answered += 1
            if answered == len(batch):
                alone = False
            elif not self._over.is_set():
                blame = _blame(self._workers[index])
                self._workers[index].stop()
                self._workers[index] = _Worker()
                if alone:
                    self._replies.put((waiting.pop(0), blame))
                alone = not alone

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            now = time.monotonic()
            for worker in list(self._workers):
                since = worker.since
                if since is not None and now - since > TIMEOUT:
                    worker.process.kill()


def _blame(worker: _Worker) -> Reply:
    code = worker.process.wait()
    if code > 0 and worker.process.stderr and (said := worker.process.stderr.read().strip()):
        raise RuntimeError(f"the decoding worker does not start: {said.splitlines()[-1]}")
    detail = _ENDINGS.get(code, f"its decoder ended with {code}")
    return {"fault": Fault.NOT_CHECKED, "detail": detail}


def _start() -> subprocess.Popen[str]:
    package = str(Path(__file__).resolve().parents[2])
    environment = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ
    }
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment |= {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "holdfast.facts.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,  # only the start can speak here: the worker closes it before any file
        env=environment,
        text=True,
        encoding="ascii",
    )
