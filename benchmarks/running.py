"""Run commands as whole process trees, alternating, and take their cost: time, processor, memory.

Wall and CPU seconds are the system's own account of a process and of all that it waited for. Memory is
the peak of the tree's PSS (pages that processes share count once in all), sampled every 50 ms, in the
first run of a command only: that run warms the page cache and is not timed. Needs `os.wait4` (not
Windows), and for memory Linux.
"""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_INTERVAL = 0.05
LONG = 60.0
"""Seconds of a first run from which on a command runs LONG_RUNS times only."""

LONG_RUNS = 1


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. In `argv` the text `{round}` is the folder of the round, new and empty, and its cwd.

    `codes` are the exit codes of a success; after `limit` seconds a command is ended and has failed.
    An `optional` command that fails is left out with a note. The first run of one that runs `once` counts.
    """

    name: str
    argv: tuple[str, ...]
    codes: tuple[int, ...] = (0,)
    limit: float = 3600.0
    optional: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: wall and CPU seconds, MB of memory at the peak (None: not sampled), what it printed."""

    wall: float
    cpu: float
    memory: float | None
    code: int
    output: str


@dataclass(slots=True)
class Series:
    """The runs of one command: the first, which is not timed, and those that count, by round."""

    command: Command
    first: Cost
    runs: list[Cost] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """Median of the wall seconds."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median of the CPU seconds."""
        return statistics.median(run.cpu for run in self.runs)


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and greatest of some ratios."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


class Failed(Exception):
    """A command ended with another exit code than it should."""


def alternate(commands: Sequence[Command], runs: int, scratch: Path) -> list[Series]:
    """Every command once untimed, then `runs` rounds of all in turn, in the order given.

    The folder of the first round, `scratch/round0`, is kept; those of the others are removed. Raises
    Failed when a command that is not optional fails.
    """
    found: list[Series] = []
    for command in commands:
        try:
            first = run(command, _round(scratch, 0), sampled=True)
        except Failed as failure:
            if not command.optional:
                raise
            print(f"{command.name}: left out: {failure}", flush=True)
            continue
        found.append(Series(command, first, [first] if command.once else []))
        _tell("only run" if command.once else "first, untimed", found[-1], first)
    for number in range(1, runs + 1):
        for series in found:
            if _runs_in(number, series):
                series.runs.append(run(series.command, _round(scratch, number)))
                _tell(f"run {number} of {runs}", series, series.runs[-1])
        shutil.rmtree(_round(scratch, number))
    return found


def _runs_in(number: int, series: Series) -> bool:
    return not series.command.once and (number <= LONG_RUNS or series.first.wall < LONG)


def run(command: Command, folder: Path, *, sampled: bool = False) -> Cost:
    """Run a command in a folder. Raises Failed, with the last line it printed."""
    argv = [part.replace("{round}", str(folder)) for part in command.argv]
    # a child that may not write its byte code compiles everything anew in every run
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    printed = folder / "printed.txt"
    with printed.open("wb") as out:
        started = time.perf_counter()
        process = subprocess.Popen(
            argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        with _limited(process, command.limit), Peak(process.pid, sampled) as peak:
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen must not wait for it again
    output = printed.read_text("utf-8", "replace")
    if wall >= command.limit:
        raise Failed(f"not done after {command.limit:g} s")
    if process.returncode not in command.codes:
        raise Failed(f"exit code {process.returncode}: {' '.join(output.split()[-20:])}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak.value, process.returncode, output)


@contextmanager
def _limited(process: subprocess.Popen[bytes], limit: float) -> Iterator[None]:
    """End the whole group of a process after `limit` seconds, or when this process is interrupted."""

    def end() -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(limit, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except BaseException:
        end()
        raise
    finally:
        timer.cancel()


class Peak:
    """Samples the memory of a process tree while it is entered."""

    def __init__(self, pid: int, sampled: bool) -> None:
        """Watch the tree below `pid`, or do nothing unless `sampled`."""
        self.value: float | None = None
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True) if sampled else None

    def __enter__(self) -> Peak:
        if self._thread:
            self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _sample(self) -> None:
        while not self._ended.wait(_INTERVAL):
            now = sum(_pss(pid) for pid in tree(self._pid))
            self.value = max(self.value or 0.0, now) or None


def tree(root: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended in between
            parent = int(entry.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.parent.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def ratios(series: Series, base: Series) -> Spread:
    """Wall time of one command in parts of another's, round by round."""
    parts = [one.wall / other.wall for one, other in zip(series.runs, base.runs, strict=False)]
    return Spread(statistics.median(parts), min(parts), max(parts))


def _pss(pid: int) -> float:
    with suppress(OSError, IndexError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _round(scratch: Path, number: int) -> Path:
    folder = scratch / f"round{number}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _tell(when: str, series: Series, cost: Cost) -> None:
    load = os.getloadavg()[0]
    print(
        f"{when}: {series.command.name} {cost.wall:.2f} s, CPU {cost.cpu:.2f} s, load {load:.1f}", flush=True
    )
