"""The data tree as repair sees it: paths of the tables, walked from one open root."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from holdfast.names import to_os
from holdfast.repair.runs.places import File, Folder, Place, Refused, check_path, inspect, read


class Tree:
    """The root, open. Close it, or use it in a `with`. Reads only."""

    def __init__(self, root: Path) -> None:
        self.path = root
        self.root = Folder.at(os.fspath(root))
        self.device = self.root.state().st_dev

    @contextmanager
    def folder(self, path: str) -> Iterator[Folder]:
        """The folder of that path ('' is the root), open. Raises Refused for a link on the way."""
        opened: list[Folder] = []
        current = self.root
        try:
            if path:
                check_path(path)
            for part in to_os(path).split("/") if path else ():
                current = current.enter(part)
                opened.append(current)
            yield current
        finally:
            for folder in opened:
                folder.close()

    @contextmanager
    def place(self, path: str) -> Iterator[Place]:
        """The name of a file in its open folder."""
        check_path(path)
        parent, _, name = path.rpartition("/")
        with self.folder(parent) as folder:
            yield folder.place(to_os(name))

    def inspect(self, path: str) -> File | None:
        """What the file is now, hashed; None if it is not there. Raises Refused, OSError."""
        try:
            with self.place(path) as place:
                return inspect(place)
        except FileNotFoundError:
            return None

    def read(self, path: str) -> bytes | None:
        """The bytes of the file; None if it is not there. Raises Refused, OSError."""
        try:
            with self.place(path) as place:
                return read(place)
        except FileNotFoundError:
            return None

    def require(self, path: str) -> File:
        """The file, if repair may touch it.

        Raises Refused when it is missing, a link, one of several hard links, immutable or on another device.
        """
        file = self.inspect(path)
        if file is None:
            raise Refused("is not there")
        if file.links > 1:
            raise Refused(f"has {file.links} hard links (a cache's, perhaps): make it a file of its own")
        if file.device != self.device:
            raise Refused("lies on another device than the root")
        if file.fixed:
            raise Refused("is immutable or append-only: `chattr -ia` first")
        return file

    def close(self) -> None:
        """Give the root back."""
        self.root.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def folded(name: str) -> str:
    """What two names share that are one name on a file system that folds case or normalises."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
