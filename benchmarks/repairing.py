"""What a repair of many files costs: plan, apply and undo, beside the syncs and renames alone.

`python benchmarks/repairing.py [--files 100000] [--scratch DIR] [--json FILE]` makes small pictures with
labels; for every 100 files there are 9 copies of a picture within its split (image and label go) and 9
labels with a box twice (a line goes): 18,000 repairs in 100,000 files. Each command runs once, its
memory sampled; at the end the data has to be what it was, byte for byte. Needs the disk that repairs run
on: on a file system in memory (often /tmp) a sync costs nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.checking import check
from benchmarks.running import Command, Cost, run
from benchmarks.showing import machine, table, write
from holdfast.repair.commands.cli import main as fixers
from holdfast.repair.runs.disk import Disk

BLOCK = 50
"""Images of which the last COPIES are copies of the first, and others in between have a box twice."""
COPIES = 9
SIDE = 32
_SPLITS = ("train",) * 8 + ("valid", "test")
_CALLS = ("create", "sync", "sync_folder", "flagged")


@dataclass(frozen=True, slots=True)
class Step:
    """One command: its cost, how often it synced a file, synced a folder and renamed, and the seconds that
    these alone take on the same disk (None: the command changes nothing)."""

    name: str
    wall: float
    cpu: float
    memory: float | None
    syncs: int
    folder_syncs: int
    renames: int
    alone: float | None


def make(data: Path, files: int) -> None:
    """Draw the data: pictures of noise, so that no two are alike by chance."""
    for split in set(_SPLITS):
        for kind in ("images", "labels"):
            (data / split / kind).mkdir(parents=True)
    (data / "data.yaml").write_text("nc: 1\nnames: [hold]\ntrain: train/images\nval: valid/images\n"
                                    "test: test/images\n")  # fmt: skip
    for number in range(files // 2):
        block, place = divmod(number, BLOCK)
        source = number - place + place % (BLOCK - COPIES)
        folder = data / _SPLITS[block % len(_SPLITS)]
        (folder / "images" / f"{number:06}.jpg").write_bytes(_picture(source))
        line = f"0 0.5 0.5 0.{1 + source % 9} 0.{1 + source % 7}\n"
        twice = 2 * COPIES <= place < 3 * COPIES
        (folder / "labels" / f"{number:06}.txt").write_text(line * (1 + twice))


def _picture(number: int) -> bytes:
    noise = np.random.default_rng(number).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(noise).save(encoded, "JPEG", quality=60)
    return encoded.getvalue()


def digest(data: Path) -> str:
    """A digest of the names and bytes of all files."""
    found = hashlib.sha256()
    for file in sorted(path for path in data.rglob("*") if path.is_file()):
        if ".holdfast" not in file.parts:
            found.update(os.fsencode(file) + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def counted(arguments: list[str]) -> int:
    """Run a command of the fixers, and print as the last line how often it made each call of _CALLS."""
    counts: Counter[str] = Counter()
    for name in _CALLS:
        setattr(Disk, name, _counting(name, getattr(Disk, name), counts))
    code = fixers(arguments)
    print(json.dumps(counts), flush=True)
    return code


def _counting(name: str, call: Callable[..., Any], counts: Counter[str]) -> Callable[..., Any]:
    def counting(*given: Any) -> Any:
        counts[name] += 1
        return call(*given)

    return counting


def alone(scratch: Path, counts: Counter[str]) -> float:
    """Seconds for as many new files, synced each, and as many renames, with journal and folders synced in
    as many batches, and nothing else."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        for one in ("from", "to", "staged"):
            (folder / one).mkdir()
        for number in range(counts["flagged"]):
            (folder / "from" / str(number)).touch()
        os.sync()
        started = time.perf_counter()
        for number in range(counts["create"]):
            _synced(folder / "staged" / str(number), b"0 0.5 0.5 0.1 0.1\n")
        batches = max(1, counts["sync"] - counts["create"])
        each = max(1, counts["sync_folder"] // batches)
        names = iter(range(counts["flagged"]))
        for batch in range(batches):
            _synced(folder / "journal", b"%d" % batch * 300)
            for number in _some(names, counts["flagged"] // batches + 1):
                os.rename(folder / "from" / str(number), folder / "to" / str(number))
            for one in range(each):
                _sync_folder(folder / ("to", "from")[one % 2])
        return time.perf_counter() - started


def _some(names: Iterator[int], most: int) -> list[int]:
    return [number for number, _ in zip(names, range(most), strict=False)]


def _synced(file: Path, data: bytes) -> None:
    with file.open("ab", buffering=0) as opened:
        opened.write(data)
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def measure(scratch: Path, files: int) -> list[Step]:
    """Make the data, repair it, take that back. Raises SystemExit when the data is not as before then."""
    data = scratch / "data"
    make(data, files)
    before = digest(data)
    steps = [_step(check("check", data, cache=str(scratch / "cache")), scratch, Counter())]
    own = (f"--data={data}", f"--cache={scratch / 'cache'}")
    for arguments in (
        ("plan", *own), ("apply", str(scratch / "reports" / "plan.json"), *own), ("undo", own[0])
    ):  # fmt: skip
        argv = (sys.executable, str(Path(__file__).resolve()), "run", *arguments)
        steps.append(_step(Command(arguments[0], argv), scratch, None))
    if digest(data) != before:
        raise SystemExit("undo did not bring the data back")
    return steps


def _step(command: Command, scratch: Path, counts: Counter[str] | None) -> Step:
    cost: Cost = run(command, scratch, sampled=True)
    if counts is None:
        *said, last = cost.output.strip().splitlines()
        print("\n".join(line for line in said[-4:]), flush=True)
        counts = Counter(json.loads(last))
    least = alone(scratch, counts) if counts["flagged"] else None
    calls = (counts["sync"], counts["sync_folder"], counts["flagged"])
    step = Step(command.name, cost.wall, cost.cpu, cost.memory, *calls, least)
    print(f"{step}\n", flush=True)
    return step


def _row(step: Step) -> tuple[str, ...]:
    memory, least = (
        "-" if value is None else f"{value:{form}}"
        for value, form in ((step.memory, ".0f"), (step.alone, ".1f"))
    )
    calls = (str(step.syncs), str(step.folder_syncs), str(step.renames))
    return step.name, f"{step.wall:.1f}", f"{step.cpu:.1f}", memory, *calls, least


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", metavar="N", type=int, default=100_000, help="images and labels")
    parser.add_argument("--scratch", metavar="DIR", type=Path, help="an existing folder on the disk to use")
    parser.add_argument("--json", metavar="FILE", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.scratch) as folder:
        steps = measure(Path(folder).resolve(), given.files)
    where = machine()
    print(f"{where}\n")
    head = ("", "wall s", "CPU s", "peak MB", "file syncs", "folder syncs", "renames", "these alone s")
    print(table(head, [_row(step) for step in steps]))
    write(given.json, "repairing", where, steps)


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        sys.exit(counted(sys.argv[2:]))
    main()
