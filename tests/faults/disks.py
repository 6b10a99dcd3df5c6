"""Disks that fail: at one step or from one step on, before a call or after it did its work."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Place

CALLS = (
    "make_folder", "create", "write", "sync", "sync_folder", "take_after", "set_modified",
    "rename", "exchange", "link", "drop_second_name",
)  # fmt: skip
ERRNOS = (
    errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT, errno.EXDEV, errno.EINTR, errno.EPERM,
)  # fmt: skip


class System(StrEnum):
    """What the file system can do."""

    MODERN = "flagged renames"
    PLAIN = "no flagged renames"
    POOR = "no flagged renames, no hard links"


class Dead(BaseException):
    """The process was killed: it changes nothing any more. No code of the repair catches it for good."""


class Way(StrEnum):
    """How a step fails."""

    KILL = "SIGKILL"
    ONCE = "fails once"
    LATE = "fails once after it was done"
    STICKY = "fails from then on"
    INTERRUPT = "Ctrl-C"


@dataclass(frozen=True, slots=True)
class Fault:
    """At which step what happens; `code` is an errno. Step 0 is never reached."""

    step: int = 0
    way: Way = Way.KILL
    code: int = 0

    def __str__(self) -> str:
        code = f" {errno.errorcode[self.code]}" if self.code else ""
        return f"step {self.step} {self.way}{code}"


class SystemDisk(Disk):
    """A disk of a file system that can do less."""

    def __init__(self, system: System = System.MODERN) -> None:
        self._system = system

    def flagged(self, source: Place, target: Place, flag: int) -> None:
        if self._system is not System.MODERN:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        super().flagged(source, target, flag)

    def link(self, source: Place, target: Place) -> None:
        if self._system is System.POOR:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))
        super().link(source, target)


class FaultyDisk(SystemDisk):
    """Counts its steps and fails at one; a write is two steps, so that half of it may stay.

    `kill` is what SIGKILL does: by default the process ends, else a function that raises `Dead`.
    """

    def __init__(
        self, fault: Fault, system: System = System.MODERN, kill: Callable[[], None] | None = None
    ) -> None:
        super().__init__(system)
        self.steps = 0
        self._fault, self._kill, self._is_dead = fault, kill or _kill, False

    def step(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """One call, or its fault."""
        self.steps += 1
        is_now = self.steps == self._fault.step
        if self._is_dead or (is_now and self._fault.way is not Way.LATE):
            self._fail()
        if self._fault.way is Way.STICKY and self._fault.step and self.steps > self._fault.step:
            self._fail()
        result = call(*arguments)
        if is_now:
            if isinstance(result, int):
                os.close(result)  # a call that fails gives no descriptor
            self._fail()
        return result

    def _fail(self) -> None:
        if self._fault.way is Way.KILL:
            self._is_dead = True
            self._kill()
        if self._fault.way is Way.INTERRUPT:
            raise KeyboardInterrupt
        raise OSError(self._fault.code, os.strerror(self._fault.code))


def _counted(name: str) -> Callable[..., Any]:
    def call(self: FaultyDisk, *arguments: Any) -> Any:
        original = getattr(super(FaultyDisk, self), name)
        if name == "write":
            descriptor, data = arguments
            self.step(original, descriptor, data[: len(data) // 2])
            return self.step(original, descriptor, data[len(data) // 2 :])
        return self.step(original, *arguments)

    return call


for _name in CALLS:
    setattr(FaultyDisk, _name, _counted(_name))


def die() -> None:
    """Instead of a real SIGKILL: nothing changes any more, and all locks fall with the `with`s."""
    raise Dead


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
