"""Draw the benchmarks' data: climbing walls in the owner's layout, with copies of several kinds among them.

`python benchmarks/sample.py DIR [--images 9427] [--small] [--processes N]` writes JPEGs of 640 x 640 and
about 60 kB, 18 % of them copies; with `--small` 60,000 of 32 x 32 and about 1 kB, 5 % of them copies.
What was copied, how and how often stands beside the data in `DIR.truth.json`, written last. Every run
writes the same bytes, given the same Pillow and numpy, for any number of processes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import pictures
from benchmarks.pictures import SEED, TILES, Kind

COLLECTIONS = ("boulder", "mountain")
SPLITS = ("train", "valid", "test")
_SPLIT_SHARES = (0.78, 0.13, 0.09)
_KIND_SHARES = {Kind.BYTES: 40, Kind.METADATA: 15, Kind.ENCODED: 25, Kind.RESIZED: 10, Kind.BRIGHTNESS: 10}
_FIRST_COPIES = (
    0.85  # so many of the copies are the first of their picture; the rest make groups of three and more
)
_SAME_SPLIT, _SAME_COLLECTION = 0.7, 0.9
_CONFLICTING = 0.03
_CONFIG = """\
train: ../train/images
val: ../valid/images
test: ../test/images
nc: 2
names: ['hold', 'volume']
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy to be made: `folder` is that of its split; `conflicting` gives it another label."""

    number: int
    kind: Kind
    folder: str
    conflicting: bool

    @property
    def path(self) -> str:
        """Where the copy goes, relative to the root of the data."""
        return f"{self.folder}/images/upload-{self.number:06}.jpg"


@dataclass(frozen=True, slots=True)
class Original:
    """A picture of its own, and its copies."""

    number: int
    folder: str
    copies: tuple[Copy, ...]

    @property
    def path(self) -> str:
        """Where the picture goes, relative to the root of the data."""
        return f"{self.folder}/images/wall-{self.number:06}.jpg"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one photograph gives: one picture, or up to TILES small ones."""

    number: int
    collection: str
    small: bool
    originals: tuple[Original, ...]


def plan(images: int, small: bool) -> list[Sheet]:
    """What to draw, and which copies to make of it."""
    rng = np.random.default_rng((SEED, images, small))
    copies = round(images * (0.05 if small else 0.18))
    tiles = TILES if small else 1
    sheets = -(-(images - copies) // tiles)
    collections = [COLLECTIONS[index] for index in rng.integers(2, size=sheets)]
    folders = [_folder(rng, collections[number // tiles]) for number in range(images - copies)]
    made = _copies(rng, folders, copies)
    originals = [Original(number, folder, made[number]) for number, folder in enumerate(folders)]
    return [
        Sheet(number, collection, small, tuple(originals[number * tiles : (number + 1) * tiles]))
        for number, collection in enumerate(collections)
    ]


def truth(sheets: list[Sheet]) -> dict[str, object]:
    """What the data holds: counts of images and copies, pairs of one picture, and every copy."""
    originals = [original for sheet in sheets for original in sheet.originals]
    copies = [(original, copy) for original in originals for copy in original.copies]
    folders = [original.folder for original in originals] + [copy.folder for _, copy in copies]
    groups = [len(original.copies) + 1 for original in originals]
    return {
        "images": len(folders),
        "originals": len(originals),
        "copies": {kind.value: sum(copy.kind is kind for _, copy in copies) for kind in Kind},
        "conflicting": sum(copy.conflicting for _, copy in copies),
        "pairs": sum(size * (size - 1) // 2 for size in groups),
        "units": dict(sorted(Counter(folders).items())),
        "list": [
            [copy.path, original.path, copy.kind.value, "conflicting" if copy.conflicting else "same label"]
            for original, copy in copies
        ],
    }


def write(target: Path, images: int, small: bool, processes: int) -> Path:
    """Draw the data into a new or empty folder and return the file with the truth about it."""
    if target.exists() and any(target.iterdir()):
        raise SystemExit(f"{target}: not empty; the data needs a new or empty folder")
    sheets = plan(images, small)
    for collection in COLLECTIONS:
        for split in SPLITS:
            for kind in ("images", "labels"):
                (target / collection / split / kind).mkdir(parents=True, exist_ok=True)
        (target / collection / "data.yaml").write_text(_CONFIG)
    # spawned, not forked: the same on every system, and no thread of the caller's is lost on the way
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(draw, [target] * len(sheets), sheets, chunksize=8))
    file = truth_file(target)
    file.write_text(json.dumps(truth(sheets), indent=1) + "\n")
    return file


def truth_file(target: Path) -> Path:
    """Where the truth about the data of a folder is: beside it, not in it."""
    return target.with_name(f"{target.name}.truth.json")


def draw(target: Path, sheet: Sheet) -> None:
    """Draw one photograph and write all that is made of it."""
    if sheet.small:
        drawn = pictures.small(sheet.number, sheet.collection)
    else:
        drawn = [pictures.large(sheet.number, sheet.collection)]
    for original, (image, lines) in zip(sheet.originals, drawn, strict=False):
        _put(target, original.path, image, lines)
        for copy in original.copies:
            label = pictures.relabelled(lines) if copy.conflicting else lines
            _put(target, copy.path, pictures.copied(image, copy.kind, copy.number), label)


def _folder(rng: np.random.Generator, collection: str) -> str:
    return f"{collection}/{rng.choice(SPLITS, p=_SPLIT_SHARES)}"


def _copies(rng: np.random.Generator, folders: list[str], count: int) -> list[tuple[Copy, ...]]:
    """The copies of each original."""
    kinds = _kinds(rng, count)
    chosen = rng.permutation(len(folders))[: round(count * _FIRST_COPIES)]
    sources = [*chosen, *rng.choice(chosen, count - len(chosen))] if count else []
    made: list[list[Copy]] = [[] for _ in folders]
    for number, (source, kind) in enumerate(zip(sources, kinds, strict=True)):
        folder = _elsewhere(rng, folders[source])
        made[source].append(Copy(number, kind, folder, bool(rng.random() < _CONFLICTING)))
    return [tuple(copies) for copies in made]


def _kinds(rng: np.random.Generator, count: int) -> list[Kind]:
    """The kinds of `count` copies in exact shares, in random order."""
    shares = np.cumsum(list(_KIND_SHARES.values()))
    index = np.searchsorted(shares, (np.arange(count) + 0.5) / max(count, 1) * 100)
    return [list(_KIND_SHARES)[i] for i in rng.permutation(index)]


def _elsewhere(rng: np.random.Generator, folder: str) -> str:
    """Where a copy of an image in this folder goes: mostly the same, else another split or collection."""
    chance = rng.random()
    if chance < _SAME_SPLIT:
        return folder
    collection = folder.partition("/")[0]
    if chance >= _SAME_COLLECTION:
        collection = COLLECTIONS[1 - COLLECTIONS.index(collection)]
    return _folder(rng, collection)


def _put(target: Path, path: str, image: bytes, lines: tuple[str, ...]) -> None:
    (target / path).write_bytes(image)
    label = path.replace("/images/", "/labels/").removesuffix(".jpg") + ".txt"
    (target / label).write_text("".join(f"{line}\n" for line in lines))


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", metavar="DIR", type=Path, help="a new or empty folder")
    parser.add_argument("--images", type=int, help="how many, copies included (default 9427; 60000 small)")
    parser.add_argument("--small", action="store_true", help="32 x 32 pixels instead of 640 x 640")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    images = given.images or (60_000 if given.small else 9427)
    file = write(given.target.resolve(), images, given.small, given.processes)
    print(f"{images} images in {given.target}, the truth about them in {file}")


if __name__ == "__main__":
    main()
