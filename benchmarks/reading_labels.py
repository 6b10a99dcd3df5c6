"""What reading a YOLO tree of very many label files costs, beside reading the bytes of these files.

`python benchmarks/reading_labels.py [--files 200000] [--boxes 7] [--runs 5] [--scratch DIR]` writes the tree
(images are empty files: none is opened) and takes turns: `bytes` opens, reads and closes each label file with
`holdfast.files.read_file`; `tables` is `read_labels` whole: which files there are, the same reading, the
SHA-256 of each, every number of it, and the tables. Listing the folders is in neither. The first round is not
counted.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.showing import machine
from holdfast import Dataset, formats
from holdfast.config import Settings
from holdfast.files import read_file
from holdfast.formats.readers import yolo

_SHARES = {"train": 0.8, "valid": 0.15, "test": 0.05}
_CLASSES = 20
_LIMIT = 64 << 20


class Cost(NamedTuple):
    """Seconds of one run."""

    wall: float
    cpu: float


def write(root: Path, files: int, boxes: int) -> None:
    """A tree of this many label files, with so many boxes each in the mean."""
    chance = random.Random(1)
    lines = [_line(chance) for _ in range(20_000)]
    for split, share in _SHARES.items():
        for kind in ("images", "labels"):
            (root / split / kind).mkdir(parents=True)
        for number in range(round(files * share)):
            (root / split / "images" / f"wall_{number:08}.jpg").touch()
            count, start = chance.randint(0, 2 * boxes), chance.randrange(len(lines) - 2 * boxes)
            text = "".join(lines[start : start + count])
            (root / split / "labels" / f"wall_{number:08}.txt").write_text(text)
    names = ", ".join(f"hold{number}" for number in range(_CLASSES))
    places = "train: train/images\nval: valid/images\ntest: test/images\n"
    (root / "data.yaml").write_text(f"{places}nc: {_CLASSES}\nnames: [{names}]\n")


def _line(chance: random.Random) -> str:
    x, y = chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8)
    width, height = chance.uniform(0.01, 0.3), chance.uniform(0.01, 0.3)
    return f"{chance.randrange(_CLASSES)} {x:.6f} {y:.6f} {width:.6f} {height:.6f}\n"


def cost(act: Callable[[], object]) -> Cost:
    """Wall and CPU seconds of one call, all threads together."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def read_bytes(paths: list[str]) -> None:
    """What the files cost."""
    for path in paths:
        read_file(path, _LIMIT)


def measure(dataset: Dataset, runs: int) -> None:
    """Print each round and the medians."""
    labels = dataset.images.filter("has_label")["label"].to_list()
    paths = [str(dataset.root / label) for label in labels]
    rounds = []
    for number in range(runs + 1):
        plain, tables = cost(lambda: read_bytes(paths)), cost(lambda: yolo.read_labels(dataset))
        ratios = tables.wall / plain.wall, tables.cpu / plain.cpu
        rounds.append((*plain, *tables, *ratios))
        print(
            "not counted" if number == 0 else f"round {number}", *map("{:.2f}".format, rounds[-1]), sep="  "
        )
    medians = [statistics.median(column) for column in zip(*rounds[1:], strict=True)]
    print("median", *map("{:.2f}".format, medians), sep="  ")


def main() -> None:
    """Write, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--boxes", type=int, default=7)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scratch", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.scratch) as folder:
        root = Path(folder) / "data"
        write(root, given.files, given.boxes)
        dataset = formats.read_images(formats.recognise(root, Settings()))
        print(machine())
        print(f"{given.files} label files, {given.boxes} boxes each in the mean; {dataset.evidence}")
        print("round  bytes: wall s, CPU s  tables: wall s, CPU s  ratio: wall, CPU")
        measure(dataset, given.runs)


if __name__ == "__main__":
    main()
