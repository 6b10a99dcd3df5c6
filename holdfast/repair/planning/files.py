"""The files of the data tree while a plan is made: each hashed once, nothing changed."""

from __future__ import annotations

import os

from holdfast.archives import SUFFIXES
from holdfast.formats.tree import upward
from holdfast.names import display, to_os, to_text
from holdfast.repair.runs.places import File, Refused
from holdfast.repair.runs.tree import Tree, folded

_LONGEST_NAME = 255


class Files:
    """A tree with a memory."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._seen: dict[str, File | None] = {}
        self._required: dict[str, File] = {}
        self._contents: dict[str, bytes] = {}
        self._names: dict[str, frozenset[str]] = {}

    def inspect(self, path: str) -> File | None:
        """The file as it was first seen; None if it is not there. Raises Refused, OSError."""
        if path not in self._seen:
            if archive := next((place for place in upward(path) if self._is_archive(place, path)), None):
                raise Refused(f"lies in {display(archive)}, an archive, which is only read: unpack it first")
            self._seen[path] = self.tree.inspect(path)
        return self._seen[path]

    def _is_archive(self, place: str, path: str) -> bool:
        if place == path or not place.lower().endswith(SUFFIXES):
            return False
        try:
            return self.tree.inspect(place) is not None
        except Refused:  # a folder of such a name
            return False

    def require_present(self, path: str) -> File:
        """The file. Raises Refused if it is not there."""
        file = self.inspect(path)
        if file is None:
            raise Refused(f"{display(path)} is not there any more")
        return file

    def require(self, path: str) -> File:
        """The file, if repair may touch it. Raises Refused, OSError."""
        if path not in self._required:
            self._required[path] = self._seen[path] = self.tree.require(path)
        return self._required[path]

    def require_own(self, path: str) -> None:
        """Raises Refused for a file of another user: a new version would be this user's. Root may."""
        owner, user = self.require(path).owner[0], getattr(os, "geteuid", lambda: 0)()
        if user not in (0, owner):
            raise Refused(f"belongs to another user ({owner}), a new version would not")

    def content(self, path: str) -> bytes:
        """The bytes of a file that is there. Raises Refused, OSError."""
        if path not in self._contents:
            self._contents[path] = self.tree.read(path) or b""
        return self._contents[path]

    def require_free(self, path: str) -> None:
        """Raises Refused unless the name is free, also where upper and lower case are one."""
        parent, _, name = path.rpartition("/")
        if len(os.fsencode(to_os(name))) > _LONGEST_NAME:
            raise Refused(f"the name {display(name)} would be longer than {_LONGEST_NAME} bytes")
        if parent not in self._names:
            try:
                with self.tree.folder(parent) as folder:
                    self._names[parent] = frozenset(folded(to_text(entry)) for entry in folder.names())
            except FileNotFoundError:
                raise Refused(f"the folder {display(parent)} is not there: make it first") from None
        if folded(name) in self._names[parent]:
            raise Refused(f"the name {display(path)} is taken")
