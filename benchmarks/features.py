"""What the local features find, and what they cost: candidates by pixels alone, before any proof.

`python benchmarks/features.py DIR [--json FILE]`. DIR is a set of benchmarks/truth.py (its truth.json is the
truth: recall by operation, and candidates between pictures that it does not list), or any folder of images:
then files with one stem before `.rf.` are of one source. Seconds are those of this process.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.showing import machine, table, write
from holdfast.facts.decode import measure_image
from holdfast.facts.levels import Level
from holdfast.facts.squash import features_of
from holdfast.features import Found, similar
from holdfast.images import is_image

Pair = tuple[int, int]
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds and bytes of a picture's features, CPU seconds of comparing all."""

    milliseconds: float
    bytes: float
    seconds: float


def extracted(files: list[Path]) -> tuple[list[bytes], float]:
    """The features of each file, b"" where it does not decode, and the CPU seconds of finding them."""
    blobs: list[bytes] = []
    seconds = 0.0
    for start in range(0, len(files), _AT_ONCE):
        part = files[start : start + _AT_ONCE]
        squares = [measure_image(file.read_bytes(), Level.SKETCH, squash=True).squashed for file in part]
        before = time.process_time()
        found = iter(features_of([square for square in squares if square is not None]))
        seconds += time.process_time() - before
        blobs += [b"" if square is None else next(found) for square in squares]
    return blobs, seconds


def known_pairs(folder: Path) -> tuple[list[Path], dict[Pair, str]]:
    """The images of a folder, and what is known of pairs of them: the operation, or `same source`."""
    truth = folder / "truth.json"
    if truth.exists():
        told = json.loads(truth.read_text(encoding="utf-8"))
        paths = [image["path"] for image in told["list"]]
        number = {path: place for place, path in enumerate(paths)}
        named = {
            _ordered(number[pair["path"]], number[pair["other"]]): _name(pair) for pair in told["related"]
        }
        return [folder / "data" / path for path in paths], named
    files = sorted(file for file in folder.rglob("*") if file.is_file() and is_image(file.name))
    stems: dict[str, list[int]] = {}
    for place, file in enumerate(files):
        stems.setdefault(re.sub(r"\.rf\..*", "", file.name), []).append(place)
    same = {(a, b): "same source" for places in stems.values() for a in places for b in places if a < b}
    return files, same


def _ordered(one: int, other: int) -> Pair:
    return min(one, other), max(one, other)


def _name(pair: dict[str, str]) -> str:
    return f"{pair['relation']}: {pair['operation']}" if pair["direct"] else f"{pair['relation']} by others"


def shown(found: Found, known: dict[Pair, str], cost: Cost, pictures: int) -> str:
    """All of it as tables."""
    met = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    wanted, got = Counter(known.values()), Counter(name for pair, name in known.items() if pair in met)
    rows = [
        [name, str(got[name]), str(count), f"{got[name] / count:.3f}"]
        for name, count in sorted(wanted.items())
    ]
    others = len(met - known.keys())
    figures = [
        ["pictures", f"{pictures:,}"],
        ["features, CPU ms a picture", f"{cost.milliseconds:.2f}"],
        ["features, bytes a picture", f"{cost.bytes:.0f}"],
        ["comparing all, CPU s", f"{cost.seconds:.2f}"],
        ["candidates", f"{len(met):,}"],
        ["of these unlisted, each 1,000 pictures", f"{others * 1000 / pictures:.1f}"],
    ]
    return table(["pairs", "found", "of", "recall"], rows) + "\n" + table(["what", "figure"], figures)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    files, known = known_pairs(options.folder)
    blobs, extracting = extracted(files)
    before = time.process_time()
    found = similar(blobs)
    seconds = time.process_time() - before
    size = float(np.mean([len(blob) for blob in blobs]))
    cost = Cost(extracting * 1000 / len(files), size, seconds)
    where = machine()
    print(where)
    print(shown(found, known, cost, len(files)))
    write(
        options.json,
        "features",
        where,
        {"pictures": len(files), "candidates": len(found.first), "cost": cost},
    )


if __name__ == "__main__":
    main()
