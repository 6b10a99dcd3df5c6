"""Another tool's pairs in a folder of images: `python -P benchmarks/truth_tools.py TOOL DIR FILE`.

Runs in the tool's own environment and imports nothing of Holdfast. FILE becomes a JSON object: `version`, and
`pairs` as lists of two paths relative to the folder and the distance where the tool gives one. The hashes
are those of the files as `Image.open` gives them, as in the tools' own examples.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from typing import Any

Found = Iterable[tuple[Any, ...]]
FARTHEST = 12
"""Bits up to which pairs of imagehash are listed; the benchmark cuts them at smaller distances."""

PDQ_FARTHEST = 31
"""Bits of 256: what PDQ's authors call a match."""


def phash(folder: str) -> Found:
    """`imagehash.phash`."""
    return _hashed(folder, "phash")


def dhash(folder: str) -> Found:
    """`imagehash.dhash`."""
    return _hashed(folder, "dhash")


def whash(folder: str) -> Found:
    """`imagehash.whash`."""
    return _hashed(folder, "whash")


def pdq(folder: str) -> Found:
    """PDQ of the picture in RGB, whatever its quality."""
    import numpy as np
    import pdqhash  # type: ignore[import-not-found] # in its own environment only
    from PIL import Image

    paths = _images(folder)
    hashes = [pdqhash.compute(np.asarray(Image.open(path).convert("RGB")))[0] for path in paths]
    return _near(paths, np.packbits(np.array(hashes, np.uint8), axis=1), PDQ_FARTHEST)


def imagededup_phash(folder: str) -> Found:
    """imagededup's PHash at 10 bits of 64, its default."""
    from imagededup.methods import PHash  # type: ignore[import-not-found] # in its own environment only

    found = PHash().find_duplicates(image_dir=folder, max_distance_threshold=10, recursive=True, scores=True)
    return [(name, other, int(bits)) for name, others in found.items() for other, bits in others]


def imagededup_cnn(folder: str) -> Found:
    """imagededup's CNN at a similarity of 0.9, its default; loads its weights from the network."""
    from imagededup.methods import CNN

    found = CNN().find_duplicates(image_dir=folder, min_similarity_threshold=0.9, recursive=True)
    return [(name, other) for name, others in found.items() for other in others]


def cleanvision(folder: str) -> Found:
    """CleanVision's exact and near duplicates, as it defines them."""
    from cleanvision import Imagelab  # type: ignore[import-not-found] # in its own environment only

    lab = Imagelab(data_path=folder)
    lab.find_issues({"exact_duplicates": {}, "near_duplicates": {}})
    sets = lab.info["exact_duplicates"]["sets"] + lab.info["near_duplicates"]["sets"]
    return [pair for group in sets for pair in combinations(map(str, group), 2)]


TOOLS: dict[str, tuple[Callable[[str], Found], str]] = {
    "phash": (phash, "imagehash"), "dhash": (dhash, "imagehash"), "whash": (whash, "imagehash"),
    "pdq": (pdq, "pdqhash"), "imagededup_phash": (imagededup_phash, "imagededup"),
    "imagededup_cnn": (imagededup_cnn, "imagededup"), "cleanvision": (cleanvision, "cleanvision"),
}  # fmt: skip
"""What runs, and the package whose version counts."""


def _hashed(folder: str, name: str) -> Found:
    import imagehash
    import numpy as np
    from PIL import Image

    paths = _images(folder)
    hashes = [getattr(imagehash, name)(Image.open(path)).hash.ravel() for path in paths]
    return _near(paths, np.packbits(np.array(hashes), axis=1), FARTHEST)


def _near(paths: list[str], hashes: Any, farthest: int) -> Iterator[tuple[str, str, int]]:
    """All pairs of hashes, rows of bytes, that differ in at most so many bits."""
    import numpy as np

    rows = np.ascontiguousarray(hashes).view(np.uint64)
    for index in range(len(rows) - 1):
        bits = np.bitwise_count(rows[index + 1 :] ^ rows[index]).sum(axis=1)
        for place in np.flatnonzero(bits <= farthest):
            yield paths[index], paths[index + 1 + int(place)], int(bits[place])


def _images(folder: str) -> list[str]:
    kinds = (".jpg", ".jpeg", ".png", ".webp")
    return sorted(str(path) for path in Path(folder).rglob("*") if path.suffix.lower() in kinds)


def main() -> None:
    """Run the tool that the command line names."""
    name, folder = sys.argv[1], os.path.realpath(sys.argv[2])
    run, package = TOOLS[name]
    pairs = {}
    for one, two, *distance in run(folder):
        path, other = sorted(os.path.relpath(os.path.join(folder, each), folder) for each in (one, two))
        pairs[path, other] = distance[0] if distance else None
    said = {
        "version": version(package),
        "pairs": [[*pair, distance] for pair, distance in sorted(pairs.items())],
    }
    Path(sys.argv[3]).write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main()
