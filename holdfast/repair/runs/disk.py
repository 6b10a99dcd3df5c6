"""Every call that changes something on disk goes through one object: a test can make any of them fail."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from typing import Any

from holdfast.repair.runs.places import Folder, Place, lies_at

_KEEP, _SWAP = {"linux": (1, 2), "darwin": (4, 2)}.get(sys.platform, (0, 0))
_CALL = {"linux": "renameat2", "darwin": "renameatx_np"}.get(sys.platform, "")  # macOS: not run here
_UNKNOWN = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

_OLD = (os.O_RDWR if sys.platform == "win32" else os.O_RDONLY) | getattr(os, "O_NOFOLLOW", 0)


def _rename_call() -> Any:
    call = getattr(ctypes.CDLL(None, use_errno=True), _CALL, None) if _CALL else None
    if call is not None:
        call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call


class Disk:
    """The changing calls. Each raises OSError; none overwrites or follows a link; `purge` alone deletes."""

    _call = staticmethod(_rename_call()) if _CALL else None

    def make_folder(self, place: Place) -> None:
        """Make a folder that only its owner can enter."""
        os.mkdir(place.name, 0o700, dir_fd=place.folder)

    def create(self, place: Place) -> int:
        """Make a file that must not exist, open for writing; returns its descriptor."""
        return os.open(place.name, _NEW, 0o600, dir_fd=place.folder)

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of it."""
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]

    def sync(self, descriptor: int) -> None:
        """Wait until the content of the file is on the device."""
        if sys.platform == "darwin":  # fsync stops at the drive's cache there; not run here
            import fcntl

            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        else:
            os.fsync(descriptor)

    def sync_again(self, place: Place) -> None:
        """The same for a file that was written by a process that may have been killed before its sync."""
        descriptor = os.open(place.name, _OLD, dir_fd=place.folder)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def sync_folder(self, folder: Folder) -> None:
        """Wait until the names in the folder are on the device, where folders can be synced at all."""
        if folder.descriptor is None:
            return
        try:
            os.fsync(folder.descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems
                raise

    def take_after(self, descriptor: int, mode: int, owner: tuple[int, int] | None) -> None:
        """Give a new file the mode and, where it is another and that is allowed, the owner of an old one."""
        if not hasattr(os, "fchmod"):
            return
        state = os.fstat(descriptor)
        if owner is not None and (state.st_uid, state.st_gid) != owner:
            try:
                os.fchown(descriptor, *owner)
            except PermissionError:
                mode &= 0o777  # without the owner no set-user-id
        os.fchmod(descriptor, mode)

    def set_modified(self, folder: Folder, modified: int) -> None:
        """Set the modification time of a folder, in nanoseconds, where that is allowed."""
        target = folder.path if folder.descriptor is None else folder.descriptor
        try:
            os.utime(target, ns=(os.stat(target).st_atime_ns, modified))
        except OSError as error:
            if error.errno != errno.EPERM:  # who may write in a shared folder need not own it
                raise

    def rename(self, source: Place, target: Place) -> None:
        """Give a file another name. Raises FileExistsError when the new one is taken."""
        try:
            self.flagged(source, target, _KEEP)
        except OSError as error:
            if error.errno not in _UNKNOWN:
                raise
            self._rename_looking(source, target)

    def exchange(self, one: Place, other: Place, spare: Place) -> None:
        """Exchange two files, in one step where the file system can, else by way of a free name."""
        try:
            self.flagged(one, other, _SWAP)
        except OSError as error:
            if error.errno not in _UNKNOWN:
                raise
            self.rename(one, spare)
            self.rename(other, one)
            self.rename(spare, other)

    def flagged(self, source: Place, target: Place, flag: int) -> None:
        """One rename with a flag of the kernel. Raises OSError with ENOSYS where there is none."""
        if self._call is None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        names = os.fsencode(source.name), os.fsencode(target.name)
        if self._call(source.folder, names[0], target.folder, names[1], flag) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), source.name, None, target.name)

    def link(self, source: Place, target: Place) -> None:
        """Give a file a second name. Raises FileExistsError when that is taken."""
        if os.link not in os.supports_dir_fd:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        folders = {"src_dir_fd": source.folder, "dst_dir_fd": target.folder}
        os.link(source.name, target.name, **folders, follow_symlinks=False)

    def drop_second_name(self, place: Place) -> None:
        """Take a name in the quarantine from a file that has another one in the data."""
        assert place.private
        os.unlink(place.name, dir_fd=place.folder)

    def purge(self, place: Place) -> None:
        """Delete a file in the quarantine for good."""
        assert place.private
        os.unlink(place.name, dir_fd=place.folder)

    def _rename_looking(self, source: Place, target: Place) -> None:
        """Without the kernel's help: a link refuses a taken name; a look before leaves a short gap.

        The gap is left for names in the quarantine, where nobody else writes, and for a move within
        the data on a file system that knows neither. Windows refuses by itself.
        """
        if source.private and not target.private:
            try:
                self.link(source, target)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
            else:
                self.drop_second_name(source)
                return
        if lies_at(target) is not None:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target.name)
        os.rename(source.name, target.name, src_dir_fd=source.folder, dst_dir_fd=target.folder)
