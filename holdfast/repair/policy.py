"""Which of two copies stays, and what happens when their annotations differ."""

from __future__ import annotations

import math
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from holdfast.repair.lookup import Image


class Keep(StrEnum):
    """Which split keeps its copy."""

    EVALUATION = "evaluation"
    TRAINING = "training"
    FIRST = "first"


class OnConflict(StrEnum):
    """What happens to a copy whose annotations differ from those of the image that stays."""

    SKIP = "skip"
    KEEP = "keep"
    UNION = "union"


class OnLeak(StrEnum):
    """What happens to a picture that is in two splits."""

    REMOVE = "remove"
    MOVE = "move"
    RESPLIT = "resplit"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decided about the pair of one finding: which image stays, which goes, and where their
    annotations differ, what becomes of them (None: not said). `where` is the place in the decisions file."""

    rule: str
    keep: str
    remove: str
    annotations: OnConflict | None = None
    where: str = field(default="", compare=False)

    @property
    def pair(self) -> tuple[str, str, str]:
        """What it is about: the rule and the two paths in order."""
        return (self.rule, min(self.keep, self.remove), max(self.keep, self.remove))


_SPLITS = {
    Keep.EVALUATION: ("test", "val", "train"),
    Keep.TRAINING: ("train", "val", "test"),
    Keep.FIRST: ("train", "val", "test"),
}

Rank = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The owner's choices for one plan.

    `protect` and `prefer` are globs over paths relative to the root, `*` also crosses folders, and
    naming a folder means all of it. A protected file is never touched; both kinds rank first.
    `decided` holds a person's rulings, in order of their pairs.
    """

    keep: Keep = Keep.EVALUATION
    on_conflict: OnConflict = OnConflict.SKIP
    protect: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    on_leak: OnLeak = OnLeak.REMOVE
    decided: tuple[Ruling, ...] = ()

    def protects(self, path: str) -> bool:
        """Whether the file must not be touched."""
        return _matches(path, self.protect)

    def rank(self, image: Image) -> Rank:
        """The place of an image in the order: of two copies the lower one stays. Total, so no cycles."""
        chosen = int(not self.protects(image.path)), int(not _matches(image.path, self.prefer))
        splits = _SPLITS[self.keep]
        split = splits.index(image.split) if image.split in splits else len(splits)
        if self.keep is Keep.FIRST:
            return (*chosen, image.collection, split, image.path)
        return (*chosen, split, int(not image.annotated), -image.pixels, -_density(image), image.path)

    def ruling(self, rule: str, one: str, other: str) -> Ruling | None:
        """What a person decided about this pair of this rule, None if nothing."""
        wanted = (rule, *sorted((one, other)))
        at = bisect_left(self.decided, wanted, key=lambda ruling: ruling.pair)
        return self.decided[at] if at < len(self.decided) and self.decided[at].pair == wanted else None

    def order_in_words(self) -> str:
        """The order that `rank` follows, for people."""
        chosen = [word for word, globs in (("protected", self.protect), ("preferred", self.prefer)) if globs]
        splits = ", ".join(_SPLITS[self.keep])
        if self.keep is Keep.FIRST:
            return " > ".join([*chosen, "collection name", splits, "path"])
        last = ["annotated", "more pixels", "more bytes per pixel (in steps of a quarter)", "path"]
        return " > ".join([*chosen, splits, *last])


def unmatched_globs(globs: Iterable[str], paths: Iterable[str]) -> tuple[str, ...]:
    """Those globs that no path, and no folder above one, matches."""
    left = set(globs)
    names = {part for path in paths for part in _with_parents(path)} if left else set()
    return tuple(sorted(glob for glob in left if not any(_fits(name, glob) for name in names)))


def _density(image: Image) -> int:
    """Bytes per pixel in steps of a quarter: less is a comment in the file, not another compression.

    Steps, not a tolerance: the order must be total.
    """
    if not image.pixels or not image.size:
        return -sys.maxsize
    return math.floor(math.log(image.size / image.pixels, 1.25))


def _matches(path: str, globs: tuple[str, ...]) -> bool:
    return any(_fits(part, glob) for glob in globs for part in _with_parents(path))


def _fits(path: str, glob: str) -> bool:
    glob = glob.rstrip("/")
    return path == glob or fnmatchcase(path, glob)


def _with_parents(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]
