"""Draw the truth set: pictures of many kinds, copies of them by every operation, and look-alikes.

`python benchmarks/truth.py DIR [--images 5000] [--seed 6] [--processes N]` writes a YOLO dataset to
`DIR/data` and `DIR/truth.json`, last. The truth lists every related pair with its paths relative to
`DIR/data`, the relation (`copy`, `scene`: a fixed camera saw another state, `unlike`: look-alikes), the kind
in the words of `holdfast.PairKind`, the operation or look-alike by name, whether one was made of the other
(`direct`), and the parameters. Everything that is not listed is unlike. Names and splits are random and tell
nothing. Every run writes the same bytes, given the same Pillow and numpy, for any number of processes.
With `--photos` the pictures of a folder stand in for the scenes of the first groups; where two of them are of
one shot, the truth does not know.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.truth_changes import CHANGES, mosaic
from benchmarks.truth_drawing import Frame, sensor, to_picture, to_pixels
from benchmarks.truth_files import File, commented, encode, kept, opened, recompressed, tagged
from benchmarks.truth_likenesses import LIKENESSES
from benchmarks.truth_plan import FRAMES, SPLITS, Group, Item, Written, pairs, plan
from benchmarks.truth_scenes import SCENES, scene
from holdfast.demo.walls import Plane

SEED = 6
_SHAPES = (1.0, 4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9)
_SIDES = (320, 900)
_CLASSES = (*SCENES, *LIKENESSES)


class Job(NamedTuple):
    """What one process draws at a time: a group, with the groups of the pictures in its mosaics."""

    target: Path
    seed: int
    group: Group
    others: Mapping[int, Group]
    photos: tuple[Path, ...] = ()
    """Files that stand in for the scenes of the first groups."""


def originals(
    seed: int, group: Group, photos: tuple[Path, ...]
) -> list[tuple[File, Mapping[str, float | str]]]:
    """The files of a group's own pictures, and what sets each apart."""
    rng = np.random.default_rng((seed, group.number))
    width, height = (320, 320) if group.small else _size(rng)
    if group.name in LIKENESSES:
        frames = LIKENESSES[group.name](rng, width, height, FRAMES)
    else:
        frames = [Frame(_taken(rng, photos, group, (width, height)), {})]
    made = []
    for frame in frames:
        picture = to_picture(frame.pixels)
        if group.small:
            picture = picture.resize((group.small, group.small), Image.Resampling.BOX)
        suffix = ".png" if rng.random() < 0.04 else ".jpg"
        made.append((encode(picture, suffix, int(rng.integers(82, 97))), frame.parameters))
    return made


def copied(job: Job, index: int, source: File) -> tuple[File, Mapping[str, float | str]]:
    """The file of a copy, item `index` of the group, made of the file that it copies."""
    item = job.group.items[index]
    rng = np.random.default_rng((job.seed, job.group.number, index))
    match item.operation:
        case "bytes":
            return source, {}
        case "metadata":
            return commented(source, item.stem), {}
        case "lossless":
            return recompressed(source), {}
        case "jpeg" | "webp":
            quality = int(rng.integers(30, 96))
            return encode(opened(source), f".{item.operation[:4].replace('jpeg', 'jpg')}", quality), {
                "quality": quality
            }
        case "exif upright" | "exif turned":
            return tagged(rng, source, upright=item.operation == "exif upright")
        case "mosaic":
            change = mosaic(rng, [opened(source), *_others(job, item)])
        case operation:
            change = CHANGES[operation](rng, opened(source))
    return kept(rng, change.picture), change.parameters


def draw(job: Job) -> list[Written]:
    """Draw a group and write its files."""
    own = iter(originals(job.seed, job.group, job.photos))
    files: list[File] = []
    written = []
    for index, item in enumerate(job.group.items):
        file, parameters = next(own) if item.of is None else copied(job, index, files[item.of])
        files.append(file)
        path = f"{item.stem}{file.suffix}"
        (job.target / path).write_bytes(file.data)
        label = job.target / f"{item.stem.replace('/images/', '/labels/')}.txt"
        label.write_text(f"{_CLASSES.index(job.group.name)} 0.5 0.5 0.8 0.8\n")
        written.append(Written(path, *opened(file).size, file.encoding, parameters))
    return written


def write(target: Path, images: int, seed: int, processes: int, photos: tuple[Path, ...] = ()) -> Path:
    """Draw the set into a new or empty folder and return the file of the truth."""
    if target.exists() and any(target.iterdir()):
        raise SystemExit(f"{target}: not empty; the truth set needs a new or empty folder")
    groups, data = plan(images, seed), target / "data"
    for split in SPLITS:
        for kind in ("images", "labels"):
            (data / split / kind).mkdir(parents=True)
    lines = [f"{'val' if split == 'valid' else split}: {split}/images" for split in SPLITS]
    lines += [f"nc: {len(_CLASSES)}", f"names: {json.dumps(_CLASSES)}"]
    (data / "data.yaml").write_text("".join(f"{line}\n" for line in lines))
    jobs = [
        Job(
            data, seed, group, {other: groups[other] for item in group.items for other in item.others}, photos
        )
        for group in groups
    ]
    # spawned, not forked: the same on every system, and no thread of the caller's is lost on the way
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        written = list(pool.map(draw, jobs, chunksize=8))
    file = target / "truth.json"
    file.write_text(json.dumps(_truth(seed, groups, written), indent=1) + "\n", encoding="utf-8")
    return file


def _truth(seed: int, groups: list[Group], written: list[list[Written]]) -> dict[str, object]:
    related = pairs(groups, written)
    counts = Counter(f"{pair.relation} {pair.operation}" for pair in related if pair.direct)
    images = [
        {
            "group": group.number,
            "scene": group.name,
            "small": group.small,
            "operation": item.operation,
            **asdict(file),
        }
        for group, files in zip(groups, written, strict=True)
        for item, file in zip(group.items, files, strict=True)
    ]
    return {
        "seed": seed,
        "images": len(images),
        "pairs": dict(Counter(pair.relation for pair in related)),
        "direct": dict(sorted(counts.items())),
        "related": [asdict(pair) for pair in related],
        "list": sorted(images, key=lambda image: str(image["path"])),
    }


def _taken(rng: np.random.Generator, photos: tuple[Path, ...], group: Group, size: tuple[int, int]) -> Plane:
    """The scene of a group, or the photo that stands in for it, at most 900 px a side."""
    if group.number >= len(photos):
        return sensor(rng, scene(group.name, rng, *size))
    picture = opened(File(photos[group.number].read_bytes(), "", ""))
    picture.thumbnail(_SIDES[1:] * 2, Image.Resampling.BICUBIC)
    return to_pixels(picture)


def photos_in(folder: Path) -> tuple[Path, ...]:
    """The pictures below a folder, no two of the same bytes, in an order that names have no say in."""
    kinds = (".jpg", ".jpeg", ".png", ".webp")
    found = {
        hashlib.sha256(file.read_bytes()).digest(): file
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in kinds
    }
    return tuple(file for _, file in sorted(found.items()))


def _size(rng: np.random.Generator) -> tuple[int, int]:
    shape = _SHAPES[rng.integers(len(_SHAPES))]
    least, most = _SIDES
    short = rng.uniform(least, most / max(shape, 1 / shape))
    return round(short * max(shape, 1)), round(short * max(1 / shape, 1))


def _others(job: Job, item: Item) -> list[Image.Image]:
    return [opened(originals(job.seed, job.others[number], job.photos)[0][0]) for number in item.others]


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", metavar="DIR", type=Path, help="a new or empty folder")
    parser.add_argument("--images", type=int, default=5000, help="how many, copies included (default 5000)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--photos", metavar="DIR", type=Path, help="copies are made of these pictures")
    given = parser.parse_args()
    photos = photos_in(given.photos.resolve()) if given.photos else ()
    file = write(given.target.resolve(), given.images, given.seed, given.processes, photos)
    print(f"{given.images} images in {given.target / 'data'}, the truth about them in {file}")


if __name__ == "__main__":
    main()
