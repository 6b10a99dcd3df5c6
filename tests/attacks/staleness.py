"""What can happen to a planned file between plan and apply. Each of it must stop the apply."""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

from holdfast.names import display
from holdfast.repair.plans.plan import Act
from holdfast.repair.runs.fit import Unfit
from tests.attacks.ground import Ground, any_seed, contents, digests, path_of, scratch_folder, snapshot, tell
from tests.faults.tally import Tally

Mutation = Callable[[Path, random.Random], None]


def keep_times(file: Path, content: bytes) -> None:
    """Other bytes; the modification time as before, as after `touch -r`."""
    state = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))


def flipped(file: Path, chance: random.Random) -> None:
    """One bit is another: same size, same times."""
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    keep_times(file, bytes(content))


def cut(file: Path, chance: random.Random) -> None:
    """The end is missing."""
    content = file.read_bytes()
    keep_times(file, content[: chance.randrange(len(content))])


def grown(file: Path, chance: random.Random) -> None:
    """Something was added."""
    keep_times(file, file.read_bytes() + chance.randbytes(chance.randint(1, 20)))


def emptied(file: Path, _: random.Random) -> None:
    """Nothing is left."""
    file.write_bytes(b"")


def replaced(file: Path, chance: random.Random) -> None:
    """A new file of the same size and times took its name."""
    new = file.with_name("new")
    state = file.stat()
    new.write_bytes(chance.randbytes(state.st_size))
    os.utime(new, ns=(state.st_atime_ns, state.st_mtime_ns))
    new.replace(file)


def gone(file: Path, _: random.Random) -> None:
    """It is not there."""
    file.rename(file.parents[2] / "elsewhere")


def linked(file: Path, _: random.Random) -> None:
    """A link to the same bytes."""
    elsewhere = file.parents[2] / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def hard_linked(file: Path, _: random.Random) -> None:
    """The same bytes have a second name, in a cache perhaps."""
    (file.parents[2] / "elsewhere").hardlink_to(file)


def piped(file: Path, _: random.Random) -> None:
    """A pipe: whoever opens it waits for ever."""
    file.unlink()
    os.mkfifo(file)


def foldered(file: Path, _: random.Random) -> None:
    """A folder."""
    file.unlink()
    file.mkdir()


def folder_linked(file: Path, _: random.Random) -> None:
    """Its folder is a link to the same files."""
    elsewhere = file.parents[2] / "elsewhere"
    file.parent.rename(elsewhere)
    file.parent.symlink_to(elsewhere)


MUTATIONS: tuple[Mutation, ...] = (
    flipped, cut, grown, emptied, replaced, gone, linked, hard_linked, piped, foldered, folder_linked
)  # fmt: skip


def campaign(count: int, seed: int) -> Tally:
    """So many files changed before an apply: a failure is one that was not refused, or did something."""
    tally, chance = Tally(), random.Random(seed)
    with scratch_folder() as scratch:
        ground = Ground(scratch)
        planned = [op.path for op in ground.plan.ops if op.act is not Act.CREATE]
        for tally.count in range(1, count + 1):
            ground.renew()
            mutation, path = chance.choice(MUTATIONS), chance.choice(planned)
            mutation(path_of(ground, path), chance)
            before, held = contents(snapshot(ground.root)), digests(ground.root)
            case = f"mutation {tally.count} of seed {seed}: {mutation.__name__} {path}"
            try:
                ground.apply()
            except Unfit as unfit:
                if contents(snapshot(ground.root)) != before or display(path) not in str(unfit):
                    tally.failed(f"{case}: refused with {unfit}, and the tree changed or it is not named")
            else:
                tally.failed(f"{case}: applied", sum(stamp.size for stamp in held - digests(ground.root)))
    return tally


def main() -> int:
    """Run a campaign and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=any_seed())
    options = parser.parse_args()
    return tell("changed files", campaign(options.count, options.seed), options.seed)


if __name__ == "__main__":
    sys.exit(main())
