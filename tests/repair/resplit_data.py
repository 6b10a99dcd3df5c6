"""A generated set of source groups that leak.

`python -m tests.repair.resplit_data [GROUPS] [OPTION ...]` prints the figures of a new split of it.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image

from holdfast.repair.commands.cli import main

SPLITS = ("train", "valid", "test")
CLASSES = (0.7, 0.25, 0.05)
"""How often each class is drawn."""


@dataclass(frozen=True, slots=True)
class Planted:
    """Names of images, without folder, that belong to one source."""

    groups: tuple[tuple[str, ...], ...]


def generate(root: Path, groups: int = 400, torn: float = 0.1, seed: int = 1) -> Planted:
    """Write a YOLO tree: exports of one picture under one source, some with a byte copy under another name.

    About 60, 20 and 20 % of the groups are in train, valid and test; a part (`torn`) lies in several.
    """
    random = np.random.default_rng(seed)
    for split in SPLITS:
        for kind in ("images", "labels"):
            (root / split / kind).mkdir(parents=True)
    planted = []
    for number in range(groups):
        home = random.choice(len(SPLITS), p=(0.6, 0.2, 0.2))
        scattered = random.random() < torn
        names = []
        for name, content in _pictures(number, random):
            split = SPLITS[random.integers(len(SPLITS)) if scattered else home]
            (root / split / "images" / name).write_bytes(content)
            (root / split / "labels" / name).with_suffix(".txt").write_text(_label(random))
            names.append(name)
        planted.append(tuple(names))
    return Planted(tuple(planted))


def _pictures(number: int, random: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    content = b""
    for _ in range(random.integers(1, 4)):
        content = _png(random)
        yield f"wall{number}_png.rf.{random.bytes(16).hex()}.png", content
    if random.random() < 0.15:
        yield f"upload-{random.bytes(4).hex()}.png", content


def _png(random: np.random.Generator) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(random.integers(0, 255, (16, 16), dtype=np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _label(random: np.random.Generator) -> str:
    classes = random.choice(len(CLASSES), random.integers(0, 5), p=CLASSES)
    lines = (f"{c} {x:.3f} 0.5 0.1 0.1\n" for c, x in zip(classes, random.uniform(0.1, 0.9, 5), strict=False))
    return "".join(lines)


def splits_of(root: Path) -> dict[str, str]:
    """The split of each image, by its name."""
    return {file.name: split for split in SPLITS for file in (root / split / "images").iterdir()}


def torn(root: Path, planted: Planted) -> list[tuple[str, ...]]:
    """The groups that lie in more than one split."""
    where = splits_of(root)
    return [group for group in planted.groups if len({where[name] for name in group}) > 1]


def shares(root: Path) -> dict[str, dict[str, float]]:
    """The share of each split, in percent: of the images, and of the annotations of each class."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for split in SPLITS:
        counts["images"][split] = len(list((root / split / "images").iterdir()))
        labels = (file.read_text().splitlines() for file in (root / split / "labels").iterdir())
        for line in chain.from_iterable(labels):
            counts[f"class {line.split()[0]}"][split] += 1
    return {
        what: {split: round(100 * found[split] / found.total(), 2) for split in SPLITS}
        for what, found in sorted(counts.items())
    }


def figures(groups: int, *arguments: str) -> None:
    """Print what a new split of generated groups gives: leaks and shares before and after."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "data")
        planted = generate(root, groups)
        options = [f"--data={root}", f"--cache={folder}/cache"]
        output = f"--output={folder}/plan.json"
        print(f"groups in several splits: {len(torn(root, planted))}; shares: {json.dumps(shares(root))}")
        main(["resplit", *options, output, *arguments])
        main(["apply", *options, f"{folder}/plan.json"])
        print(f"groups in several splits: {len(torn(root, planted))}; shares: {json.dumps(shares(root))}")
        main(["resplit", *options, output, *arguments])
        main(["undo", options[0]])
        print(f"groups in several splits: {len(torn(root, planted))}; shares: {json.dumps(shares(root))}")


if __name__ == "__main__":
    figures(int(sys.argv[1]) if len(sys.argv) > 1 else 400, *sys.argv[2:])
