"""A shape: a small tree with a plan for it, and how one is drafted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.repair.plans.plan import Act, Choices, Group, Op, Plan, Reason, Root
from holdfast.repair.policy import Policy
from holdfast.repair.runs.places import Stamp

REASONS = (Reason("exact_duplicate", "a", None, "safe", "a test"),)
BOX = b"0 0.5 0.5 0.2 0.2\n"


@dataclass(frozen=True, slots=True)
class File:
    """A file before a plan: its bytes and mode, or where the symbolic link leads, or what it is a link of."""

    content: bytes = b""
    mode: int = 0o644
    symbolic: str = ""
    hard: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A tree (paths in the form of the tables) and a plan for it. `git`: the tree is a git work tree."""

    name: str
    files: Mapping[str, File]
    groups: tuple[Group, ...]
    folders: Mapping[str, int]
    git: bool = False

    @property
    def plan(self) -> Plan:
        """The plan, for any root."""
        return Plan("test", "2026-01-01T00:00:00+00:00", Root("data", 0, 0), Choices(Policy()), self.groups)

    @property
    def crosses(self) -> bool:
        """Whether files go from one folder to another and others the opposite way (see `draw_plan`)."""
        ops = (op for group in self.groups for op in group.ops)
        ways = {(op.path.rpartition("/")[0], op.to.rpartition("/")[0]) for op in ops if op.to is not None}
        return any(one != other and (other, one) in ways for one, other in ways)


class Draft:
    """A shape in the making. Each act checks nothing: what is planned must fit the files."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, File] = {}
        self.folders: dict[str, int] = {}
        self.groups: list[Group] = []

    def file(self, path: str, content: bytes | None = None, mode: int = 0o644) -> str:
        """A file; without content a made-up picture that no other file equals."""
        self.files[path] = File(b"picture " * 9 + os.fsencode(path) if content is None else content, mode)
        return path

    def labelled(self, folder: str, name: str, mode: int = 0o644) -> str:
        """An image with its label; returns the stem below `images` and `labels`."""
        self.file(f"{folder}/images/{name}.jpg", mode=mode)
        self.file(f"{folder}/labels/{name}.txt", BOX + name.encode("utf-8", "replace")[:9], mode)
        return name

    def group(self, *ops: Op) -> None:
        """Acts that go together."""
        self.groups.append(Group(REASONS, ops))

    def remove(self, path: str) -> Op:
        """To the quarantine."""
        return Op(Act.REMOVE, path, self._stamp(path))

    def replace(self, path: str, data: bytes) -> Op:
        """Other content under the name."""
        return Op(Act.REPLACE, path, self._stamp(path), stamp(data), None, data)

    def create(self, path: str, data: bytes) -> Op:
        """A new file."""
        return Op(Act.CREATE, path, None, stamp(data), None, data)

    def move(self, path: str, to: str) -> Op:
        """Another name."""
        return Op(Act.MOVE, path, self._stamp(path), None, to)

    def remove_pair(self, folder: str, name: str) -> None:
        """An image with its label."""
        self.group(self.remove(f"{folder}/images/{name}.jpg"), self.remove(f"{folder}/labels/{name}.txt"))

    def move_pair(self, folder: str, name: str, to: str) -> None:
        """An image with its label, to another split."""
        names = ((f"images/{name}.jpg"), (f"labels/{name}.txt"))
        self.group(*(self.move(f"{folder}/{tail}", f"{to}/{tail}") for tail in names))

    def shape(self, git: bool = False) -> Shape:
        """What was drafted."""
        return Shape(self.name, self.files, tuple(self.groups), self.folders, git)

    def _stamp(self, path: str) -> Stamp:
        return stamp(self.files[path].content)


def stamp(data: bytes) -> Stamp:
    """The stamp of this content."""
    return Stamp(hashlib.sha256(data).hexdigest(), len(data))
