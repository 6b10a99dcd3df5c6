"""The worker process: `python -P -m holdfast.facts.worker`, jobs as lines of JSON in, answers out.

It reads from standard input until that closes. A file that crashes or starves it costs one answer:
`holdfast.facts.pool` names the culprit and starts another worker.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple, TextIO

import numpy as np

from holdfast.facts.decode import measure_image
from holdfast.facts.faults import explain
from holdfast.facts.figures import to_text
from holdfast.facts.hashing import MAX_DOUBT, Hashed, hashed, thumbnails
from holdfast.facts.known import is_known, is_known_mask
from holdfast.facts.levels import Level
from holdfast.facts.looks import look_at, preview, shown_code
from holdfast.facts.masks import measure_mask
from holdfast.facts.messages import Job, Reply, Stamp, Task
from holdfast.facts.opening import DECODES, set_limits
from holdfast.facts.squash import features_of
from holdfast.fault import Fault
from holdfast.files import NotRead, read_file

LIMIT_BYTES = 256 << 20
LIMIT_MEMORY = 1280 << 20
LIMIT_SECONDS = 10
"""CPU seconds for one file."""
_MAX = (1 << 63) - 1
"""Devices and inodes are kept as signed numbers of 64 bits; some systems have longer ones."""
_HOLD_BACK = 0.02
"""Seconds for which answers may wait for each other: hashes and messages are cheaper together."""


class Answer(NamedTuple):
    """What is said of a file; the grey picture whose hash is still to be added, and the squashed one whose
    features are."""

    reply: Reply
    grey: bytes | None = None
    squashed: bytes | None = None


def answer(path: str, job: Job) -> Answer:
    """What a job asks of one file. Never raises for what the file is."""
    all_before, full_before = DECODES.all, DECODES.full
    try:
        found = _answer(path, job)
    except MemoryError:
        detail = "needs more memory than a worker may take"
        found = Answer(Reply(fault=Fault.NOT_CHECKED, detail=detail))
    decodes, full = DECODES.all - all_before, DECODES.full - full_before
    return found._replace(reply=found.reply._replace(decodes=decodes, full=full))


def _answer(path: str, job: Job) -> Answer:
    if job.task is Task.PROVE:
        from holdfast.facts.proofs import proof_text  # its libraries load slowly, and most jobs need none

        try:
            return Answer(Reply(data=proof_text(path, job.cache)))
        except Exception:  # who asked proves it there, and raises what has to be
            return Answer(Reply())
    started = time.time_ns()
    try:
        data, state = read_file(path, LIMIT_BYTES)
    except NotRead as error:
        return Answer(Reply(fault=Fault.NOT_CHECKED, detail=str(error)))
    place = state.st_dev & _MAX, state.st_ino & _MAX
    stamp = Stamp(*place, state.st_size, state.st_mtime_ns, state.st_ctime_ns, started)
    digest = hashlib.sha256(data).hexdigest()
    reply = Reply(stamp, digest)
    if job.task is Task.MEASURE:
        if is_known(job.cache, digest, job.level):
            return Answer(reply._replace(known=True))
        facts = measure_image(data, job.level, squash=job.features)
        shape = (facts.fault, facts.detail, facts.format, facts.width, facts.height)
        seen = (None, facts.exact, facts.spread, facts.mode, to_text(facts.figures))
        return Answer(Reply(stamp, digest, *shape, *seen), facts.grey, facts.squashed)
    if job.task is Task.MASK:
        return Answer(_mask(data, reply, job))
    if job.task is Task.CODE:
        return Answer(reply._replace(picture=shown_code(data)))
    try:
        if job.task is Task.PREVIEW:
            return Answer(reply._replace(data=_text(preview(data))))
        look = look_at(data, digest=job.digest)
    except Exception as error:  # decoders raise nearly everything
        fault, detail = explain(error, data)
        return Answer(reply._replace(fault=fault, detail=detail))
    found = reply._replace(fingerprint=look.fingerprint, picture=look.picture, data=_text(look.grey))
    found = found._replace(width=look.width, height=look.height, view=_text(look.view))
    return Answer(found._replace(exact=True), look.hashed)


def _mask(data: bytes, reply: Reply, job: Job) -> Reply:
    if is_known_mask(job.cache, reply.sha256 or ""):
        return reply._replace(known=True)
    mask = measure_mask(data)
    data64 = None if mask.found is None else _text(mask.found)
    reply = reply._replace(fault=mask.fault, detail=mask.detail, mode=mask.mode, data=data64)
    return reply._replace(width=mask.width, height=mask.height)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def completed(asked: list[tuple[str, Answer]], job: Job) -> list[Reply]:
    """The answers with their hashes, and those of a measurement with their thumbnails and features.

    A picture whose cheap hash is doubtful in too many bits is decoded in full.
    """
    greys = [answer.grey for _, answer in asked if answer.grey is not None]
    squares = [answer.squashed for _, answer in asked if answer.squashed is not None]
    features = iter(features_of(squares))
    found = hashed(greys) if greys else Hashed(np.empty(0, np.uint64), np.empty(0, np.int64))
    hashes = iter(zip(*(column.tolist() for column in found), thumbnails(greys), strict=True))
    replies = []
    for path, (reply, grey, square) in asked:
        if square is not None:
            reply = reply._replace(features=_text(next(features)))
        if grey is not None:
            value, doubtful, thumbnail = next(hashes)
            reply = reply._replace(hash=value, data=reply.data or _text(thumbnail))
            if doubtful > MAX_DOUBT and not reply.exact:
                reply = _in_full(path, reply, job)
        replies.append(reply)
    return replies


def _in_full(path: str, cheap: Reply, job: Job) -> Reply:
    exact = job._replace(level=Level.EXACT, features=False)
    [reply] = completed([(path, answer(path, exact))], exact)
    decodes, full = reply.decodes + cheap.decodes, reply.full + cheap.full
    return reply._replace(decodes=decodes, full=full, features=cheap.features)


def main() -> None:
    """Answer jobs until standard input closes. A line out is a list of answers, in the order asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    output = _private_output()
    set_limits()
    gc.freeze()  # the libraries' own objects stay: they need not be looked through again and again
    limits = _Limits()
    for line in _lines():
        (task, level, *more), paths = json.loads(line)
        job = Job(Task(task), Level(level), *more)
        held: list[tuple[str, Answer]] = []
        since = time.monotonic()
        for number, path in enumerate(paths, 1):
            limits.renew()
            held.append((path, answer(path, job)))
            if number == len(paths) or time.monotonic() - since > _HOLD_BACK:
                output.write(json.dumps(completed(held, job)) + "\n")
                output.flush()
                held, since = [], time.monotonic()


def _lines() -> Iterator[str]:
    """Lines of standard input, read as they come: the parent never waits for this process to take one."""
    waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            waiting.put(line)
        waiting.put(None)

    threading.Thread(target=read, daemon=True).start()
    return iter(waiting.get, None)


def _private_output() -> TextIO:
    """The real standard output; decoders that print (libtiff does) write into nothing."""
    output = os.fdopen(os.dup(1), "w", encoding="ascii")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    return output


class _Limits:
    """CPU time and memory of this process, where the system has such limits (not on Windows)."""

    def __init__(self) -> None:
        self._used = -1
        try:
            import resource
        except ImportError:
            self._resource = None
            return
        self._resource = resource
        if sys.platform == "linux":  # elsewhere RLIMIT_AS is refused, or counts what nobody uses
            with open("/proc/self/statm") as statm:
                used = int(statm.read().split()[0]) * resource.getpagesize()
            self._limit(resource.RLIMIT_AS, used + LIMIT_MEMORY)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def renew(self) -> None:
        """Give the next file its CPU seconds."""
        if self._resource is not None:
            usage = self._resource.getrusage(self._resource.RUSAGE_SELF)
            used = int(usage.ru_utime + usage.ru_stime)
            if used != self._used:  # the limit counts whole seconds
                self._used = used
                self._limit(self._resource.RLIMIT_CPU, used + LIMIT_SECONDS + 1)

    def _limit(self, which: int, value: int) -> None:
        """Set a limit, as far as the user's own (`ulimit`) allows."""
        if self._resource is not None:
            hard = self._resource.getrlimit(which)[1]
            most = value if hard == self._resource.RLIM_INFINITY else min(value, hard)
            self._resource.setrlimit(which, (most, hard))


if __name__ == "__main__":
    main()
