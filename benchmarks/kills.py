"""Whether the scan survives its workers: harmful pictures, processes killed at random, and what that costs.

`python benchmarks/kills.py [--files 10000] [--kills 1000] [--seed N] [--runs 5]` writes small JPEGs into a
scratch folder and scans them cleanly, then with four harmful pictures among them, then again and again from
an empty cache while random workers are killed at random moments. Every file must be answered once, and as in
the clean scan; a harmful one, and one whose worker was killed each time, as not checked. Else it ends with 1.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np
from PIL import Image

from benchmarks.pictures import large
from benchmarks.running import tree
from benchmarks.saboteur import Deed, install, marked
from holdfast.facts.decode import measure_image
from holdfast.facts.hashing import perceptual_hashes, thumbnails
from holdfast.facts.levels import Level
from holdfast.facts.messages import Job, Reply, Request, Task
from holdfast.facts.opening import set_limits
from holdfast.facts.pool import Pool
from holdfast.fault import Fault
from holdfast.files import read_file

DEEDS = (Deed.KILL, Deed.MEMORY, Deed.ENDLESS, Deed.CRASH)
_JOB = Job(Task.MEASURE, Level.SKETCH)
_SIDES = (192, 144)
_PAUSE = 0.25
"""Seconds between two kills, on average: a worker starts in about as much."""
_BATCH = 16
_FEW = 80
_TYPICAL = 480

Facts = dict[str, Reply]


@dataclass(slots=True)
class Tally:
    """What came of all scans."""

    scans: int = 0
    kills: int = 0
    not_checked: int = 0
    differences: list[str] = field(default_factory=list)

    def compare(self, clean: Facts, found: Facts) -> None:
        """Count a scan: what is not as in the clean one must be not checked."""
        self.scans += 1
        for key in clean.keys() | found.keys():
            reply = found.get(key)
            if reply is not None and reply.fault == Fault.NOT_CHECKED:
                self.not_checked += 1
            elif reply != clean.get(key):
                self.differences.append(f"{key}: {reply} in place of {clean.get(key)}")


def write(folder: Path, files: int, seed: int) -> list[Request]:
    """So many distinct small JPEGs, as requests in path order."""
    folder.mkdir(parents=True)
    return [_write(folder / f"{number:06}.jpg", _jpeg(seed, number)) for number in range(files)]


def write_typical(folder: Path) -> list[Request]:
    """Some pictures of the benchmarks' data, about 60 kB each."""
    folder.mkdir(parents=True)
    return [_write(folder / f"{number}.jpg", large(number, "boulder")[0]) for number in range(_TYPICAL)]


def culprits(folder: Path, seed: int) -> list[Request]:
    """The harmful pictures."""
    folder.mkdir(parents=True)
    return [_write(folder / f"{deed}.jpg", marked(_jpeg(seed, 0), deed)) for deed in DEEDS]


def scan(requests: list[Request], tally: Tally) -> Facts:
    """What the workers say of each file; one that is answered twice, or never, is a difference."""
    found: Facts = {}
    answers = 0
    with closing(Pool()) as pool:
        for batch in pool.submit(_JOB, requests, len(requests)):
            answers += len(batch)
            found |= {request.key: reply._replace(stamp=None) for request, reply in batch}
    if not answers == len(found) == len(requests):
        tally.differences.append(f"{answers} answers for {len(found)} of {len(requests)} files")
    return found


@contextmanager
def killing(chance: random.Random, tally: Tally, kills: int) -> Iterator[None]:
    """Kill random workers of this process at random moments until so many are killed."""
    over = threading.Event()

    def kill() -> None:
        while tally.kills < kills and not over.wait(chance.uniform(0, 2 * _PAUSE)):
            workers = tree(os.getpid())[1:]
            with suppress(ProcessLookupError):
                if workers:
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    tally.kills += 1

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()


def plain(requests: list[Request]) -> None:
    """The same work in this process, without workers."""
    for start in range(0, len(requests), _BATCH):
        files = [read_file(request.path, 1 << 28)[0] for request in requests[start : start + _BATCH]]
        measured = [(hashlib.sha256(data).digest(), measure_image(data, _JOB.level)) for data in files]
        greys = [facts.grey for _, facts in measured if facts.grey is not None]
        perceptual_hashes(greys)
        thumbnails(greys)


def overhead(requests: list[Request], runs: int) -> float:
    """What supervision adds to the CPU seconds of a scan, in parts of those of the plain loop: the median
    of rounds, all on one processor, since two at work slow each other down. The start of the worker is left
    out: a scan of the first few files is taken off both."""
    set_limits()
    plain(requests[:_FEW])
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    try:
        return statistics.median(_overhead(requests) for _ in range(runs))
    finally:
        os.sched_setaffinity(0, processors)


def costs(small: list[Request], folder: Path, runs: int) -> str:
    """The overhead for typical pictures and for the small ones, as text."""
    found = [overhead(requests, runs) for requests in (write_typical(folder), small)]
    return f"{found[0]:.1%} of the CPU time of files of 60 kB, {found[1]:.1%} of these of 6 kB"


def _overhead(requests: list[Request]) -> float:
    start = _cpu(lambda: scan(requests[:_FEW], Tally()))
    supervised = _cpu(lambda: scan(requests, Tally()))
    return (supervised - start) / _cpu(lambda: plain(requests[_FEW:])) - 1


def _cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process and those that it started and ended meanwhile."""
    before = os.times()
    work()
    after = os.times()
    return sum(after[:4]) - sum(before[:4])


def harmed(
    requests: list[Request], harmful: list[Request], clean: Facts, tally: Tally, chance: random.Random
) -> None:
    """A scan with harmful pictures at random places: these are not checked, and no other."""
    mixed = list(requests)
    for request in harmful:
        mixed.insert(chance.randrange(len(mixed)), request)
    found = scan(mixed, tally)
    named = {key for key, reply in found.items() if reply.fault == Fault.NOT_CHECKED}
    if named != {request.key for request in harmful}:
        tally.differences.append(f"not checked: {sorted(named)}")
    tally.compare(clean, found)


def main() -> int:
    """Run it and print a line of figures."""
    given = _arguments()
    started = time.monotonic()
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        requests = write(folder / "images", given.files, given.seed)
        harmful = culprits(folder / "harmful", given.seed)
        clean = scan(requests, tally)
        cost = costs(requests, folder / "typical", given.runs) if given.runs else "not measured"
        os.environ["PYTHONPATH"] = str(install(folder / "saboteur", fewer_seconds=9))
        chance = random.Random(given.seed)
        harmed(requests, harmful, clean, tally, chance)
        del os.environ["PYTHONPATH"]
        while tally.kills < given.kills:
            with killing(chance, tally, given.kills):
                tally.compare(clean, scan(requests, tally))
    print(
        f"{given.files} files, {len(DEEDS)} harmful ones, {tally.kills} kills in {tally.scans} scans: "
        f"{tally.not_checked} answers not checked, {len(tally.differences)} differences; "
        f"cost of supervision: {cost}; {time.monotonic() - started:.0f} s"
    )
    print("\n".join(tally.differences[:10]), end="")
    return 1 if tally.differences else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=9427)
    parser.add_argument("--runs", type=int, default=5, help="rounds in which the cost is measured")
    return parser.parse_args()


def _write(place: Path, data: bytes) -> Request:
    place.write_bytes(data)
    return Request(place.name, os.fspath(place), len(data))


def _jpeg(seed: int, number: int) -> bytes:
    pixels = np.random.default_rng((seed, number)).integers(0, 256, (18, 24, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).resize(_SIDES, Image.Resampling.BICUBIC).save(out, "JPEG")
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
