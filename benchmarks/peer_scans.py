"""One other tool on a folder of images: `python -P benchmarks/peer_scans.py TOOL DIR`.

Runs in the tool's own environment, imports nothing of Holdfast, and prints as its last line a JSON
object: `version`, and `pairs` as lists of two paths relative to the folder. Groups count as all their
pairs. Each tool does what its documentation shows first, with the threshold named here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from typing import Any

Pairs = Iterable[tuple[str, str]]


def notebook(folder: str) -> Pairs:
    """The loop of a notebook: `imagehash.phash` of every picture, equal hashes grouped in a dictionary."""
    import imagehash
    from PIL import Image

    groups: dict[str, list[str]] = {}
    for path in _images(folder):
        groups.setdefault(str(imagehash.phash(Image.open(path))), []).append(path)
    return _pairs(groups.values())


def quadratic(folder: str) -> Pairs:
    """The same loop with its hashes compared each with each, as notebooks do."""
    import imagehash
    from PIL import Image

    hashes = [(path, imagehash.phash(Image.open(path))) for path in _images(folder)]
    return [
        (path, other)
        for index, (path, own) in enumerate(hashes)
        for other, its in hashes[index + 1 :]
        if own == its
    ]


def imagededup(folder: str) -> Pairs:
    """PHash at 10 bits of 64, its default."""
    from imagededup.methods import PHash  # type: ignore[import-not-found] # in its own environment only

    found = PHash().find_duplicates(image_dir=folder, max_distance_threshold=10, recursive=True)
    return [(name, other) for name, others in found.items() for other in others]


def cleanvision(folder: str) -> Pairs:
    """Exact and near duplicates only, as it defines them."""
    from cleanvision import Imagelab  # type: ignore[import-not-found] # in its own environment only

    lab = Imagelab(data_path=folder)
    lab.find_issues({"exact_duplicates": {}, "near_duplicates": {}})
    sets = lab.info["exact_duplicates"]["sets"] + lab.info["near_duplicates"]["sets"]
    return _pairs(sets)


def fastdup(folder: str) -> Pairs:
    """Pairs at a similarity of 0.98 and above."""
    os.environ["SENTRY_OPT_OUT"] = "1"
    import fastdup  # type: ignore[import-not-found] # in its own environment only

    work = fastdup.create(input_dir=folder, work_dir="fastdup")
    work.run(overwrite=True)
    table = work.similarity()
    near = table[table["distance"] >= 0.98]
    return zip(near["filename_from"], near["filename_to"], strict=True)


def difpy(folder: str) -> Pairs:
    """Duplicates at its default: a mean square error of 0 at 50 x 50."""
    import difPy  # type: ignore[import-not-found] # in its own environment only

    found = difPy.search(difPy.build(folder, show_progress=False), show_progress=False).result
    return [(name, match[0]) for name, matches in found.items() for match in matches]


def czkawka(folder: str) -> Pairs:
    """Similar images at a distance of 10."""
    from czkawka import ImageSimilarity  # type: ignore[import-not-found] # in its own environment only

    finder = ImageSimilarity()
    finder.set_directories([folder])
    finder.set_similarity(10)
    return _pairs(finder.find_similar())


def jdupes(folder: str) -> Pairs:
    """Files of the same bytes; the program from the system's packages."""
    suffixes = "onlyext:jpg,jpeg,png,bmp,gif,tif,tiff,webp"
    done = subprocess.run(
        ["jdupes", "-r", "-q", "-X", suffixes, folder], capture_output=True, text=True, check=True
    )
    return _pairs(group.splitlines() for group in done.stdout.strip().split("\n\n"))


TOOLS = {
    tool.__name__: tool
    for tool in (notebook, quadratic, imagededup, cleanvision, fastdup, difpy, czkawka, jdupes)
}


def _images(folder: str) -> list[str]:
    kinds = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff")
    return sorted(str(path) for path in Path(folder).rglob("*") if path.suffix.lower() in kinds)


def _pairs(groups: Iterable[Iterable[Any]]) -> Pairs:
    return [pair for group in groups for pair in combinations(sorted(map(str, group)), 2)]


def _version(name: str) -> str:
    if name == "jdupes":
        return subprocess.run(["jdupes", "-v"], capture_output=True, text=True, check=True).stdout.split()[1]
    return version({"notebook": "imagehash", "quadratic": "imagehash"}.get(name, name))


def main() -> None:
    """Run the tool that the command line names."""
    name, folder = sys.argv[1], os.path.realpath(sys.argv[2])
    pairs = {
        tuple(sorted(os.path.relpath(os.path.join(folder, path), folder) for path in pair))
        for pair in TOOLS[name](folder)
    }
    print("\n" + json.dumps({"version": _version(name), "pairs": sorted(pairs)}))


if __name__ == "__main__":
    main()
