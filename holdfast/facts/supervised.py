"""One worker process and the messages to and from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.facts.messages import Job, Reply, Request, Stamp
from holdfast.fault import Fault

_LONGEST = 16 << 20
"""Characters of a message that are read."""
TIMEOUT = 60.0
"""Wall seconds after which a silent worker is killed."""
STARVED = -24
"""The exit code of a process that passed its limit of CPU seconds (SIGXCPU)."""
_ENDINGS = {
    STARVED: "more than 10 s of processor time",
    -9: f"no answer within {TIMEOUT:.0f} s, or killed from outside",
    -11: "its decoder crashed (segmentation fault)",
}


_TUNED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # arrays of some hundred kB, returned to the system at once, cost a third of the time to get again
    "MALLOC_MMAP_THRESHOLD_": str(8 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(32 << 20),
}
"""Settings of a worker: one thread each, and (of glibc) memory that is kept."""


@dataclass(slots=True)
class Worker:
    """A process, and the moment since which somebody waits for its answer (None: nobody does)."""

    process: subprocess.Popen[str] = field(default_factory=lambda: _start())
    since: float | None = None

    def send(self, job: Job, requests: Sequence[Request]) -> None:
        """Ask; a process that is gone is found when its answers are read."""
        assert self.process.stdin is not None
        self.since = time.monotonic()
        with suppress(OSError):
            self.process.stdin.write(json.dumps([job, [request.path for request in requests]]) + "\n")
            self.process.stdin.flush()
        self.since = None

    def receive(self) -> list[Reply]:
        """The next answers, in the order asked; none when the process has ended."""
        assert self.process.stdout is not None
        self.since = time.monotonic()
        line = self.process.stdout.readline(_LONGEST)
        self.since = None
        try:
            return [_reply(row) for row in json.loads(line)] if line.endswith("\n") else []
        except (ValueError, TypeError):  # it does not speak as it should: what has it in its hands?
            self.process.kill()
            return []

    def is_silent(self) -> bool:
        """Whether somebody has waited for too long."""
        since = self.since
        return since is not None and time.monotonic() - since > TIMEOUT

    def blame(self) -> Reply:
        """What is to be said of the file at which the process ended.

        Raises RuntimeError for a process that never started to work.
        """
        try:
            code = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it closed its output and lives on
            self.process.kill()
            code = self.process.wait()
        if code > 0 and self.process.stderr and (said := self.process.stderr.read().strip()):
            raise RuntimeError(f"the decoding worker does not start: {said.splitlines()[-1]}")
        return Reply(fault=Fault.NOT_CHECKED, detail=_ENDINGS.get(code, f"its decoder ended with {code}"))

    def stop(self) -> None:
        """End the process now."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                with suppress(OSError):  # what was asked and never read
                    stream.close()


def _reply(row: list[object]) -> Reply:
    stamp, *rest = row
    return Reply(Stamp(*stamp) if isinstance(stamp, list) else None, *rest)  # type: ignore[arg-type] # the worker's own


def _start() -> subprocess.Popen[str]:
    package = str(Path(__file__).resolve().parents[2])
    environment = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ
    }
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment |= {"PYTHONPATH": os.pathsep.join(paths), **_TUNED}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "holdfast.facts.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,  # only the start can speak here: the worker closes it before any file
        env=environment,
        text=True,
        encoding="ascii",
    )
