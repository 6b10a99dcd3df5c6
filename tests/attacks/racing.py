"""Races: two appliers, one of them killed; and an editor that renames new versions over planned files.

`python -m tests.attacks.racing --rounds 300 --edits 2000 --seed 1` runs both.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from holdfast.names import to_text
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.fit import stamp_of
from holdfast.repair.runs.places import Stamp
from holdfast.repair.runs.state import find_runs, held
from tests.attacks.ground import (
    FAILURES,
    Contents,
    Ground,
    State,
    any_seed,
    bytes_in,
    contents,
    digests,
    exit_of,
    files,
    forked,
    path_of,
    scratch_folder,
    snapshot,
    tell,
)
from tests.faults.tally import Tally

LONGEST = 0.008
"""Seconds after which, at the latest, an applier is killed: about what one takes."""


def two_appliers(rounds: int, seed: int) -> tuple[Tally, Counter[str]]:
    """Two processes apply one plan at once, in a third of the rounds one is killed; how the trees ended."""
    tally, ends, chance = Tally(), Counter[str](), random.Random(seed)
    with scratch_folder() as scratch:
        ground = Ground(scratch)
        for tally.count in range(1, rounds + 1):
            codes = _one_round(ground, chance, kill=tally.count % 3 == 0)
            ends["killed"] += codes.count(-signal.SIGKILL)
            lost = ground.lost()
            wrong = _settled(ground, codes)
            ends[ground.state()] += 1
            if lost or wrong:
                tally.failed(f"two appliers, round {tally.count} of seed {seed}: {wrong}, {codes}", lost)
    return tally, ends


def _one_round(ground: Ground, chance: random.Random, kill: bool) -> list[int]:
    ground.renew()
    if chance.random() < 0.5:  # else they race for the folder of state too
        with held(ground.root, Disk(), create=True):
            pass
    children = [forked(ground.apply) for _ in range(2)]
    if kill:
        time.sleep(chance.random() * LONGEST)
        with suppress(ProcessLookupError):
            os.kill(chance.choice(children), signal.SIGKILL)
    return [exit_of(child) for child in children]


def _settled(ground: Ground, codes: list[int]) -> str | None:
    """Recover; then what is wrong, None when nothing is. A stale lock would make this fail."""
    try:
        ground.recover()
        with held(ground.root, Disk()):
            pass
    except FAILURES as error:
        return f"recover failed: {error}"
    if codes.count(0) > 1 or not set(codes) <= {0, 1, -signal.SIGKILL}:
        return "both applied, or one failed in a way of its own"
    if codes.count(0) == 1 and ground.state() is not State.AFTER:
        return f"one applied, and the tree is {ground.state()}"
    return ground.fault()


def racing_editor(rounds: int, seed: int) -> tuple[Tally, Counter[str]]:
    """An editor races with an apply, or with an undo; what became of its edits and of the tree."""
    tally, ends = Tally(), Counter[str]()
    with scratch_folder() as scratch:
        ground = Ground(scratch)
        for tally.count in range(1, rounds + 1):
            ground.renew()
            act, name = ground.apply, "apply"
            if tally.count % 3 == 0:
                ground.apply()
                act, name = ground.undo, "undo"
            editor = Editor(ground, hash((seed, tally.count)))
            first, second = editor.start(), forked(act)
            codes = [exit_of(first), exit_of(second)]
            ends[_end(ground, name, codes[1])] += 1
            last = editor.last()
            ends["edits"] += len(editor.said())
            lost, wrong = _missing(ground, last), _unsettled(ground, last, codes, name)
            ends["edits put aside"] += sum(not _is_at(ground, path, stamp) for path, stamp in last.items())
            if lost or wrong:
                tally.failed(f"racing editor, round {tally.count} of seed {seed}: {wrong}, {codes}", lost)
    return tally, ends


def _end(ground: Ground, name: str, code: int) -> str:
    runs = find_runs(ground.root)
    return f"{name} {runs[-1].stage if runs else 'refused' if code else 'had nothing to do'}"


def _missing(ground: Ground, last: dict[str, Stamp]) -> int:
    """How many bytes are nowhere: of the last version that the editor gave each file, and of files that
    it did not touch."""
    partners = {other: op.path for op in ground.plan.ops if (other := op.to) is not None}
    partners |= {path: to for to, path in partners.items()}
    originals = {to_text(path): stamp_of(content) for path, content in files().items()}
    touched = last.keys() | {partners[path] for path in last if path in partners}
    wanted = [stamp for path, stamp in originals.items() if path not in touched]
    return bytes_in(Counter([*wanted, *last.values()]) - digests(ground.root))


def _unsettled(ground: Ground, last: dict[str, Stamp], codes: list[int], name: str) -> str | None:
    if codes[0] != 0 or codes[1] not in (0, 1):
        return "a process failed in a way of its own"
    ground.recover()
    if any(run.is_unfinished for run in find_runs(ground.root)):
        return "a run is unfinished after recover"
    if name == "apply":
        return _mixed(ground, last, ground.after if codes[1] == 0 else contents(ground.before))
    return None


def _mixed(ground: Ground, last: dict[str, Stamp], wanted: Contents) -> str | None:
    """A file that the editor did not touch, and that is neither as before nor as after as a whole."""
    now = contents(snapshot(ground.root))
    moved = {op.path: op.to for op in ground.plan.ops} | {op.to: op.path for op in ground.plan.ops}
    for path in now.keys() | wanted.keys():
        name = to_text(path)
        if name not in last and moved.get(name) not in last and now.get(path) != wanted.get(path):
            return f"{name} is mixed"
    return None


def _is_at(ground: Ground, path: str, stamp: Stamp) -> bool:
    file = path_of(ground, path)
    return file.is_file() and stamp_of(file.read_bytes()) == stamp


class Editor:
    """Another process that renames new versions over files of the plan, and writes down which."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self._ground, self._seed = ground, seed
        self._said = ground.scratch / "edits"
        self._targets = {op.to for op in ground.plan.ops if op.to is not None}
        self._paths = sorted({op.path for op in ground.plan.ops} | self._targets)

    def start(self) -> int:
        """Begin to edit, in a process of its own; returns its id."""
        self._said.write_text("")
        return forked(self._edit)

    def said(self) -> list[tuple[str, Stamp]]:
        """All edits that were made, in their order."""
        lines = map(json.loads, self._said.read_text().splitlines())
        return [(path, Stamp(sha256, size)) for path, sha256, size in lines]

    def last(self) -> dict[str, Stamp]:
        """The last version of each file."""
        return dict(self.said())

    def _edit(self) -> None:
        chance = random.Random(self._seed)
        time.sleep(chance.random() * LONGEST)
        with self._said.open("w") as said:
            for number in range(chance.randint(1, 12)):
                path = chance.choice(self._paths)
                file = path_of(self._ground, path)
                new = self._ground.scratch / "new"
                content = self._write(new, file, number)
                if not self._put(new, file, path):
                    continue
                stamp = stamp_of(content)
                said.write(json.dumps([path, stamp.sha256, stamp.size]) + "\n")
                time.sleep(chance.random() * LONGEST / 20)

    def _put(self, new: Path, file: Path, path: str) -> bool:
        """Rename over the file; a new name is only taken where it is free: what the plan moved there may
        be an edit of ours, and we would overwrite it ourselves."""
        if path not in self._targets:
            new.replace(file)
            return True
        try:
            file.hardlink_to(new)
        except FileExistsError:
            return False
        finally:
            new.unlink()
        return True

    def _write(self, new: Path, file: Path, number: int) -> bytes:
        """A new version, of the same size and times as the old one, as after `touch -r`."""
        content = b"edit %d of %d" % (number, self._seed)
        times = None
        with suppress(FileNotFoundError):
            state = file.stat()
            content += b"." * (state.st_size - len(content))
            times = state.st_atime_ns, state.st_mtime_ns
        new.write_bytes(content)
        if times is not None:
            os.utime(new, ns=times)
        return content


def main() -> int:
    """Run both campaigns and say how they went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=any_seed())
    options = parser.parse_args()
    appliers, ends = two_appliers(options.rounds, options.seed)
    code = tell("rounds of two appliers", appliers, options.seed, ends)
    edits, ends = racing_editor(options.edits, options.seed)
    return code | tell("rounds of a racing editor", edits, options.seed, ends)


if __name__ == "__main__":
    sys.exit(main())
