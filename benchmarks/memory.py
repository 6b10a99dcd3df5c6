"""Memory of a cold check by the number of images: the peak of the whole process tree.

`python benchmarks/memory.py [--images 10000 60000 100000] [--scratch DIR] [--json FILE]` draws small images
(32 x 32, about 1 kB) and checks them. The figures between two sizes give the growth for each image.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import sample
from benchmarks.checking import check
from benchmarks.running import run
from benchmarks.showing import machine, table, write


@dataclass(frozen=True, slots=True)
class Use:
    """Of one cold check: images, wall seconds with the sampling, peak in MB."""

    images: int
    wall: float
    memory: float


def use(images: int, scratch: Path) -> Use:
    """Draw the images unless they are there, and check them."""
    data = scratch / f"small-{images}"
    if not sample.truth_file(data).exists():
        sample.write(data, images, True, os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder:
        cost = run(check("cold", data), Path(folder), sampled=True)
    if cost.memory is None:
        raise SystemExit("this system does not tell how much memory a process uses")
    return Use(images, cost.wall, cost.memory)


def growth(uses: list[Use]) -> list[str]:
    """Kilobytes for each further image, from each size to the next."""
    return [
        f"{1024 * (after.memory - before.memory) / (after.images - before.images):.2f}"
        for before, after in pairwise(uses)
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", metavar="N", type=int, nargs="+", default=[10_000, 60_000, 100_000])
    parser.add_argument(
        "--scratch", metavar="DIR", type=Path, help="where the data is kept, for further runs"
    )
    parser.add_argument("--json", metavar="FILE", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        scratch = (given.scratch or Path(own)).resolve()
        uses = [use(images, scratch) for images in sorted(given.images)]
    rows = [
        (str(one.images), f"{one.wall:.1f}", f"{one.memory:.0f}", more)
        for one, more in zip(uses, ["", *growth(uses)], strict=True)
    ]
    where = machine()
    print(f"{where}\n")
    print(table(("images", "wall s", "peak MB", "kB for each image more"), rows))
    write(given.json, "memory", where, uses)


if __name__ == "__main__":
    main()
