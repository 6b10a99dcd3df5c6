"""A disk that tells a medium what was done."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import Any

from holdfast.repair.runs.places import Folder, Place, lies_at
from tests.faults.disks import Fault, FaultyDisk, System, die
from tests.faults.medium import Medium, Name


class RecordedDisk(FaultyDisk):
    """Tells a medium what was done, and calls `look` before each step; may die in process."""

    def __init__(
        self,
        medium: Medium,
        look: Callable[[], None],
        system: System = System.MODERN,
        fault: Fault | None = None,
    ) -> None:
        super().__init__(fault or Fault(), system, die)
        self.medium, self._look, self._told = medium, look, 0

    def step(self, call: Callable[..., Any], *arguments: Any) -> Any:
        self._look()
        return super().step(call, *arguments)

    def make_folder(self, place: Place) -> None:
        super().make_folder(place)
        made = os.stat(place.name, dir_fd=place.folder)
        self.medium.made(made.st_ino, made.st_mode, stat.S_IMODE(made.st_mode))
        self._names(Name(_inode(place), place.name, made.st_ino))

    def create(self, place: Place) -> int:
        descriptor = super().create(place)
        made = os.fstat(descriptor)
        self.medium.made(made.st_ino, made.st_mode, stat.S_IMODE(made.st_mode))
        self._names(Name(_inode(place), place.name, made.st_ino))
        return descriptor

    def write(self, descriptor: int, data: bytes) -> None:
        before = os.fstat(descriptor).st_size
        try:
            super().write(descriptor, data)
        finally:
            state = os.fstat(descriptor)
            self.medium.wrote(state.st_ino, data[: state.st_size - before])

    def sync(self, descriptor: int) -> None:
        super().sync(descriptor)
        self.medium.synced_file(os.fstat(descriptor).st_ino)

    def sync_folder(self, folder: Folder) -> None:
        super().sync_folder(folder)
        assert folder.descriptor is not None
        self.medium.synced_folder(os.fstat(folder.descriptor).st_ino)

    def take_after(self, descriptor: int, mode: int, owner: tuple[int, int] | None) -> None:
        super().take_after(descriptor, mode, owner)
        state = os.fstat(descriptor)
        self.medium.gave_mode(state.st_ino, stat.S_IMODE(state.st_mode))

    def rename(self, source: Place, target: Place) -> None:
        told = self._told
        super().rename(source, target)
        if self._told == told:  # neither by a flag nor by a link
            self._moved(source, target)

    def flagged(self, source: Place, target: Place, flag: int) -> None:
        is_exchange = lies_at(target) is not None
        super().flagged(source, target, flag)
        if is_exchange:
            names = (Name(_inode(place), place.name, _at(place)) for place in (source, target))
            self._names(*names, is_one_step=True)
        else:
            self._moved(source, target)

    def link(self, source: Place, target: Place) -> None:
        super().link(source, target)
        self._names(Name(_inode(target), target.name, _at(target)))

    def drop_second_name(self, place: Place) -> None:
        file = _at(place)
        super().drop_second_name(place)
        self._names(Name(_inode(place), place.name, file, is_gone=True))

    def _moved(self, source: Place, target: Place) -> None:
        file = _at(target)
        leaves = Name(_inode(source), source.name, file, is_gone=True)
        self._names(Name(_inode(target), target.name, file), leaves)

    def _names(self, *names: Name, is_one_step: bool = False) -> None:
        self._told += 1
        self.medium.named(*names, is_one_step=is_one_step)


def _inode(place: Place) -> int:
    assert place.folder is not None
    return os.fstat(place.folder).st_ino


def _at(place: Place) -> int:
    return os.stat(place.name, dir_fd=place.folder, follow_symlinks=False).st_ino
