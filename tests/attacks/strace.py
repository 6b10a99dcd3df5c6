"""Faults injected by strace into the system calls of a repair: nothing can bypass these.

A process is forked and waits; strace attaches, and makes the n-th call of a kind fail or kill the
process. `python -m tests.attacks.strace --count 2000 --seed 1` runs a campaign.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.attacks.ground import Ground, KillingDisk, State, any_seed, exit_of, forked, scratch_folder, tell
from tests.faults.tally import Tally

CHANGING = (
    "mkdirat", "write", "fsync", "fdatasync", "renameat2", "renameat", "linkat", "unlinkat", "utimensat",
    "fchmod", "fchown", "ftruncate", "flock",
)  # fmt: skip
LOOKING = ("openat", "read", "newfstatat", "close", "getdents64", "faccessat2")
ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS", "EDQUOT", "EPERM", "ENOMEM", "EMFILE")
SYSTEMS = {"all": (), "no flags": ("renameat2:error=EINVAL",),
           "no flags, no links": ("renameat2:error=EINVAL", "linkat:error=EPERM")}  # fmt: skip
"""File systems: what each of them cannot do, as injections."""
_ANYBODY = ctypes.c_ulong(-1)
_PR_SET_PTRACER = 0x59616D61


class Unusable(Exception):
    """strace is not there, or may not attach. The message says so."""


@dataclass(frozen=True, slots=True)
class Traced:
    """How a traced process ended (exit code, or minus its signal), and its calls as strace wrote them."""

    code: int
    log: str


@dataclass(frozen=True, slots=True)
class Injection:
    """The `number`-th call of that name fails, or (no error) kills; `lasting`: all later ones too."""

    call: str
    number: int
    error: str | None
    lasting: bool = False

    def __str__(self) -> str:
        what = "signal=KILL" if self.error is None else f"error={self.error}"
        return f"{self.call}:{what}:when={self.number}{'+' if self.lasting else ''}"

    def happened(self, traced: Traced) -> bool:
        """Whether the call came at all."""
        if self.error is None:
            return traced.code == -signal.SIGKILL
        return (
            re.search(rf"^{self.call}\(.*{self.error} .*\(INJECTED\)", traced.log, re.MULTILINE) is not None
        )


def traced(act: Callable[[], None], log: Path, *injections: str, calls: tuple[str, ...] = ()) -> Traced:
    """Do something in a process that strace watches. Raises Unusable."""
    program = shutil.which("strace")
    if program is None:
        raise Unusable("strace is not installed")
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    child = forked(partial(_waiting, act))
    wanted = ",".join(f"?{name}" for name in calls or (*CHANGING, *LOOKING))
    options = [f"--inject={injection}" for injection in injections]
    command = [
        program,
        "-y",
        "-s",
        "0",
        "-p",
        str(child),
        "-o",
        os.fspath(log),
        f"--trace={wanted}",
        *options,
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        attached = "attached" in said
        os.kill(child, signal.SIGUSR1 if attached else signal.SIGKILL)
        code = exit_of(child)
    if not attached:
        raise Unusable(f"strace may not attach: {said.strip()}")
    return Traced(code, log.read_text(errors="replace"))


def _waiting(act: Callable[[], None]) -> None:
    """Let anybody trace this process, wait until strace does, then act."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)  # an error where there is no such rule
    signal.sigwait({signal.SIGUSR1})
    act()


class Campaign:
    """Many faults on one tree: in apply, in undo, and in the recovery of a killed apply."""

    def __init__(self, scratch: Path, seed: int) -> None:
        self._ground, self._log = Ground(scratch), scratch / "log"
        self._random = random.Random(seed)
        self._acts = {"apply": self._ground.apply, "undo": self._ground.undo, "recover": self._ground.recover}
        self._counts = {(act, system): self._count(act, system) for act in self._acts for system in SYSTEMS}
        self.seen: Counter[str] = Counter()

    def fault(self) -> tuple[str, int, str | None]:
        """One fault: what it was, how many files were lost, and what else is wrong."""
        while True:
            act, system = self._random.choice(list(self._acts)), self._random.choice(list(SYSTEMS))
            injection = self._injection(act, system)
            self._prepare(act)
            result = self._traced(act, system, str(injection))
            if injection.happened(result):
                self.seen[injection.call] += 1
                return f"{act}, {system}, {injection}", *self._judge(act, result)

    def _judge(self, act: str, result: Traced) -> tuple[int, str | None]:
        ground = self._ground
        lost = ground.lost()
        if result.code > 1:
            return lost, f"it ended with {result.code}"
        if result.code == 0 and ground.state() is not (State.AFTER if act == "apply" else State.BEFORE):
            return lost, f"it said that it was done, and the tree is {ground.state()}"
        ground.recover()
        return max(lost, ground.lost()), ground.fault()

    def _injection(self, act: str, system: str) -> Injection:
        counts = self._counts[act, system]
        names = [name for name in counts if name not in str(SYSTEMS[system])]
        changing = [name for name in names if name in CHANGING]
        call = self._random.choice(changing if self._random.random() < 0.75 else names)
        error = None if self._random.random() < 0.5 else self._random.choice(ERRORS)
        if call == "utimensat" and error == "EPERM":
            error = "EIO"  # who does not own a folder cannot give it its time back: that is no fault
        number = self._random.randint(1, counts[call])
        return Injection(call, number, error, lasting=error is not None and self._random.random() < 0.3)

    def _count(self, act: str, system: str) -> Counter[str]:
        self._prepare(act)
        log = self._traced(act, system).log
        return Counter(re.findall(r"^(\w+)\(", log, re.MULTILINE))

    def _prepare(self, act: str) -> None:
        self._ground.renew()
        if act == "undo":
            self._ground.apply()
        elif act == "recover":
            number = self._random.randint(1, 10)
            exit_of(forked(lambda: self._ground.apply(KillingDisk(number))))

    def _traced(self, act: str, system: str, *injections: str) -> Traced:
        return traced(self._acts[act], self._log, *SYSTEMS[system], *injections)


def campaign(count: int, seed: int) -> Tally:
    """So many faults. Raises Unusable."""
    tally = Tally()
    with scratch_folder() as scratch:
        trials = Campaign(scratch, seed)
        for tally.count in range(1, count + 1):
            what, gone, wrong = trials.fault()
            if gone or wrong:
                tally.failed(
                    f"strace fault {tally.count} of seed {seed} ({what}): {gone} bytes lost, {wrong}", gone
                )
    return tally


def main() -> int:
    """Run a campaign and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=any_seed())
    options = parser.parse_args()
    return tell("system-call faults", campaign(options.count, options.seed), options.seed)


if __name__ == "__main__":
    sys.exit(main())
