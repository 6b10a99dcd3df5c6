"""An attacker swaps a folder with a symbolic link, in a tight loop, while steps walk through it.

`python -m tests.attacks.swapping --attempts 1000000` counts what was changed outside of the root.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Folder, Place, Refused
from holdfast.repair.runs.tree import Tree
from tests.attacks.ground import exit_of, forked, scratch_folder

NAME = "file"
EXCHANGE = 2
EVERY = 1000
"""Attempts between two looks at what lies outside."""


@dataclass(frozen=True, slots=True)
class Field:
    """A root with a folder `sub`, the link `link` that the attacker swaps it with, and what that leads to."""

    root: Path
    outside: Path
    store: Path

    @classmethod
    def lay(cls, scratch: Path) -> Field:
        """Write it."""
        field = cls(scratch / "root", scratch / "outside", scratch / "root/store")
        for folder in (field.root / "sub", field.outside, field.store):
            folder.mkdir(parents=True)
        (field.root / "link").symlink_to(field.outside)
        (field.root / "sub" / NAME).write_text("inside")
        (field.store / "new").write_text("inside too")
        (field.outside / NAME).write_text("outside")
        return field

    def is_whole(self) -> bool:
        """Whether nothing changed outside of the root."""
        entries = list(self.outside.iterdir())
        return [entry.name for entry in entries] == [NAME] and entries[0].read_text() == "outside"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many steps were tried, how many of them were done, refused, and how many left the root."""

    attempts: int
    done: int
    refused: int
    escaped: int


Step = Callable[[Field, int], None]


def no_follow(field: Field, number: int) -> None:
    """What repair does: walk by open folders, no link on the way; then an exchange, or out and in again."""
    disk = Disk()
    with Tree(field.root) as tree, Folder.at(os.fspath(field.store), private=True) as store:
        if tree.read(f"sub/{NAME}") == b"outside":
            raise AssertionError("read outside of the root")
        with tree.place(f"sub/{NAME}") as place:
            if number % 2:
                disk.exchange(place, store.place("new"), store.place("spare"))
                return
            disk.rename(place, store.place("old"))
        _give_back(tree, disk, store.place("old"))


def _give_back(tree: Tree, disk: Disk, stored: Place) -> None:
    while True:  # until the folder is the true one again
        with suppress(Refused), tree.place(f"sub/{NAME}") as place:
            disk.rename(stored, place)
            return


def real_path(field: Field, _: int) -> None:
    """The control: check where the path really leads, then use it."""
    path, stored = field.root / "sub" / NAME, field.store / "old"
    if not os.path.realpath(path).startswith(f"{field.root}/"):
        raise Refused("leads outside of the root")
    os.rename(path, stored)
    while True:
        if os.path.realpath(path.parent) == f"{field.root}/sub":
            os.rename(stored, path)
            return


def attack(step: Step, attempts: int, *, stop: bool = False) -> Counts:
    """Try a step that often against the attacker. `stop`: an escape is enough."""
    counts = Counter[str]()
    with scratch_folder() as scratch:
        field = Field.lay(scratch)
        attacker = forked(lambda: _swap_for_ever(field.root))
        try:
            while counts["attempts"] < attempts and not (stop and counts["escaped"]):
                counts["attempts"] += 1
                counts[_outcome(step, field, counts["attempts"])] += 1
                if counts["attempts"] % EVERY == 0 or stop:
                    counts["escaped"] = int(not field.is_whole())
        finally:
            os.kill(attacker, signal.SIGKILL)
            exit_of(attacker)
        escaped = int(not field.is_whole())
    return Counts(counts["attempts"], counts["done"], counts["refused"], escaped)


def _outcome(step: Step, field: Field, number: int) -> str:
    try:
        step(field, number)
    except (Refused, OSError):
        return "refused"
    return "done"


def _swap_for_ever(root: Path) -> None:
    call = ctypes.CDLL(None).renameat2
    with Folder.at(os.fspath(root)) as folder:
        while True:
            call(folder.descriptor, b"sub", folder.descriptor, b"link", EXCHANGE)


def main() -> int:
    """Attack both ways and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=1_000_000)
    options = parser.parse_args()
    ours, control = attack(no_follow, options.attempts), attack(real_path, options.attempts, stop=True)
    print(f"{ours.attempts} attempts against open folders: {ours.done} done, {ours.refused} refused, "
          f"{ours.escaped} outside of the root")  # fmt: skip
    print(f"control by realpath: {'escaped' if control.escaped else 'did not escape'} "
          f"within {control.attempts} attempts")  # fmt: skip
    return int(bool(ours.escaped) or not control.escaped)


if __name__ == "__main__":
    sys.exit(main())
