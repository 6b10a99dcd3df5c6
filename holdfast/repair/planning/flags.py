"""Files that nobody may change, not even root: `chattr +i`, `+a` and their like."""

from __future__ import annotations

import os
import stat
import struct
import sys

_GET = 0x80006601 | struct.calcsize("l") << 16  # FS_IOC_GETFLAGS
_FIXED = 0x10 | 0x20  # FS_IMMUTABLE_FL, FS_APPEND_FL
_FIXED_BSD = stat.UF_IMMUTABLE | stat.SF_IMMUTABLE | stat.UF_APPEND | stat.SF_APPEND


def is_fixed(descriptor: int, state: os.stat_result) -> bool:
    """Whether the open file is immutable or append-only; False where its file system has no such flag."""
    if sys.platform != "linux":
        return bool(getattr(state, "st_flags", 0) & _FIXED_BSD)
    import fcntl

    try:
        answer = fcntl.ioctl(descriptor, _GET, bytes(struct.calcsize("l")))
    except OSError:
        return False
    return bool(struct.unpack("l", answer)[0] & _FIXED)
