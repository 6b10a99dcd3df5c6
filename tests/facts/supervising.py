"""Small files for the workers, and what the workers said of them."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from benchmarks.saboteur import Deed, marked
from holdfast.facts.levels import Level
from holdfast.facts.messages import Job, Reply, Request, Task
from holdfast.facts.pool import Pool
from tests.trees import picture

JOB = Job(Task.MEASURE, Level.SKETCH)


def jpeg(seed: int, width: int = 24, height: int = 18) -> bytes:
    """The picture of a seed as JPEG."""
    file = io.BytesIO()
    picture(seed, width, height).save(file, "JPEG")
    return file.getvalue()


def write(folder: Path, count: int) -> list[Request]:
    """So many small pictures, as requests by number."""
    folder.mkdir()
    requests = []
    for number in range(count):
        place = folder / f"{number:03}.jpg"
        place.write_bytes(jpeg(number))
        requests.append(Request(str(number), str(place)))
    return requests


def culprit(folder: Path, deed: Deed, name: str = "") -> Request:
    """A small picture that does a deed to its worker; its key is the deed and the name."""
    place = folder / f"{deed}{name}.jpg"
    place.write_bytes(marked(jpeg(7), deed, name))
    return Request(f"{deed}{name}", str(place))


def ask(pool: Pool, requests: Sequence[Request], job: Job = JOB) -> dict[str, Reply]:
    """What the workers say of each, without the state of the file; fails where one is answered twice."""
    answers = list(chain.from_iterable(pool.submit(job, requests, len(requests))))
    keys = [request.key for request, _ in answers]
    assert sorted(keys) == sorted(request.key for request in requests)
    return {request.key: reply._replace(stamp=None) for request, reply in answers}


def among(requests: Sequence[Request], placed: Iterable[tuple[int, Request]]) -> list[Request]:
    """The requests with others at these places (ascending) of the result."""
    result = list(requests)
    for place, request in placed:
        result.insert(place, request)
    return result


def workers_of(parent: int | None = None) -> list[int]:
    """The workers that a process (default: this one) has now; needs /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, owner = entry.read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
            command = (entry.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(owner) == (parent or os.getpid()) and state != "Z" and b"holdfast.facts.worker" in command:
            found.append(int(entry.parent.name))
    return found
