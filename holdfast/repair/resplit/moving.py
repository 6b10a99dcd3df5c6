"""Moves to other splits as groups of a plan: every image with all that follows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from holdfast.dataset import Dataset
from holdfast.formats.tree import walk
from holdfast.formats.yolo_paths import labels_of
from holdfast.names import display
from holdfast.repair.files import Files
from holdfast.repair.lookup import Image, find_image, index
from holdfast.repair.places import Refused
from holdfast.repair.plan import Act, Group, Op, Plan, Reason
from holdfast.repair.resplit.naming import Naming
from holdfast.repair.tree import Tree

RULE = "resplit"
"""What the reasons of these groups name as their rule."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An image and its new path."""

    path: str
    to: str


class Mover:
    """Makes groups of acts; reads the files that move, changes nothing."""

    def __init__(self, dataset: Dataset, tree: Tree) -> None:
        self.dataset = dataset
        self._files = Files(tree)
        self._listing = walk(dataset.root)
        self.naming = Naming(dataset, tree, self._listing)

    def new_path(self, path: str, split: str) -> str:
        """What that image is called in another split. Raises Refused, OSError."""
        image = self._image(path)
        return self.naming.new_path(path, image.label, image.collection, image.split, split)

    def group(self, moves: Sequence[Moved], why: str) -> Group:
        """The moves with all that follows. Raises Refused when one of the files must not move, OSError."""
        ops = {op.path: op for move in moves for op in self._acts(move)}
        reasons = tuple(Reason(RULE, move.path, None, "safe", why) for move in moves)
        return Group(reasons, tuple(op for _, op in sorted(ops.items())))

    def is_fit(self, move: Moved) -> bool:
        """Whether the image could get that name when it goes to another split."""
        image = self._image(move.path)
        return self.naming.is_fit(move.path, move.to, image.collection, image.split)

    def _acts(self, move: Moved) -> Iterable[Op]:
        image = self._image(move.path)
        yield self._move(move.path, move.to)
        if self._files.inspect(image.label) is not None:
            self._require_as_read(image.label)
            yield self._move(image.label, next(labels_of([move.to], self._listing)))

    def _move(self, path: str, to: str) -> Op:
        try:
            stamp = self._files.require(path).stamp
        except Refused as refusal:
            raise Refused(f"{display(path)} {refusal}") from None
        self._files.require_free(to)
        return Op(Act.MOVE, path, stamp, to=to)

    def _require_as_read(self, label: str) -> None:
        found = self._files.require_present(label).stamp.sha256
        if found != index(self.dataset).label_digests.get(label):
            raise Refused(f"{display(label)} changed while the plan was made")

    def _image(self, path: str) -> Image:
        image = find_image(self.dataset, path)
        if image is None:
            raise Refused(f"{display(path)} is no image of a split any more")
        return image


def regrouped(dataset: Dataset, plan: Plan) -> tuple[Group, ...]:
    """The groups that the plan's own moves of images give when they are made anew from the data as it is.

    Equal to those of the plan (`reasons` are taken over) where nothing else was in it: each image goes to
    a folder of another split of its collection, its name its own or numbered, with all that follows it
    and nothing besides. Groups of other rules, and those that cannot be made, are left out.
    """
    with Tree(dataset.root) as tree:
        mover = Mover(dataset, tree)
        return tuple(group for old in plan.groups for group in _again(mover, old))


def _again(mover: Mover, group: Group) -> Iterator[Group]:
    if {reason.rule for reason in group.reasons} != {RULE}:
        return
    images = {op.path: op.to for op in group.ops if op.to and find_image(mover.dataset, op.path)}
    moves = [Moved(path, to) for path, to in images.items()]
    try:
        if all(mover.is_fit(move) for move in moves):
            yield replace(mover.group(moves, ""), reasons=group.reasons)
    except (Refused, OSError):
        return
