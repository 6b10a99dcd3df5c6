"""The pair search by number of hashes and radius, its exactness, its bounds, and other libraries beside it.

`python benchmarks/pair_search.py [--quick] [--json FILE] [--peers[=DIR]]`. Every figure is of the search in a
process of its own, without its start, which is told apart; all cases alternate; medians of 5 runs (of 2 where
a run takes a minute). Takes about 15 minutes; quick: two, without ten million hashes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import numpy as np

from benchmarks import peers, showing
from benchmarks.hashes import LIKE_REAL, make_hashes
from benchmarks.pair_peers import peer_searches
from benchmarks.running import Command, Cost, Series, Spread, alternate
from holdfast.similarity.bands import choose
from holdfast.similarity.hamming import pairs_within

RUNS, QUICK_RUNS = 5, 1
EXACT_RADII = (0, 1, 2, 4, 8, 10, 12, 16)


@dataclass(frozen=True, slots=True)
class Case:
    """So many hashes of a kind, a radius, and how many of the hashes are new beside known ones (0: all)."""

    kind: str
    count: int
    radius: int
    new: int = 0

    def __str__(self) -> str:
        new = f", {self.new:,} new" if self.new else ""
        return f"{self.kind} {self.count:,}, r = {self.radius}{new}"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a case: medians of the seconds of its runs, what they did; of other libraries the ratio to ours."""

    name: str
    runs: int
    wall: float
    cpu: float
    memory: float | None
    pairs: int
    compared: int | None
    estimate: float | None
    complete: bool | None
    ratio: tuple[float, float, float] | None


def cases(quick: bool) -> list[Case]:
    """What is measured, small ones first."""
    radii = {
        10_000: (0, 4, 8, 10, 16),
        60_000: (0, 4, 8, 10, 16),
        1_000_000: (0, 4, 8, 10),
        10_000_000: (0, 4, 8),
    }
    found = [Case(LIKE_REAL, count, radius) for count, some in radii.items() for radius in some]
    million = 1_000_000
    found += [Case(LIKE_REAL, million, radius, new=1000) for radius in (4, 8)]
    found += [Case(kind, million, 8) for kind in ("30 % equal", "all equal", "all within 8 bits")]
    return [case for case in found if not quick or case.count < 10 * million]


def search(file: Path, radius: int, new: int) -> None:
    """In a process of its own: one search; prints its figures."""
    hashes = np.load(file)
    distinct = len(np.unique(hashes))
    wall, cpu = time.perf_counter(), time.process_time()
    pairs = pairs_within(hashes, radius, known=len(hashes) - new if new else 0)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    estimate = min(choose(distinct, radius, queries).seconds for queries in (new or distinct, distinct))
    found = {"pairs": len(pairs.first), "compared": pairs.compared, "complete": pairs.complete}
    print(json.dumps({"wall": wall, "cpu": cpu, "estimate": estimate, **found}))


def differences(hashes: np.ndarray) -> int:
    """In how many radii of EXACT_RADII the search and comparing every pair differ."""
    parts = []
    for start in range(0, len(hashes), 256):
        bits = np.bitwise_count(hashes[start : start + 256, None] ^ hashes[start:])
        row, column = np.nonzero(bits <= max(EXACT_RADII))
        later = row < column
        parts.append(np.stack((row + start, column + start, bits[row, column]))[:, later])
    every = np.concatenate(parts, axis=1)
    wrong = 0
    for radius in EXACT_RADII:
        pairs = pairs_within(hashes, radius)
        found = np.stack((pairs.first, pairs.second, pairs.distance))
        wrong += not np.array_equal(found, every[:, every[2] <= radius])
    return wrong


def commands(case: Case, file: Path, folder: Path | None) -> list[Command]:
    """Ours, and those of the libraries that can do the case."""
    asked = (f"--hashes={file}", f"--radius={case.radius}", f"--new={case.new}")
    found = [Command(str(case), (sys.executable, str(HERE / "pair_search.py"), *asked))]
    if folder and case.radius == 8 and not case.new and case.kind == LIKE_REAL:
        found += peer_searches(case.count, file, case.radius, folder)
    return found


def told(cost: Cost, name: str) -> float:
    """A number that a search printed."""
    return float(json.loads(cost.output.splitlines()[-1])[name])


def figures(series: Series, ours: Series) -> Figures:
    """What the runs of a command tell; `ours` are those of Holdfast with the same hashes."""
    last = json.loads(series.runs[-1].output.splitlines()[-1])
    both = zip(series.runs, ours.runs, strict=False)
    ratios = [told(run, "wall") / told(own, "wall") for run, own in both]
    return Figures(
        series.command.name,
        len(series.runs),
        statistics.median(told(run, "wall") for run in series.runs),
        statistics.median(told(run, "cpu") for run in series.runs),
        series.first.memory,
        last["pairs"],
        last.get("compared"),
        last.get("estimate"),
        last.get("complete"),
        None if series is ours else (statistics.median(ratios), min(ratios), max(ratios)),
    )


def cells(figure: Figures) -> tuple[str, ...]:
    """A line of the table."""
    return (
        figure.name,
        str(figure.runs),
        f"{figure.wall:.3f}",
        f"{figure.cpu:.3f}",
        "-" if figure.estimate is None else f"{figure.estimate:.3f}",
        "-" if figure.memory is None else f"{figure.memory:.0f}",
        f"{figure.pairs:,}" + (" (stopped)" if figure.complete is False else ""),
        "-" if figure.compared is None else f"{figure.compared:.2g}",
        "-" if figure.ratio is None else str(Spread(*figure.ratio)),
    )


def measure(quick: bool, folder: Path | None, scratch: Path) -> list[Figures]:
    """The figures of all cases."""
    every: list[Command] = []
    for case in cases(quick):
        file = scratch / f"{case.kind}-{case.count}.npy".replace(" ", "-").replace("%", "percent")
        if not file.exists():
            np.save(file, make_hashes(case.kind, case.count))
        every += commands(case, file, folder)
    found: list[Figures] = []
    ours: Series | None = None
    for series in alternate(every, QUICK_RUNS if quick else RUNS, scratch):
        if not series.command.name.startswith(" "):
            ours = series
        assert ours is not None
        found.append(figures(series, ours))
    return found


def start_up() -> float:
    """Median seconds that a new process takes to import the search, numpy included."""
    code = (
        "import time; start = time.perf_counter(); import holdfast.similarity.hamming; "
        "print(time.perf_counter() - start)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    asked = [sys.executable, "-c", code]
    runs = [
        subprocess.run(asked, cwd=HERE.parent, env=environment, capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    return statistics.median(float(run.stdout) for run in runs)


def main() -> None:
    """Measure and print; or one search, where the file of its hashes is given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one run of each case, up to a million hashes")
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument(
        "--peers", metavar="DIR", type=Path, nargs="?", const=peers.default_folder(),
        help="other libraries too, in environments kept in this folder",
    )  # fmt: skip
    parser.add_argument("--hashes", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--radius", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--new", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.hashes:
        return search(given.hashes, given.radius, given.new)
    where = showing.machine()
    print(where, flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        found = measure(given.quick, given.peers and given.peers.resolve(), Path(scratch))
    head = ("", "runs", "wall s", "CPU s", "estimated", "peak MB", "pairs", "distances", "wall / Holdfast")
    print("", showing.table(head, [cells(figure) for figure in found]), sep="\n")
    started = start_up()
    print(f"\nImport of the search, numpy included, apart: {started:.2f} s.")
    wrong = differences(make_hashes("30 % equal", 30_000 if given.quick else 100_000))
    print(f"Exactness beside every pair compared, r = {EXACT_RADII}: {wrong} radii with another answer.")
    exact = {"radii": EXACT_RADII, "wrong": wrong}
    showing.write(given.json, "pair search", where, {"cases": found, "import": started, "exact": exact})
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
