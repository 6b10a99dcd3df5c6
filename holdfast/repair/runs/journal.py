"""The journal of a run: what was about to be done, written and synced before it is done.

A line is `<mac> <crc> <json>`. The CRC-32 tells a torn line, the HMAC-SHA256 (chained over the lines,
with a key outside the data) tells a line that somebody else wrote. A journal is never opened again
for writing: whoever continues one starts `journal.1`, `journal.2` and so on, so a torn end stays one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from holdfast.repair.runs.disk import Disk
from holdfast.repair.runs.places import Folder, read


class Kind(StrEnum):
    """What a record says. The last one that is no intent and no purge tells how the run stands."""

    BEGIN = "begin"
    INTENT = "intent"
    COMMIT = "commit"
    ROLLING_BACK = "rolling back"
    ROLLED_BACK = "rolled back"
    UNDO = "undo"
    UNDONE = "undone"
    PURGE = "purge"


@dataclass(frozen=True, slots=True)
class FolderTime:
    """When a folder (path in the data, '' is the root) was modified, in nanoseconds."""

    path: str
    modified: int


@dataclass(frozen=True, slots=True)
class Record:
    """One line. `ops` are positions in the plan: about to be done (intent), left as they are because
    somebody changed the files since (undone, rolled back), or deleted for good (purge). `at` is UTC."""

    kind: Kind
    at: str = ""
    plan: str = ""
    root: str = ""
    ops: tuple[int, ...] = ()
    folders: tuple[FolderTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A journal as read: its records, whether all of them are ours, and how to go on."""

    records: tuple[Record, ...]
    trusted: bool
    mac: str
    files: int


class Journal:
    """A journal open for writing. Close it, or use it in a `with`."""

    def __init__(self, disk: Disk, folder: Folder, key: bytes, after: Reading | None = None) -> None:
        self._disk, self._key = disk, key
        self._mac, files = (after.mac, after.files) if after else ("", 0)
        sync_journal(disk, folder, files)  # what follows is chained to it
        self._descriptor = disk.create(folder.place(f"journal.{files}"))
        disk.sync_folder(folder)

    def append(self, record: Record) -> None:
        """Write a record and wait until it is on the device."""
        body = _encode(replace(record, at=now()))
        self._mac = _mac(self._key, self._mac, body)
        self._disk.write(self._descriptor, b"%s %08x %s\n" % (self._mac.encode(), zlib.crc32(body), body))
        self._disk.sync(self._descriptor)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def sync_journal(disk: Disk, folder: Folder, files: int) -> None:
    """Wait until that many files of a journal are on the device: who wrote them may have been killed."""
    for number in range(files):
        disk.sync_again(folder.place(f"journal.{number}"))


def read_journal(folder: Folder, key: bytes | None) -> Reading:
    """All whole lines of a run's journal; `trusted` only if the key proves each of them."""
    records: list[Record] = []
    trusted, mac, files = key is not None, "", 0
    while (data := read(folder.place(f"journal.{files}"))) is not None:
        files += 1
        for written, body in _whole_lines(data):
            trusted = trusted and key is not None and hmac.compare_digest(written, _mac(key, mac, body))
            mac = written
            records.append(_decode(body))
    return Reading(tuple(records), trusted and bool(records), mac, files)


def now() -> str:
    """The time in UTC to the microsecond, ISO 8601: its text sorts by time."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _whole_lines(data: bytes) -> Iterator[tuple[str, bytes]]:
    for line in data.split(b"\n")[:-1]:
        mac, _, rest = line.partition(b" ")
        crc, _, body = rest.partition(b" ")
        if crc != b"%08x" % zlib.crc32(body) or not mac.isalnum():
            return
        yield mac.decode("ascii"), body


def _mac(key: bytes, previous: str, body: bytes) -> str:
    return hmac.new(key, previous.encode("ascii") + b" " + body, hashlib.sha256).hexdigest()


def _encode(record: Record) -> bytes:
    data: dict[str, Any] = {"t": record.kind, "at": record.at}
    if record.plan:
        data |= {"plan": record.plan, "root": record.root}
    if record.ops:
        data["ops"] = list(record.ops)
    if record.folders:
        data["folders"] = [[folder.path, folder.modified] for folder in record.folders]
    return json.dumps(data, sort_keys=True).encode("ascii")


def _decode(body: bytes) -> Record:
    """Raises ValueError, KeyError or TypeError for a line that `_encode` did not write."""
    data = json.loads(body)
    return Record(
        Kind(data["t"]),
        str(data["at"]),
        str(data.get("plan", "")),
        str(data.get("root", "")),
        tuple(map(int, data.get("ops", ()))),
        tuple(FolderTime(str(path), int(modified)) for path, modified in data.get("folders", ())),
    )
