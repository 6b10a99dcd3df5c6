"""Parts of the machine for a test: a process that fails for its parent, mounts that only it sees."""

from __future__ import annotations

import ctypes
import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

NEW_MOUNTS, NEW_USER = 0x20000, 0x10000000
READ_ONLY, REMOUNT, BIND, PRIVATE = 1, 32, 4096, 1 << 14 | 1 << 18
Act = Callable[[], object]


class Unusable(Exception):
    """The machine cannot do this. The message says what."""


def in_a_process(act: Act) -> None:
    """Do it in a process of its own; fails when that fails, skips when the machine cannot do it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _report(act, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    if said.startswith("unusable: "):
        pytest.skip(said.removeprefix("unusable: "))
    assert said == "done", said


def _report(act: Act, writing: int) -> None:
    said = "it ended"
    try:
        act()
        said = "done"
    except Unusable as error:
        said = f"unusable: {error}"
    except BaseException:
        said = traceback.format_exc()
    finally:
        os.write(writing, said.encode("utf-8", "replace")[:50_000])
        os._exit(0)


def with_mounts(act: Act) -> None:
    """The same, and the process sees mounts of its own."""

    def mounting() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        user, group = os.geteuid(), os.getegid()
        if libc.unshare(NEW_MOUNTS | (NEW_USER if user else 0)) != 0:
            raise Unusable(f"no mounts of its own: {os.strerror(ctypes.get_errno())}")
        if user:
            for file, text in (
                ("setgroups", "deny"),
                ("uid_map", f"0 {user} 1"),
                ("gid_map", f"0 {group} 1"),
            ):
                Path(f"/proc/self/{file}").write_text(text)
        mount(Path("/"), flags=PRIVATE)
        act()

    if os.uname().sysname != "Linux":
        pytest.skip("mounts of its own are known to Linux only")
    in_a_process(mounting)


def mount(target: Path, source: str = "none", kind: str = "", flags: int = 0, options: str = "") -> None:
    """mount(2). Raises Unusable."""
    texts = [text.encode() or None for text in (source, kind, options)]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(texts[0], os.fsencode(target), texts[1], ctypes.c_ulong(flags), texts[2]) != 0:
        raise Unusable(f"cannot mount: {os.strerror(ctypes.get_errno())}")


def memory(target: Path, options: str) -> None:
    """A new file system in memory."""
    target.mkdir(exist_ok=True)
    mount(target, kind="tmpfs", options=options)


def require_root() -> None:
    """Raises Unusable without the rights of root."""
    if os.geteuid():
        raise Unusable("only root can give files away and become somebody else")


def as_nobody() -> None:
    """Give up all rights."""
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
