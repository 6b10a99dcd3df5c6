"""A plan: what will be done, to which content, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from holdfast.repair.policy import Policy
from holdfast.repair.runs.places import Stamp

MAX_CHANGE = 0.3
"""Fraction of the images that a plan may take away, or move, unless told otherwise."""


class Act(StrEnum):
    """The four things that repair can do to a file."""

    REMOVE = "remove"
    REPLACE = "replace"
    CREATE = "create"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Op:
    """One act. `pre` is the content that must be there (not for create), `data` the new one
    (replace, create), `to` the new name (move)."""

    act: Act
    path: str
    pre: Stamp | None = None
    post: Stamp | None = None
    to: str | None = None
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Which finding an act answers, how far the fix is trusted (safe, unsafe), and why it is right. `entry`
    is which annotation of the file it is about, from 0."""

    rule: str
    path: str
    line: int | None
    safety: str
    why: str
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that must stay as it is, for a removed one goes on its account.

    `proof` is how the two are the same (bytes, picture, near), or `label` for the label that stays.
    """

    path: str
    stamp: Stamp
    proof: str
    removed: str


@dataclass(frozen=True, slots=True)
class Mention:
    """In `file`, entries that read `old` read `new` instead; for None as `new` they go, for None as `old`
    an entry `new` is added. Both as they are written in the file, in the text form of names.

    With `source` an added entry says what that file says of `said`.
    """

    file: str
    old: str | None
    new: str | None
    source: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Renumber:
    """In `file`, the annotation number `entry` (from 0; in line `line` from 1, where the file has lines) has
    the numbers `after` in place of `before`; for None as `after` it goes."""

    file: str
    entry: int
    line: int | None
    before: tuple[float, ...]
    after: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Resize:
    """In `file`, the image that it calls `name` is said to be `width` x `height` pixels."""

    file: str
    name: str
    width: int
    height: int


Change = Mention | Renumber | Resize
"""What a group changes in a file that others may change as well: an act only when it is carried out."""


@dataclass(frozen=True, slots=True)
class Group:
    """Acts that are done together or not at all. `mentions` and `changes` become acts when they are
    (`resolve`)."""

    reasons: tuple[Reason, ...]
    ops: tuple[Op, ...]
    keeps: tuple[Kept, ...] = ()
    mentions: tuple[Mention, ...] = ()
    changes: tuple[Renumber | Resize, ...] = ()

    @property
    def shared(self) -> tuple[Change, ...]:
        """All that it changes in files that other groups may change as well."""
        return (*self.mentions, *self.changes)

    @property
    def written(self) -> frozenset[str]:
        """Those files."""
        return frozenset(change.file for change in self.shared)


@dataclass(frozen=True, slots=True)
class Root:
    """Which folder the plan is for: its absolute path (text form), and its device and inode."""

    path: str
    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user chose: all that it takes to make the same plan of the same data again.

    `rules` empty means all; `max_change` is a fraction of the images; `config` is the settings file as
    it was given; `allow_dirty` and `allow_fs` switch two refusals off (`refusals`).
    """

    policy: Policy
    unsafe: bool = False
    max_change: float = MAX_CHANGE
    rules: tuple[str, ...] = ()
    config: str | None = None
    allow_dirty: bool = False
    allow_fs: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. `before` and `after` are the numbers of images by unit; `created` is UTC."""

    tool: str
    created: str
    root: Root
    choices: Choices
    groups: tuple[Group, ...]
    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)

    @property
    def ops(self) -> tuple[Op, ...]:
        """All acts in order; their positions number the files in the quarantine."""
        return tuple(op for group in self.groups for op in group.ops)


class NotAPlan(Exception):
    """The file is no plan that this version can read. The message says what is wrong."""
