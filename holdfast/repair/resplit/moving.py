"""Moves to other splits as groups of a plan: every image with all that follows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from holdfast.dataset import Dataset, Split
from holdfast.formats.tree import lies_in, walk
from holdfast.names import display
from holdfast.repair.fix import Move
from holdfast.repair.lookup import Image, find_image, index
from holdfast.repair.planning.files import Files
from holdfast.repair.plans.plan import Act, Group, Mention, Op, Plan, Reason
from holdfast.repair.references.follow import followers
from holdfast.repair.references.handover import handover
from holdfast.repair.resplit.naming import Naming
from holdfast.repair.runs.places import Refused
from holdfast.repair.runs.tree import Tree

RULE = "resplit"
"""What the reasons of these groups name as their rule."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An image, the split that it goes to, and its new path: the same where only lists say whose it is."""

    path: str
    split: str
    to: str


class Mover:
    """Makes groups of acts; reads the files that move, changes nothing."""

    def __init__(self, dataset: Dataset, tree: Tree) -> None:
        self.dataset = dataset
        self._files = Files(tree)
        self._naming = Naming(tree, walk(dataset.root), dataset.format == "class_folders")
        self._splits = {(split.collection, split.name): split for split in dataset.splits}

    def move(self, path: str, split: str) -> Moved:
        """That image in another split. Raises Refused, OSError."""
        image, old, new = self._places(path, split)
        if not _in_folder(image, old) or _in_folder(image, new):
            return Moved(path, split, path)
        return Moved(path, split, self._naming.new_path(path, image.label, old, new))

    def moved(self, path: str, to: str, lists: Sequence[str]) -> Moved:
        """The move that gives the image this path, or into these lists. Raises Refused if there is none."""
        image = self._image(path)
        old = self._splits[image.collection, image.split]
        for (collection, name), new in self._splits.items():
            if collection != image.collection or name == image.split:
                continue
            taking = self._taking(old, new) if to == path else set[str]()
            if taking & set(lists) or (to != path and self._naming.is_fit(path, to, old, new)):
                return Moved(path, name, to)
        raise Refused(f"{display(to)} is not where {display(path)} could go")

    def _taking(self, old: Split, new: Split) -> set[str]:
        try:
            return set(handover(self.dataset, old, new).relist.values())
        except Refused:
            return set()

    def group(self, moves: Sequence[Moved], why: str) -> Group:
        """The moves with all that follows. Raises Refused when one of the files must not move, OSError."""
        leaving = frozenset(move.path for move in moves)
        ops: dict[str, Op] = {}
        mentions: dict[Mention, None] = {}
        for move in moves:
            image, old, new = self._places(move.path, move.split)
            handed = handover(self.dataset, old, new)
            following = followers(self.dataset, move.path, move.to, leaving, handed)
            own = (Move(move.path, move.to),) if move.to != move.path else ()
            ops |= {edit.path: self._act(edit, image) for edit in (*own, *following.moves)}
            mentions |= dict.fromkeys(following.mentions)
        reasons = tuple(Reason(RULE, move.path, None, "safe", why) for move in moves)
        return Group(reasons, tuple(op for _, op in sorted(ops.items())), mentions=tuple(mentions))

    def _act(self, edit: Move, image: Image) -> Op:
        try:
            stamp = self._files.require(edit.path).stamp
            if edit.path == image.label and stamp.sha256 != index(self.dataset).label_digests.get(edit.path):
                raise Refused("changed while the plan was made")
        except Refused as refusal:
            raise Refused(f"{display(edit.path)} {refusal}") from None
        self._files.require_free(edit.to)
        return Op(Act.MOVE, edit.path, stamp, to=edit.to)

    def _places(self, path: str, split: str) -> tuple[Image, Split, Split]:
        """The image, its split and the other one. Raises Refused when a list cannot say where it is then."""
        image = self._image(path)
        old, new = (self._splits[image.collection, name] for name in (image.split, split))
        if image.listed and old.lists and not new.lists:
            raise Refused(f"{display(old.lists[0])} names it, and no list those of {display(new.unit)}")
        return image, old, new

    def _image(self, path: str) -> Image:
        image = find_image(self.dataset, path)
        if image is None:
            raise Refused(f"{display(path)} is no image of a split any more")
        return image


def _in_folder(image: Image, split: Split) -> bool:
    return any(lies_in(image.path, folder) for folder in split.folders)


def regrouped(dataset: Dataset, plan: Plan) -> tuple[Group, ...]:
    """The groups that the plan's own moves of images give when they are made anew from the data as it is.

    Equal to those of the plan (`reasons` are taken over) where nothing else was in it: each image goes to
    a folder of another split of its collection, its name its own or numbered, or to the list of that
    split, with all that follows it and nothing besides. Groups of other rules, and those that cannot be
    made, are left out.
    """
    return tuple(group for group, _ in _again(dataset, plan.groups))


def moves_of(dataset: Dataset, groups: Sequence[Group]) -> tuple[Moved, ...]:
    """The moves of images in those groups that `regrouped` would make."""
    return tuple(move for _, moves in _again(dataset, groups) for move in moves)


def _again(dataset: Dataset, groups: Sequence[Group]) -> Iterator[tuple[Group, Sequence[Moved]]]:
    ours = [group for group in groups if {reason.rule for reason in group.reasons} == {RULE}]
    if not ours:
        return
    with Tree(dataset.root) as tree:
        mover = Mover(dataset, tree)
        for group in ours:
            try:
                moves = _moves(mover, group)
                yield replace(mover.group(moves, ""), reasons=group.reasons), moves
            except (Refused, OSError):
                continue


def _moves(mover: Mover, group: Group) -> list[Moved]:
    """The moves that the group says. Raises Refused for one that cannot be."""
    to = {op.path: op.to for op in group.ops if op.to is not None}
    joined = [mention.file for mention in group.mentions if mention.old is None]
    return [mover.moved(reason.path, to.get(reason.path, reason.path), joined) for reason in group.reasons]
