"""Disks that leave one thing out: each must make a campaign fail, or the campaign proves nothing."""

from __future__ import annotations

import os
import stat

from holdfast.repair.runs.places import Folder, Place
from tests.faults.recorded import RecordedDisk


class NoFolderSync(RecordedDisk):
    """Folders are never synced."""

    def sync_folder(self, folder: Folder) -> None:
        pass


class QuarantineLast(RecordedDisk):
    """The quarantine is synced after the folders that its files came from."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self._waiting: str | None = None

    def sync_folder(self, folder: Folder) -> None:
        if os.path.basename(folder.path) == "q":
            self._waiting = folder.path
            return
        super().sync_folder(folder)

    def write(self, descriptor: int, data: bytes) -> None:
        if self._waiting is not None:
            with Folder.at(self._waiting) as folder:
                super().sync_folder(folder)
            self._waiting = None
        super().write(descriptor, data)


class _SomeFilesUnsynced(RecordedDisk):
    journals = False

    def create(self, place: Place) -> int:
        descriptor = super().create(place)
        if place.name.startswith("journal.") == self.journals:
            self._unsynced.add(os.fstat(descriptor).st_ino)
        return descriptor

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self._unsynced: set[int] = set()

    def sync(self, descriptor: int) -> None:
        state = os.fstat(descriptor)
        if stat.S_ISREG(state.st_mode) and state.st_ino in self._unsynced:
            return
        super().sync(descriptor)


class NoJournalSync(_SomeFilesUnsynced):
    """The lines of a journal are written and not synced."""

    journals = True


class NoStagedSync(_SomeFilesUnsynced):
    """Plan, key and new contents are written and not synced."""
