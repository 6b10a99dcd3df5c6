"""Repair on data of DVC, with each kind of cache, by the real tool: is its cache as it was?

`python -m tests.attacks.dvc` makes an environment with DVC in a temporary folder (`--dvc=PROGRAM` takes
one that is there), and prints a line for each kind of link.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from holdfast.errors import UsageError
from tests.attacks.ground import Contents, contents, scratch_folder, silence, snapshot
from tests.repair.tools import BOX, COPY, COPY_LABEL, TRAIN, Data

LINKS = ("hardlink", "symlink", "reflink", "copy")
COMMANDS = {"plan": ("--unsafe-fixes",), "apply": (), "undo": ()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What repair did on one repository: exit codes of its commands, how many files it moved away, the files
    in DVC's cache and how many of them were ever not as before, and whether the data is as before."""

    codes: tuple[int, ...]
    moved: int
    cached: int
    changed: int
    restored: bool


def installed(folder: Path) -> str:
    """DVC in an environment of its own."""
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin/pip", "install", "--quiet", "dvc"], check=True)
    return str(folder / "bin/dvc")


def repository(folder: Path, dvc: str, link: str) -> Data:
    """A git repository with data of DVC in `data`, linked that way to the cache."""
    folder.mkdir()
    data = Data(folder / "data")
    data.copy(TRAIN, COPY)
    data.label(COPY_LABEL, BOX)
    kinds = link if link == "copy" else f"{link},copy"
    for command in (
        ["git", "init", "--quiet"], [dvc, "init", "--quiet"], [dvc, "config", "cache.type", kinds],
        [dvc, "add", "--quiet", "data"], [dvc, "checkout", "--quiet", "--relink"],
    ):  # fmt: skip
        subprocess.run(command, cwd=folder, check=True)
    return data


def tried(folder: Path, dvc: str, link: str) -> Outcome:
    """Plan, apply and undo in a new repository."""
    data = repository(folder, dvc, link)
    cache = folder / ".dvc/cache"
    cached, before = cache_of(cache), data.snapshot()
    codes, moved, changed = list[int](), 0, 0
    with contextlib.chdir(folder), silence():
        data.pair("exact_duplicate", TRAIN, COPY)
        with contextlib.suppress(UsageError):  # where all images are links there are none
            data.report()
        for command, arguments in COMMANDS.items():
            codes.append(data.run(command, *arguments))
            moved = max(moved, len(before.keys() - data.snapshot().keys()))
            now = cache_of(cache)
            changed = max(changed, sum(now.get(path) != entry for path, entry in cached.items()))
    return Outcome(tuple(codes), moved, len(cached), changed, data.snapshot() == before)


def cache_of(folder: Path) -> Contents:
    """Contents and modes of the files in a cache."""
    return {path: entry for path, entry in contents(snapshot(folder)).items() if entry[0] is not None}


def main() -> int:
    """Try each kind of link and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dvc", help="program to use; default: installed anew")
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as scratch, scratch_folder():
        dvc = options.dvc or installed(Path(scratch, "environment"))
        for link in LINKS:
            outcome = tried(Path(scratch, link), os.path.abspath(dvc), link)
            bad += outcome.changed or not outcome.restored
            codes = ", ".join(f"{name} {code}" for name, code in zip(COMMANDS, outcome.codes, strict=True))
            cache = f"{outcome.changed} of {outcome.cached} files of the cache changed"
            data = "as before" if outcome.restored else "NOT as before"
            print(f"{link}: exit codes {codes}; {outcome.moved} files went; {cache}; data {data}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
