"""Cold and warm check of a dataset beside the plain loop over the same files, alternating.

`python benchmarks/first_look.py DIR [RUNS]` prints wall and CPU seconds of the whole processes, their
medians, the ratios, and the load of the machine. Needs a system with os.wait4 (not Windows).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LOOP = """
import sys
import imagehash
from PIL import Image
for line in sys.stdin.read().splitlines():
    imagehash.phash(Image.open(line))
"""


class Cost(NamedTuple):
    """Seconds of one process and its children."""

    wall: float
    cpu: float


def cost(command: list[str], folder: str, text: str = "") -> Cost:
    """Run a command and take the system's own account of it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as source:
        source.write(text.encode("utf-8", "surrogateescape"))
        source.seek(0)
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        _, _, usage = os.wait4(process.pid, 0)
        return Cost(time.perf_counter() - started, usage.ru_utime + usage.ru_stime)


def main() -> None:
    """Measure and print."""
    data = Path(sys.argv[1]).resolve()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    files = sorted(str(path) for path in data.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    found: dict[str, list[Cost]] = {"loop": [], "cold": [], "warm": []}
    with tempfile.TemporaryDirectory() as scratch:
        check = [sys.executable, "-m", "pytest", str(ROOT / "checks"), "-c", str(ROOT / "pytest.ini")]
        check += [f"--rootdir={ROOT}", f"--data={data}", "-q"]
        for run in range(runs + 1):
            costs = {
                "loop": cost([sys.executable, "-c", LOOP], scratch, "\n".join(files)),
                "cold": cost([*check, f"--cache={scratch}/cache{run}"], scratch),
                "warm": cost([*check, f"--cache={scratch}/cache{run}"], scratch),
            }
            load = os.getloadavg()[0]
            shown = "  ".join(f"{name} {one.wall:.2f} s, CPU {one.cpu:.2f} s" for name, one in costs.items())
            print(f"{f'run {run}' if run else 'warm-up'}: load {load:.1f}  {shown}", flush=True)
            if run:
                for name, value in costs.items():
                    found[name].append(value)
    report(len(files), found)


def report(files: int, found: dict[str, list[Cost]]) -> None:
    """Medians, and the ratios run by run."""
    python = sys.version.split()[0]
    print(f"{files} files, {os.cpu_count()} processors, Python {python}, {len(found['loop'])} runs")
    for name, costs in found.items():
        wall, cpu = (statistics.median(values) for values in zip(*costs, strict=True))
        pairs = list(zip(costs, found["loop"], strict=True))
        walls = spread([one.wall / loop.wall for one, loop in pairs])
        cpus = spread([one.cpu / loop.cpu for one, loop in pairs])
        print(f"{name}: wall {wall:.2f} s, CPU {cpu:.2f} s; against the loop: wall {walls}, CPU {cpus}")


def spread(ratios: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
