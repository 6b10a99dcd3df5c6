"""What a process asked of the system, judged: may repair do this under a root?"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NEVER = {
    "truncate", "ftruncate", "unlink", "rmdir", "rename", "link", "symlink", "symlinkat", "mknod", "mknodat",
    "mkdir", "creat", "open", "chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat", "utime",
    "utimes", "futimesat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "fallocate", "pwrite64",
    "pwritev", "writev", "copy_file_range", "sendfile", "splice", "openat2", "io_uring_setup",
}  # fmt: skip
"""Calls that repair never makes under the root. Those by path cannot be safe; the others overwrite."""
COUNTED = {
    "mkdirat": "make_folder", "openat": "create", "fsync": "sync", "fchmod": "take_after",
    "utimensat": "set_modified", "renameat2": "flagged", "linkat": "link", "unlinkat": "drop_second_name",
    "renameat": "plain_rename",
}  # fmt: skip
"""Which method of Disk makes a changing call."""
_LINE = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_PLACE = re.compile(r'(AT_FDCWD|\d+)<([^>]*)>(?:, "((?:[^"\\]|\\.)*)")?|"((?:[^"\\]|\\.)*)"')
_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")
_NEW = {"O_CREAT", "O_EXCL", "O_NOFOLLOW"}


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that succeeded, with the paths that it names."""

    name: str
    arguments: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """What is forbidden of what was done below the root, and how often each method of Disk must have been
    called, there and elsewhere."""

    complaints: tuple[str, ...]
    calls: Counter[str]


def audit(log: str, root: Path) -> Audit:
    """Judge the log of strace (with `-y`)."""
    calls = list(_calls(log))
    below = [call for call in calls if any(_is_below(path, root) for path in call.paths)]
    complaints = [f"{why}: {call.name}({call.arguments})" for call in below if (why := _why(call, root))]
    counted = Counter(COUNTED[call.name] for call in calls if _counts(call))
    return Audit(tuple(complaints), counted)


def _calls(log: str) -> Iterator[Call]:
    for line in log.splitlines():
        found = _LINE.match(line)
        if found and int(found[3]) >= 0:
            yield Call(found[1], found[2], tuple(_paths(found[2])))


def _paths(arguments: str) -> Iterator[str]:
    for descriptor, folder, name, alone in _PLACE.findall(arguments):
        yield os.path.join(folder, name) if descriptor else alone


def _is_below(path: str, root: Path) -> bool:
    return path == str(root) or path.startswith(f"{root}/")


def _counts(call: Call) -> bool:
    if call.name == "openat":
        return "O_EXCL" in call.arguments
    return call.name in COUNTED


def _why(call: Call, root: Path) -> str | None:
    """Why the call is forbidden, None if it is not."""
    state = f"{root}/.holdfast"
    inside = [_is_below(path, Path(state)) for path in call.paths]
    in_quarantine = [re.search(r"/runs/[^/]+/q/", path) is not None for path in call.paths]
    if call.name in NEVER:
        return "is never done"
    if call.name in COUNTED and "AT_FDCWD" in call.arguments and _writes(call):
        return "by path, not from an open folder"
    if call.name == "openat":
        return _why_not_opened(call, state)
    if call.name in ("write", "fchmod", "fchown") and not all(inside):
        return "changes a file of the data"
    if call.name == "utimensat" and not (call.paths[0] and os.path.isdir(call.paths[0])):
        return "changes the times of a file"
    if call.name == "unlinkat" and not all(in_quarantine):
        return "removes a name"
    if call.name == "renameat" and not any(in_quarantine):
        return "may overwrite"
    if call.name == "renameat2" and not re.search("RENAME_NOREPLACE|RENAME_EXCHANGE", call.arguments):
        return "may overwrite"
    return None


def _writes(call: Call) -> bool:
    return call.name != "openat" or _WRITING.search(call.arguments) is not None


def _why_not_opened(call: Call, state: str) -> str | None:
    flags = set(re.findall(r"O_\w+", call.arguments))
    if not _WRITING.search(call.arguments) or flags >= _NEW:
        return None
    # nobody's data: it is made by us, written to only when it is ours, and never cut
    is_lock = call.paths[0] == f"{state}/lock" and "O_NOFOLLOW" in flags and "O_TRUNC" not in flags
    return None if is_lock else "opens for writing what may be there"
