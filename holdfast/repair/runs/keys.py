"""The keys that prove a journal: one a run, in the user's own state folder, never with the data."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

from holdfast.errors import UsageError
from holdfast.names import display, to_text
from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Folder, Refused, read

_BYTES = 32
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR)
_VARIABLE = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME"


def make_key(name: str, disk: Disk) -> bytes:
    """A new key for a run, on the device when this returns.

    Raises UsageError where this user may not keep keys, OSError.
    """
    path = _keys()
    try:
        return _new_key(name, path, disk)
    except OSError as error:
        if error.errno not in _FORBIDDEN:
            raise
        where = f"{display(to_text(str(path)))}: the key of a repair cannot be kept there"
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{where} ({reason}): name a folder of yours in {_VARIABLE}") from None


def _new_key(name: str, path: Path, disk: Disk) -> bytes:
    key = secrets.token_bytes(_BYTES)
    _make(path, disk)
    with Folder.at(os.fspath(path)) as folder:
        descriptor = disk.create(folder.place(name))
        try:
            disk.write(descriptor, key)
            disk.sync(descriptor)
        finally:
            os.close(descriptor)
        disk.sync_folder(folder)
    for above in (path.parent, path.parent.parent):  # who made them may have been killed before the sync
        with Folder.at(os.fspath(above)) as folder:
            disk.sync_folder(folder)
    return key


def _make(path: Path, disk: Disk) -> None:
    """Make a folder and those above it, each on the device: a lost key would leave its run unsettled."""
    if path.is_dir():
        return
    _make(path.parent, disk)
    with Folder.at(os.fspath(path.parent)) as parent:
        with suppress(FileExistsError):  # another process was quicker
            disk.make_folder(parent.place(path.name))
        disk.sync_folder(parent)


def key_of(name: str) -> bytes | None:
    """The key of a run, None when this user has none. Raises OSError when it cannot be read: a run of
    ours that passed for somebody else's would never be settled."""
    try:
        with Folder.at(os.fspath(_keys())) as folder:
            return read(folder.place(name))
    except (FileNotFoundError, NotADirectoryError, Refused):
        return None


def require_key(name: str) -> bytes:
    """The key of a trusted run."""
    key = key_of(name)
    assert key is not None  # that is what trusted means
    return key


def _keys() -> Path:
    base = os.environ.get(_VARIABLE, "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".local" / "state") / "holdfast" / "keys"
