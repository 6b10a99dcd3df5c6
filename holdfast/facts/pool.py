"""Worker processes under supervision: what one file does to its worker costs that file only.

A standard process pool loses its tasks when a worker dies, or waits for ever. Here each worker has a
thread that feeds it, keeps one batch waiting at its door, and knows which files it has not answered.
"""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator

from holdfast.facts.messages import Job, Reply, Request, Task
from holdfast.facts.supervised import STARVED, Worker

_BATCH_FILES = {Task.MEASURE: 64, Task.CODE: 64, Task.LOOK: 8, Task.PREVIEW: 8, Task.MASK: 64, Task.PROVE: 16}
"""Files in a batch: few of what takes long, so that all workers end together."""
_BATCH_BYTES = 1 << 20
"""Bytes of files in a batch: a huge picture is a batch of its own."""
_BATCH_NAMES = 4 << 10
"""Characters of paths in a batch."""
_TRIES = 2
"""How often a file may end its worker while it is asked alone, before it is blamed."""
_HEED = 0.2
"""Seconds after which a wait for answers looks up: Polars handles Ctrl-C so that it ends no wait."""
_ANSWERS = 512
"""Batches of answers that may wait for their reader."""

Answers = list[tuple[Request, Reply]]


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def worker_count(files: int) -> int:
    """How many workers a scan of so many files is worth: one a processor, fewer for a handful of files."""
    return max(1, min(processors(), files // 40 + 1))


class Pool:
    """Workers that start with the first request, or `warm_up`, and stay until `close`."""

    def __init__(self) -> None:
        self.round_trips = 0
        self._workers: list[Worker] = []
        self._over = threading.Event()

    def warm_up(self) -> None:
        """Start the workers now: they load their libraries while the caller does other things."""
        self._grow(worker_count(1000))

    def submit(self, job: Job, requests: Iterable[Request], count: int) -> Iterator[Answers]:
        """Begin to work on these `count` requests; the result gives the answers in batches, as they come.

        There is exactly one answer for each request: a file whose worker died or fell silent at it again
        and again is answered as `not checked`. Take all answers of one call before the next call.
        """
        replies: queue.Queue[Answers | BaseException | None] = queue.Queue(_ANSWERS)
        serving = worker_count(count)
        self._grow(serving)
        batches = _Batches(requests, _BATCH_FILES[job.task])
        for index in range(serving):
            threading.Thread(target=self._serve, args=(index, job, batches, replies), daemon=True).start()
        return _until_done(replies, serving)

    def close(self) -> None:
        """End everything, finished or not."""
        self._over.set()
        for worker in self._workers:
            worker.stop()

    def _grow(self, count: int) -> None:
        if not self._workers:
            threading.Thread(target=self._watch, daemon=True).start()
        while len(self._workers) < count:
            self._workers.append(Worker())

    def _serve(
        self,
        index: int,
        job: Job,
        batches: _Batches,
        replies: queue.Queue[Answers | BaseException | None],
    ) -> None:
        """Have one worker answer batches until there are none; replace it each time it dies."""
        try:
            asked: deque[deque[Request]] = deque()
            while not self._over.is_set():
                while len(asked) < 2 and (batch := batches.next()):
                    self._send(index, job, batch)
                    asked.append(deque(batch))
                if not asked:
                    break
                if answers := self._receive(index, asked[0]):
                    replies.put(answers)
                    if not asked[0]:
                        asked.popleft()
                elif not self._over.is_set():
                    replies.put(self._ask_alone(index, job, asked.popleft()))
                    for waiting in asked:  # at the door of the worker that died
                        self._send(index, job, list(waiting))
            replies.put(None)
        except BaseException as error:  # a bug here must reach the main thread, which waits for answers
            replies.put(error)

    def _send(self, index: int, job: Job, requests: list[Request]) -> None:
        self.round_trips += 1
        self._workers[index].send(job, requests)

    def _receive(self, index: int, waiting: deque[Request]) -> Answers:
        replies = self._workers[index].receive()
        if len(replies) > len(waiting):  # it answers what nobody asked: it is not to be trusted
            self._workers[index].process.kill()
            return []
        return [(waiting.popleft(), reply) for reply in replies]

    def _ask_alone(self, index: int, job: Job, left: deque[Request]) -> Answers:
        """Each of these on its own, as one of them ended its worker; the culprit is blamed by name."""
        answers: Answers = []
        self._replace(index)
        while left and not self._over.is_set():
            answers.append((left[0], self._alone(index, job, left[0])))
            left.popleft()
        return answers

    def _alone(self, index: int, job: Job, request: Request) -> Reply:
        blame = Reply()
        for _ in range(_TRIES):
            self._send(index, job, [request])
            if found := self._receive(index, deque([request])):
                return found[0][1]
            blame, ended = self._workers[index].blame(), self._workers[index].process.returncode
            self._replace(index)
            if ended == STARVED:  # the next one would starve as well
                break
        return blame

    def _replace(self, index: int) -> None:
        if not self._over.is_set():
            self._workers[index].blame()
            self._workers[index].stop()
            self._workers[index] = Worker()
            if self._over.is_set():  # `close` may have come between, and has not seen it
                self._workers[index].stop()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            for worker in list(self._workers):
                if worker.is_silent():
                    worker.process.kill()


class _Batches:
    """Requests in batches, taken by several threads; drawn from their source only as they are wanted."""

    def __init__(self, requests: Iterable[Request], most: int) -> None:
        self._most = most
        self._source = iter(requests)
        self._lock = threading.Lock()

    def next(self) -> list[Request]:
        """The next batch; empty when there is nothing left."""
        batch: list[Request] = []
        size = names = 0
        with self._lock:
            for request in self._source:
                batch.append(request)
                size, names = size + request.size, names + len(request.path)
                if len(batch) == self._most or size >= _BATCH_BYTES or names >= _BATCH_NAMES:
                    break
        return batch


def _until_done(replies: queue.Queue[Answers | BaseException | None], serving: int) -> Iterator[Answers]:
    while serving:
        try:
            item = replies.get(timeout=_HEED)
        except queue.Empty:
            continue
        if isinstance(item, BaseException):
            raise item
        if item is None:
            serving -= 1
        else:
            yield item
