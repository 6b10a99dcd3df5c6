"""Which images of each group may go where, and which leaks have to be left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.dataset import Dataset
from holdfast.errors import UsageError
from holdfast.names import display
from holdfast.repair.policy import Policy
from holdfast.repair.resplit.groups import Group

SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: shares by split name, which add up to 1 (None: as they are today), names of splits
    that stay as they are, and the globs of images that stay where they are."""

    shares: Mapping[str, float] | None = None
    frozen: frozenset[str] = frozenset()
    protect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Movable:
    """Images (rows, in order) that go together, the group they are of, and where they may go, by SPLITS."""

    rows: tuple[int, ...]
    group: Group
    allowed: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """An image that leaks and is not helped: its row, that of a relative in another split, and why."""

    row: int
    other: int
    why: str


class Kin:
    """The places of all images, and the splits that are open: a collection has them, they are not frozen."""

    def __init__(self, dataset: Dataset, wish: Wish) -> None:
        policy = Policy(protect=wish.protect)
        images = dataset.images
        self.frozen = wish.frozen
        self.splits: list[str] = images["split"].to_list()
        self.collections: list[str] = images["collection"].to_list()
        self.fixed = [
            split in wish.frozen or policy.protects(path)
            for path, split in zip(images["path"], self.splits, strict=True)
        ]
        self.open = {
            (split.collection, split.name)
            for split in dataset.splits
            if not split.missing and split.name not in wish.frozen
        }

    def sort_out(self, group: Group) -> tuple[Movable | None, tuple[Left, ...]]:
        """What can move of a group, and what leaks all the same.

        Beside a frozen split, or protected images in two splits, relatives leak wherever they are; those
        that can move are kept together even so.
        """
        free = tuple(row for row in group.rows if not self.fixed[row])
        held = {self.splits[row]: row for row in reversed(group.rows) if self.fixed[row]}
        may = tuple(self._may(free, name) for name in SPLITS)
        if len(held) == 1 and not self.frozen & held.keys():
            pinned = tuple(one and name in held for one, name in zip(may, SPLITS, strict=True))
            if any(pinned) or not free:
                return Movable(free, group, pinned) if free else None, ()
            return None, self._left(free, held, "which is protected")
        movable = Movable(free, group, may) if free and any(may) else None
        if not held:
            apart = {self.splits[row]: row for row in reversed(free)}
            why = "and no split is in all of its collections"
            return movable, () if movable else self._left(free, apart, why)
        return movable, self._left(group.rows, held, "which is frozen or protected")

    def _may(self, rows: Iterable[int], split: str) -> bool:
        return all((self.collections[row], split) in self.open for row in rows)

    def _left(self, rows: Iterable[int], held: Mapping[str, int], why: str) -> tuple[Left, ...]:
        """Those of the rows that have a relative in another split, each with the first such."""
        found = []
        for row in rows:
            other = next((held[name] for name in SPLITS if name in held and name != self.splits[row]), None)
            if other is not None:
                found.append(Left(row, other, why))
        return tuple(found)


def require_fits(dataset: Dataset, wish: Wish) -> None:
    """Raises UsageError for shares or frozen splits that the collections do not have."""
    for collection in sorted({split.collection for split in dataset.splits}):
        here = [s.name for s in dataset.splits if s.collection == collection and not s.missing]
        if wish.shares is not None and set(wish.shares) != set(here):
            of = f"{display(collection)} has" if collection else "there are"
            raise UsageError(f"--ratios names {_list(wish.shares)}; {of} {_list(here)}")
    if unknown := wish.frozen - {split.name for split in dataset.splits if not split.missing}:
        raise UsageError(f"--freeze={min(unknown)}: there is no such split")


def _list(names: Collection[str]) -> str:
    return ", ".join(name for name in SPLITS if name in names) or "none"


def sort_out_all(dataset: Dataset, groups: Sequence[Group], wish: Wish) -> tuple[list[Movable], list[Left]]:
    """What can move, and what leaks all the same. Raises UsageError for a wish that does not fit."""
    require_fits(dataset, wish)
    kin = Kin(dataset, wish)
    movable: list[Movable] = []
    left: list[Left] = []
    for group in groups:
        one, lost = kin.sort_out(group)
        movable += [one] if one else []
        left += lost
    return movable, left
