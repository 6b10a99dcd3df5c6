"""One repair at a time: a lock that the system drops with its process, so a dead one leaves none."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.errors import UsageError
from holdfast.names import display, to_text
from holdfast.repair.places import Folder, lies_at

_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@contextmanager
def locked(folder: Folder) -> Iterator[None]:
    """Hold the lock of a state folder. Raises UsageError when another process holds it, or it is no file."""
    place = folder.place("lock")
    there = lies_at(place)
    if there is not None and not stat.S_ISREG(there.st_mode):
        raise UsageError(f"{display(to_text(folder.path))}/lock is no regular file: move it away")
    descriptor = os.open(place.name, _OPEN, 0o600, dir_fd=place.folder)
    try:
        if not _take(descriptor):
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            raise UsageError(f"another repair is running on this data (process {holder}): wait for it to end")
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode("ascii"))  # for that message only
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":  # not run here

    def _take(descriptor: int) -> bool:
        import msvcrt

        try:
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # past the text, which others may then read
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:

    def _take(descriptor: int) -> bool:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
