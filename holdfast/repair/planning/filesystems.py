"""Which file system a folder is on, and whether what repair builds on was tried there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from holdfast.names import to_text

MOUNTS = Path("/proc/self/mountinfo")
"""Where Linux lists what is mounted."""

_LOCAL = ("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "jfs", "reiserfs", "nilfs2")
_KNOWN = frozenset({*_LOCAL, "tmpfs", "overlay", "apfs", "ntfs", "ntfs3"})
"""File systems of one machine, with renames that are whole and syncs that are kept."""


def untried(root: Path) -> str | None:
    """The kind of file system that `root` is on, where it is a network's, FUSE's or an unknown one.

    None for a known one, and where there is no telling: other systems than Linux.
    """
    if sys.platform != "linux":
        return None
    kind = _kind(root)
    return None if kind in _KNOWN else kind


def _kind(root: Path) -> str:
    """Its name as the kernel gives it: by the device, or, as on Btrfs, by where it is mounted."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return "unknown"
    state, path = os.stat(root), os.path.realpath(root)
    device = f"{os.major(state.st_dev)}:{os.minor(state.st_dev)}"
    above: dict[int, str] = {}
    for fields in (line.split(" ") for line in lines):
        if "-" not in fields[6:-1]:
            continue
        kind = to_text(fields[fields.index("-", 6) + 1])
        if fields[2] == device:
            return kind
        point = _plain(fields[4])
        if path == point or path.startswith(point.rstrip("/") + "/"):
            above[len(point)] = kind  # of two at one place the later one is on top
    return above[max(above)] if above else "unknown"


def _plain(text: str) -> str:
    """A path of the list: space, tab, line end and backslash are octal there."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text
