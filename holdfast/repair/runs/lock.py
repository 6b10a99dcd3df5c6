"""One repair at a time: a lock that the system drops with its process, so a dead one leaves none."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.errors import UsageError
from holdfast.names import display, to_text
from holdfast.repair.runs.places import Folder, lies_at

_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


_LONGEST = 20
"""Bytes of a process number with its padding."""


@contextmanager
def locked(folder: Folder) -> Iterator[None]:
    """Hold the lock of a state folder. Raises UsageError when another process holds it, or it is no file."""
    place = folder.place("lock")
    there = lies_at(place)
    if there is not None:
        _require_lock(folder, there)
    descriptor = os.open(place.name, _OPEN, 0o600, dir_fd=place.folder)
    try:
        _require_lock(folder, os.fstat(descriptor))
        if not _take(descriptor):
            holder = os.read(descriptor, _LONGEST).decode("ascii", "replace").strip() or "unknown"
            raise UsageError(f"another repair is running on this data (process {holder}): wait for it to end")
        os.write(descriptor, str(os.getpid()).ljust(_LONGEST).encode("ascii"))  # for that message only
        yield
    finally:
        os.close(descriptor)


def _require_lock(folder: Folder, state: os.stat_result) -> None:
    """Raises UsageError for what somebody put in the lock's place: it would be written to."""
    what = None
    if not stat.S_ISREG(state.st_mode):
        what = "is no regular file"
    elif state.st_nlink > 1 or state.st_size > _LONGEST:
        what = "is no lock of this program"
    if what is not None:
        raise UsageError(f"{display(to_text(folder.path))}/lock {what}: move it away")


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
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(f"locks do not work where the state of repair is kept: {reason}") from None
        return True
