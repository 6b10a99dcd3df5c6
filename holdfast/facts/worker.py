"""The worker process: `python -P -m holdfast.facts.worker`, one JSON line in, one out, for each file.

It reads requests from standard input until that closes. A file that crashes or starves it costs
one answer: `holdfast.facts.pool` names the culprit and starts another worker.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import signal
import sys
import time
from typing import Any, TextIO

from holdfast.facts.decode import measure_image, set_limits
from holdfast.facts.levels import Level
from holdfast.facts.looks import look_at, preview
from holdfast.fault import Fault
from holdfast.files import NotRead, read_file

LIMIT_BYTES = 256 << 20
LIMIT_MEMORY = 1280 << 20
LIMIT_SECONDS = 10
"""CPU seconds for one file."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What a request asks of one file. Never raises for what the file is."""
    started = time.time_ns()
    try:
        data, state = read_file(request["path"], LIMIT_BYTES)
    except NotRead as error:
        return {"fault": Fault.NOT_CHECKED, "detail": str(error)}
    stamp = [state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns, started]
    reply = {"stamp": stamp, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    if request["task"] == "measure":
        return reply | dataclasses.asdict(measure_image(data, Level(request["level"])))
    try:
        if request["task"] == "preview":
            return reply | {"jpeg": base64.b64encode(preview(data)).decode()}
        look = look_at(data)
        return reply | {"picture": look.picture, "colour": base64.b64encode(look.colour).decode()}
    except Exception as error:  # it decoded before; what is wrong now is no finding of its own
        return reply | {"error": f"{type(error).__name__}: {error}"[:200]}


def main() -> None:
    """Answer requests until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    output = _private_output()
    set_limits()
    limits = _Limits()
    for line in sys.stdin:
        limits.renew()
        try:
            reply = answer(json.loads(line))
        except MemoryError:
            reply = {"fault": Fault.NOT_CHECKED, "detail": "needs more memory than a worker may take"}
        output.write(json.dumps(reply) + "\n")
        output.flush()


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
        try:
            import resource
        except ImportError:
            self._resource = None
            return
        self._resource = resource
        if sys.platform == "linux":  # elsewhere RLIMIT_AS is refused, or counts what nobody uses
            with open("/proc/self/statm") as statm:
                used = int(statm.read().split()[0]) * resource.getpagesize()
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (used + LIMIT_MEMORY, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def renew(self) -> None:
        """Give the next file its CPU seconds."""
        if self._resource is not None:
            usage = self._resource.getrusage(self._resource.RUSAGE_SELF)
            used = int(usage.ru_utime + usage.ru_stime)
            hard = self._resource.getrlimit(self._resource.RLIMIT_CPU)[1]
            self._resource.setrlimit(self._resource.RLIMIT_CPU, (used + LIMIT_SECONDS + 1, hard))


if __name__ == "__main__":
    main()
